import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compressor, Inflator } from '../../src/wire/deflate.ts';

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
