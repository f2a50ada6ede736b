import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../src/backoff.ts';

const almostOne = (): number => 1 - Number.EPSILON;

describe('backoffDelay', () => {
  it('doubles its upper bound with each attempt, up to the most', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 6].map((n) =>
      Math.round(backoffDelay(n, { baseDelay: 100, maxDelay: 1000 }, almostOne)),
    );
    expect(bounds).toEqual([100, 100, 200, 400, 800, 1000, 1000]);
  });

  it('has full jitter: it may be anything from 0 to the bound', () => {
    expect(backoffDelay(3, { baseDelay: 100, maxDelay: 1000 }, () => 0)).toBe(0);
    expect(backoffDelay(3, { baseDelay: 100, maxDelay: 1000 }, () => 0.25)).toBe(100);
  });

  it('does not wait at all when told so, even after a great many attempts', () => {
    expect(backoffDelay(10_000, { baseDelay: 0, maxDelay: 1000 }, almostOne)).toBe(0);
  });

  it('stays within its bounds after any number of attempts', () => {
    const delay = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), delay, delay, random, (attempts, baseDelay, maxDelay, value) => {
        const result = backoffDelay(attempts, { baseDelay, maxDelay }, () => value);
        expect(result).toBeGreaterThanOrEqual(0);
        expect(result).toBeLessThanOrEqual(maxDelay);
      }),
    );
  });
});
