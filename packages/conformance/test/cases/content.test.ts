import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CONTENT_LENGTH, type ContentKind, contentOf, randomFrom } from '../../src/cases/content.ts';

const KINDS: readonly ContentKind[] = ['json', 'picture', 'prose', 'source', 'document'];

/** How much is left of it after compression. */
function ratioOf(kind: ContentKind): number {
  return deflateRawSync(contentOf(kind).bytes).length / CONTENT_LENGTH;
}

describe('contentOf', () => {
  it.each(KINDS)('makes %s once, and of a length that every message size divides', (kind) => {
    expect(contentOf(kind)).toBe(contentOf(kind));
    expect(contentOf(kind).bytes).toHaveLength(CONTENT_LENGTH);
    expect(CONTENT_LENGTH % 131_072).toBe(0);
  });

  it('makes the same octets on every machine', () => {
    const hashes = KINDS.map((kind) => createHash('sha1').update(contentOf(kind).bytes).digest('hex'));
    expect(hashes).toMatchInlineSnapshot(`
      [
        "a56da2310afa1629a8e81d96b222edcd64f0b72f",
        "b7ff5ca32ff4f2caa22627e168320561c83adbc0",
        "b04e6884e90e39dadd3ea85df44d5c4159c1af25",
        "a728c5086d407e58a09742de5595e70e3b23745e",
        "84201e7edb6eb066d30aa47e5ef3069d7af9ed8d",
      ]
    `);
  });

  it('makes text that may be cut anywhere', () => {
    const text = KINDS.map(contentOf).filter(({ binary }) => !binary);
    expect(text.map(({ kind }) => kind)).toEqual(['json', 'source']);
    expect(text.every(({ bytes }) => bytes.every((octet) => octet < 0x80))).toBe(true);
  });

  it('makes what compresses well, badly and hardly at all', () => {
    expect(ratioOf('source')).toBeLessThan(0.3);
    expect(ratioOf('json')).toBeLessThan(0.4);
    expect(ratioOf('prose')).toBeLessThan(0.5);
    expect(ratioOf('picture')).toBeGreaterThan(0.6);
    expect(ratioOf('document')).toBeGreaterThan(0.9);
  });
});

describe('randomFrom', () => {
  it('gives the same numbers for the same seed, all below the limit', () => {
    const numbers = (seed: number) => {
      const random = randomFrom(seed);
      return Array.from({ length: 1000 }, () => random(10));
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
    expect(new Set(numbers(7))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });
});
