import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTES_RECEIVED, MESSAGES_SENT, Tally } from '../src/tally.ts';

describe('Tally', () => {
  it('sorts messages by size, by bounds that are powers of 4', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(300), fc.nat(2 ** 26))), (sizes) => {
        const tally = new Tally();
        for (const size of sizes) tally.sizeSampled(size);
        const { buckets, sum, count } = tally.sizes();
        expect(buckets.map(({ le }) => le)).toEqual([
          64,
          256,
          1024,
          4096,
          2 ** 14,
          2 ** 16,
          2 ** 18,
          2 ** 20,
          2 ** 22,
          2 ** 24,
        ]);
        for (const { le, count } of buckets) expect(count).toBe(sizes.filter((size) => size <= le).length);
        expect(count).toBe(sizes.length);
        expect(sum).toBe(sizes.reduce((total, size) => total + size, 0));
      }),
    );
  });

  it.each([0, 1, 64, 65, 2 ** 24, 2 ** 24 + 1, 2 ** 31, 2 ** 32])('has a bucket for %i bytes', (size) => {
    const tally = new Tally();
    tally.sizeSampled(size);
    const { buckets, count } = tally.sizes();
    expect(count).toBe(1);
    for (const bucket of buckets) expect(bucket.count).toBe(size <= bucket.le ? 1 : 0);
  });

  it('counts beyond 32 bits, and each place by itself', () => {
    const tally = new Tally();
    for (let i = 0; i < 3; i++) tally.add(BYTES_RECEIVED, 2 ** 32);
    expect(tally.count(BYTES_RECEIVED)).toBe(3 * 2 ** 32);
    expect(tally.count(MESSAGES_SENT)).toBe(0);
    expect(tally.sizes().count).toBe(0);
  });

  it('counts limits by option', () => {
    const tally = new Tally();
    tally.limitHit('maxFragments');
    tally.limitHit('maxFragments');
    tally.limitHit('closeTimeout');
    expect([...tally.limits]).toEqual([
      ['maxFragments', 2],
      ['closeTimeout', 1],
    ]);
  });
});
