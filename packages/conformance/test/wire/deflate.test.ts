import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/cases/content.ts';
import { Compressor, Inflator } from '../../src/wire/deflate.ts';

const NONE: Buffer = Buffer.alloc(0);

const WORDS = Buffer.from('the same words again and again, '.repeat(40));

/** Octets that repeat only after `distance`, so that a match must reach that far back. */
function repeatingAfter(distance: number): Buffer {
  const once = Buffer.from(
    Array.from({ length: distance }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 251),
  );
  return Buffer.concat([once, once]);
}

describe('Compressor', () => {
  it('writes the examples of RFC 7692, section 7.2.3', () => {
    const compressor = new Compressor(15, true);
    expect(compressor.compress(Buffer.from('Hello')).toString('hex')).toBe('f248cdc9c90700');
    // With the context taken over it is one reference (section 7.2.3.2).
    expect(compressor.compress(Buffer.from('Hello')).toString('hex')).toBe('f200110000');
    expect(compressor.compress(Buffer.alloc(0)).toString('hex')).toBe('00');
  });

  it.each([8, 9, 10, 12, 15])('keeps to a window of %i bits, with and without the context', (bits) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 }), fc.boolean(), (parts, takeover) => {
        const compressor = new Compressor(bits, takeover);
        const inflator = new Inflator(bits, takeover);
        for (const part of [...parts, WORDS, WORDS]) {
          expect(inflator.inflate(compressor.compress(part))).toEqual(Buffer.from(part));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('Inflator', () => {
  it('refuses a reference out of the agreed window', () => {
    const payload = deflateRawSync(repeatingAfter(4000), { windowBits: 15, finishFlush: 2 }).subarray(0, -4);
    expect(new Inflator(15, true).inflate(payload)).toEqual(repeatingAfter(4000));
    expect(() => new Inflator(10, true).inflate(payload)).toThrow('distance too far back');
  });

  it('refuses a reference into a message before, when no context is taken over', () => {
    const compressor = new Compressor(15, true);
    const inflator = new Inflator(15, false);
    inflator.inflate(compressor.compress(WORDS));
    expect(() => inflator.inflate(compressor.compress(WORDS))).toThrow('distance too far back');
  });

  it('refuses what is no deflate', () => {
    expect(() => new Inflator(15, true).inflate(Buffer.from('ffff', 'hex'))).toThrow('invalid block type');
  });
});

describe('Inflator in a small window', () => {
  it.each([9, 10, 12, 14])('takes a reference as long as a window of %i bits, and not one octet longer', (bits) => {
    const reaching = (distance: number) => {
      const random = randomFrom(distance);
      const once = Buffer.from(Array.from({ length: distance }, () => random(128)));
      const data = Buffer.concat([once, once.subarray(0, 200)]);
      return deflateRawSync(data, { windowBits: 15, finishFlush: 2 }).subarray(0, -4);
    };
    expect(new Inflator(bits, true).inflate(reaching(2 ** bits))).toHaveLength(2 ** bits + 200);
    expect(() => new Inflator(bits, true).inflate(reaching(2 ** bits + 1))).toThrow(
      `distance too far back: ${2 ** bits + 1} octets, and the window has ${2 ** bits}`,
    );
  });
});

describe('Inflator, of what it has seen before', () => {
  const TEXTS = [1, 2, 3].map((seed) => Buffer.from(`${seed} of the same words`.repeat(400)));

  it('gives the same again in the same context', () => {
    const compressor = new Compressor(15, false);
    const inflator = new Inflator(15, false);
    const payloads = TEXTS.map((text) => compressor.compress(text));
    for (const index of [0, 1, 2, 0, 1, 2, 2, 1]) {
      expect(inflator.inflate(Buffer.from(payloads[index] as Buffer))).toEqual(TEXTS[index]);
    }
  });

  it('does not take the same octets for the same in another context', () => {
    const [first = NONE, second = NONE, third = NONE] = TEXTS;
    const compressor = new Compressor(15, true);
    const inflator = new Inflator(15, true);
    inflator.inflate(compressor.compress(first));
    const again = compressor.compress(first);
    expect(inflator.inflate(again)).toEqual(first);
    const other = new Inflator(15, true);
    other.inflate(new Compressor(15, true).compress(second));
    // The references are the same, and what they refer to is not.
    expect(other.inflate(again)).toEqual(second);
    inflator.inflate(new Compressor(15, false).compress(third));
    expect(inflator.inflate(again)).not.toEqual(first);
  });

  it('forgets the oldest', () => {
    const random = randomFrom(5);
    const texts = Array.from({ length: 120 }, () => Buffer.from(Array.from({ length: 5000 }, () => random(16))));
    const compressor = new Compressor(15, false);
    const inflator = new Inflator(15, false);
    for (const text of [...texts, ...texts])
      expect(inflator.inflate(compressor.compress(text)).equals(text)).toBe(true);
  });
});
