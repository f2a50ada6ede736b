import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay, grantedDelay } from '../src/backoff.ts';
import { seeded } from './seeded.ts';

const almostOne = (): number => 1 - Number.EPSILON;

describe('backoffDelay', () => {
  it('doubles its upper bound with each attempt, up to the most', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 6].map((n) =>
      Math.round(backoffDelay(n, { baseDelay: 100, maxDelay: 1000, maxRetryAfter: 5000 }, almostOne)),
    );
    expect(bounds).toEqual([100, 100, 200, 400, 800, 1000, 1000]);
  });

  it('has full jitter: it may be anything from 0 to the bound', () => {
    expect(backoffDelay(3, { baseDelay: 100, maxDelay: 1000, maxRetryAfter: 5000 }, () => 0)).toBe(0);
    expect(backoffDelay(3, { baseDelay: 100, maxDelay: 1000, maxRetryAfter: 5000 }, () => 0.25)).toBe(100);
  });

  it('does not wait at all when told so, even after a great many attempts', () => {
    expect(backoffDelay(10_000, { baseDelay: 0, maxDelay: 1000, maxRetryAfter: 5000 }, almostOne)).toBe(0);
  });

  it('stays within its bounds after any number of attempts', () => {
    const delay = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), delay, delay, random, (attempts, baseDelay, maxDelay, value) => {
        const result = backoffDelay(attempts, { baseDelay, maxDelay, maxRetryAfter: 0 }, () => value);
        expect(result).toBeGreaterThanOrEqual(0);
        expect(result).toBeLessThanOrEqual(maxDelay);
      }),
    );
  });

  it('waits at least as long as the server asked for, and up to as long again', () => {
    const backoff = { baseDelay: 100, maxDelay: 30_000, maxRetryAfter: 300_000 };
    expect(backoffDelay(1, backoff, () => 0, 5000)).toBe(5000);
    expect(backoffDelay(1, backoff, () => 0.5, 5000)).toBe(7500);
    expect(backoffDelay(1, backoff, almostOne, 5000)).toBeCloseTo(10_000);
    // Where the backoff is wider already, it stays so; and it never gets wider than the most.
    expect(backoffDelay(8, backoff, () => 0.5, 5000)).toBe(5000 + 6400);
    expect(backoffDelay(1, backoff, () => 0.5, 120_000)).toBe(120_000 + 15_000);
  });

  it('grants a server no more than the most', () => {
    const backoff = { baseDelay: 0, maxDelay: 1000, maxRetryAfter: 60_000 };
    expect(backoffDelay(1, backoff, () => 0, 999_999_999_000)).toBe(60_000);
    expect(grantedDelay(999_999_999_000, backoff)).toBe(60_000);
    expect(backoffDelay(1, { ...backoff, maxRetryAfter: 0 }, almostOne, 5000)).toBe(0);
    const longest = 2 ** 31 - 1;
    const patient = { baseDelay: 0, maxDelay: longest, maxRetryAfter: longest };
    expect(backoffDelay(1, patient, () => 0.5, longest)).toBe(longest);
  });

  it.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [40, 0],
    [1, 5000],
    [3, 60_000],
  ])('spreads evenly: after %i attempts, when the server asked for %i ms', (attempts, hint) => {
    const backoff = { baseDelay: 1000, maxDelay: 30_000, maxRetryAfter: 300_000 };
    const ceiling = Math.min(30_000, Math.max(1000 * 2 ** Math.max(0, attempts - 1), hint));
    const count = 5000;
    for (const seed of [1, 2, 3]) {
      const random = seeded(seed);
      const delays = Array.from({ length: count }, () => backoffDelay(attempts, backoff, random, hint) - hint);
      delays.sort((a, b) => a - b);
      // Kolmogorov and Smirnov: how far the share of delays up to each is from what an even spread has. 1.95 is passed once in a thousand.
      const distance = Math.max(...delays.map((delay, i) => Math.abs((i + 0.5) / count - delay / ceiling)));
      expect(distance * Math.sqrt(count), `seed ${seed}`).toBeLessThan(1.95);
    }
  });
});
