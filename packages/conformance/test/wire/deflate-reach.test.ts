import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/cases/content.ts';
import { farthestReference } from '../../src/wire/deflate-reach.ts';

const FLUSHED = { finishFlush: constants.Z_SYNC_FLUSH };

/** @param below with 256, DEFLATE stores it as it is */
function noise(length: number, below = 256): Buffer {
  const random = randomFrom(length + 1);
  return Buffer.from(Array.from({ length }, () => random(below)));
}

/** The same octets twice, so far from each other. */
function repeatingAfter(distance: number): Buffer {
  const [once, filler] = [noise(Math.min(100, distance), 128), noise(Math.max(0, distance - 100), 128)];
  return Buffer.concat([once, filler, once]);
}

describe('farthestReference', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 100, 255, 256, 257, 1024, 1025, 5000, 20_000, 32_000])(
    'finds a reference over %i octets, in blocks of fixed and of own codes',
    (distance) => {
      const data =
        distance < 100 ? Buffer.from(`${'abcdefg'.slice(0, distance).repeat(20)}`) : repeatingAfter(distance);
      expect(farthestReference(deflateRawSync(data, FLUSHED))).toBe(distance);
      expect(farthestReference(deflateRawSync(data, { ...FLUSHED, strategy: constants.Z_FIXED }))).toBe(distance);
    },
  );

  it('finds nothing in what has no references', () => {
    expect(farthestReference(new Uint8Array())).toBe(0);
    expect(farthestReference(deflateRawSync(noise(1000), FLUSHED))).toBe(0);
    expect(farthestReference(deflateRawSync(noise(70_000), { ...FLUSHED, level: 0 }))).toBe(0);
    expect(farthestReference(deflateRawSync('aaaaaaaaaaaa', { ...FLUSHED, strategy: constants.Z_HUFFMAN_ONLY }))).toBe(
      0,
    );
  });

  it('goes on after blocks that are not compressed', () => {
    const stored = deflateRawSync(noise(70_000), { ...FLUSHED, level: 0 });
    expect(farthestReference(Buffer.concat([stored, deflateRawSync(repeatingAfter(777), FLUSHED)]))).toBe(777);
  });

  it('reads no farther than the last block', () => {
    const last = deflateRawSync(repeatingAfter(300));
    expect(farthestReference(Buffer.concat([last, deflateRawSync(repeatingAfter(777), FLUSHED)]))).toBe(300);
  });

  it('stops at a type of block that does not exist', () => {
    expect(farthestReference(Buffer.from('ffff', 'hex'))).toBe(0);
  });

  it.each([9, 10, 11, 12, 13, 14, 15])('finds that zlib keeps to a window of %i bits', (windowBits) => {
    const data = Buffer.concat(
      Array.from({ length: 40 }, (_, index) => noise(200 + index * 20)).flatMap((one) => [one, one]),
    );
    expect(farthestReference(deflateRawSync(data, { ...FLUSHED, windowBits }))).toBeLessThanOrEqual(2 ** windowBits);
  });

  it('comes to an end with any octets at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
        expect(farthestReference(data)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
