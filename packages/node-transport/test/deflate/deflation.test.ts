import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { deflateLater, deflateNow, type Effort } from '../../src/deflate/deflation.ts';
import { noise, text } from './support/payloads.ts';
import { StrictInflater } from './support/strict-inflater.ts';

const FAST: Effort = { level: 1, memLevel: 8 };

function later(message: Uint8Array, bits: number, dictionary?: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => deflateLater(message, FAST, bits, dictionary, resolve));
}

/** Messages that refer back as far as they may: what was said 240 to 40,000 bytes ago. */
const farReferences = fc
  .record({ gap: fc.integer({ min: 0, max: 40_000 }), size: fc.integer({ min: 3, max: 300 }) })
  .map(({ gap, size }) => {
    const word = noise(size);
    return new Uint8Array(Buffer.concat([word, noise(gap + size).subarray(size), word]));
  });

describe('deflateNow', () => {
  it('leaves out the end of the flush, as RFC 7692 shows it', () => {
    expect(Buffer.from(deflateNow(text('Hello'), FAST, 15)).toString('hex')).toBe('f248cdc9c90700');
    expect(Buffer.from(deflateNow(text('Hello'), FAST, 15, text('Hello'))).toString('hex')).toBe('f200110000');
    expect(Buffer.from(deflateNow(new Uint8Array(0), FAST, 15)).toString('hex')).toBe('00');
  });

  it.each([8, 9, 10, 12, 15])('never refers back further than %d bits of window allow', (bits) => {
    const effort = fc.record({ level: fc.integer({ min: 1, max: 9 }), memLevel: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(farReferences, effort, fc.boolean(), (message, how, withDictionary) => {
        const dictionary = withDictionary ? message.subarray(-(1 << bits)) : undefined;
        const inflater = new StrictInflater(bits);
        if (dictionary !== undefined) {
          for (let at = 0; at < dictionary.length; at += 10_000) {
            inflater.message(deflateNow(dictionary.subarray(at, at + 10_000), FAST, bits));
          }
        }
        expect(Buffer.compare(inflater.message(deflateNow(message, how, bits, dictionary)), message)).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it('ends where it should at whatever size the output has', () => {
    for (let length = 900; length < 1200; length++) {
      const message = noise(length);
      expect(Buffer.compare(new StrictInflater(15).message(deflateNow(message, FAST, 15)), message)).toBe(0);
    }
  });

  it('tries as hard as it is told', () => {
    const message = text(Array.from({ length: 3000 }, (_, i) => `${(i * i * 7919) % 10_007} `).join(''));
    const at = (level: number): number => deflateNow(message, { level, memLevel: 8 }, 15).length;
    expect(at(9)).toBeLessThan(at(1));
  });
});

describe('deflateLater', () => {
  it('makes the same, off the thread', async () => {
    for (const message of [new Uint8Array(300_000), noise(300_000), text('Hello')]) {
      expect(await later(message, 15)).toEqual(deflateNow(message, FAST, 15));
      expect(await later(message, 12, text('dictionary'))).toEqual(deflateNow(message, FAST, 12, text('dictionary')));
    }
  });

  it('tells undefined when zlib fails', async () => {
    const { default: zlib } = await import('node:zlib');
    const { syncBuiltinESMExports } = await import('node:module');
    const failing = vi
      .spyOn(zlib, 'deflateRaw')
      .mockImplementation(((_: unknown, __: unknown, done: (e: Error) => void) =>
        done(new Error('no memory'))) as unknown as typeof zlib.deflateRaw);
    syncBuiltinESMExports();
    try {
      expect(await later(text('Hello'), 15)).toBe(undefined);
    } finally {
      failing.mockRestore();
      syncBuiltinESMExports();
    }
  });
});
