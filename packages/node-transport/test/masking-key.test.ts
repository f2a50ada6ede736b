import { beforeEach, describe, expect, it, vi } from 'vitest';

const fills = vi.hoisted(() => [] as Uint32Array[]);

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return {
    ...crypto,
    randomFillSync: (pool: Uint32Array) => {
      fills.push(pool);
      return crypto.randomFillSync(pool);
    },
  };
});

const { randomMaskingKey } = await import('../src/masking-key.ts');

describe('randomMaskingKey', () => {
  beforeEach(() => {
    fills.length = 0;
  });

  it('gives 32-bit numbers, hardly any of them twice', () => {
    const keys = Array.from({ length: 20_000 }, randomMaskingKey);
    expect(keys.every((key) => Number.isInteger(key) && key >= 0 && key < 2 ** 32)).toBe(true);
    // 20,000 of 2^32 have 0.05 pairs in common on average.
    expect(new Set(keys).size).toBeGreaterThan(19_990);
    // Every bit is set in half of them.
    for (let bit = 0; bit < 32; bit++) {
      const set = keys.filter((key) => ((key >>> bit) & 1) === 1).length;
      expect(Math.abs(set - 10_000)).toBeLessThan(600);
    }
  });

  it('asks the CSPRNG for many at a time', () => {
    for (let i = 0; i < 4096; i++) randomMaskingKey();
    expect(fills.length).toBe(2);
  });

  it('wipes what it has given out', () => {
    while (fills.length === 0) randomMaskingKey();
    const pool = fills[0];
    for (let i = 0; i < 100; i++) randomMaskingKey();
    expect(pool?.subarray(0, 101).every((key) => key === 0)).toBe(true);
    expect(pool?.subarray(101).some((key) => key !== 0)).toBe(true);
  });
});
