import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEWEST_SAMPLES, growthOf, leastOfThree, type Sample, slopeOf } from '../../src/soak/growth-rule.ts';

const MB = 1024 * 1024;
const COUNT = 150;

/** Samples every 10 s, with noise that is the same in every run. */
function samples(value: (seconds: number) => number, noise = 0): Sample[] {
  let state = 1;
  return Array.from({ length: COUNT }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return [index * 10, value(index * 10) + (state / 2 ** 31 - 1) * noise];
  });
}

describe('what grows', () => {
  it('is not what only trembles', () => {
    expect(growthOf(samples(() => 5 * MB, 0.01 * MB)).steady).toBe(true);
  });

  it('is a leak of one byte for each of 500 connections a second', () => {
    expect(growthOf(samples((seconds) => 5 * MB + 500 * seconds, 0.01 * MB)).steady).toBe(false);
  });

  it('is a slope that stays inside of the band, too', () => {
    const growth = growthOf(samples((seconds) => 5 * MB + 40 * seconds, 0.005 * MB));
    expect(growth.deviation).toBeLessThan(0.02);
    expect(growth.low).toBeGreaterThan(0);
    expect(growth.steady).toBe(false);
  });

  it('is not what shrinks inside of the band, nor code of some kilobytes that is compiled late', () => {
    expect(growthOf(samples((seconds) => 5 * MB - 20 * seconds, 0.005 * MB)).steady).toBe(true);
    expect(growthOf(samples((seconds) => 5 * MB + (seconds > 700 ? 8 * 1024 : 0), 0.005 * MB)).steady).toBe(true);
  });

  it('is a single sample that is more than 2 % off, unless that is less than what may be in use', () => {
    const once = samples((seconds) => (seconds === 500 ? 5.15 * MB : 5 * MB));
    expect(growthOf(once).steady).toBe(false);
    expect(growthOf(once, 256 * 1024).steady).toBe(true);
  });

  it('cannot be told of few samples', () => {
    const few = samples(() => MB).slice(0, FEWEST_SAMPLES - 1);
    expect(() => growthOf(few)).toThrow(RangeError);
    expect(growthOf(samples(() => MB).slice(0, FEWEST_SAMPLES)).steady).toBe(true);
  });

  it('is nothing where there is nothing', () => {
    expect(growthOf(samples(() => 0))).toMatchObject({ median: 0, deviation: 0, slope: 0, steady: true });
  });
});

describe('of three samples', () => {
  it('the least one counts, and what is left over counts with the last three', () => {
    const values = [5, 4, 6, 9, 9, 8, 7, 1];
    const numbered = values.map((value, index): Sample => [index, value]);
    expect(leastOfThree(numbered)).toEqual([
      [1, 4],
      [7, 1],
    ]);
    expect(leastOfThree(numbered.slice(0, 2))).toEqual([]);
  });

  it('a leak is still a leak, and a burst now and then is none', () => {
    const leaking = leastOfThree(samples((seconds) => 5 * MB + 500 * seconds, 0.01 * MB));
    expect(growthOf(leaking).steady).toBe(false);
    const bursts = leastOfThree(samples((seconds) => (seconds % 200 === 0 ? 9 * MB : 5 * MB), 0.01 * MB));
    expect(growthOf(bursts).steady).toBe(true);
  });
});

describe('the slope', () => {
  it('is that of a line, whatever the line', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 1_000_000 }), (slope, start) => {
        const found = slopeOf(samples((seconds) => start + slope * seconds));
        expect(found).toEqual({ slope, low: slope, high: slope });
      }),
      { numRuns: 20 },
    );
  });

  it('is not moved by a few samples that are far off', () => {
    const { slope } = slopeOf(samples((seconds) => 7 * seconds + (seconds % 300 === 0 ? 1e9 : 0)));
    expect(slope).toBeCloseTo(7, 5);
  });

  it('lies between its ends, which are further apart the more noise there is', () => {
    const [calm, noisy] = [100, 10_000].map((noise) => slopeOf(samples((seconds) => seconds, noise)));
    for (const found of [calm, noisy]) {
      expect(found?.low).toBeLessThan(found?.slope ?? 0);
      expect(found?.high).toBeGreaterThan(found?.slope ?? 0);
    }
    expect((noisy?.high ?? 0) - (noisy?.low ?? 0)).toBeGreaterThan((calm?.high ?? 0) - (calm?.low ?? 0));
  });
});
