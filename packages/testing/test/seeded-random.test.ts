import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../src/seeded-random.ts';

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed, in every runtime', () => {
    const random = new SeededRandom(42);
    expect([random.next(), random.next(), random.next()]).toEqual([
      0.6011037519201636, 0.44829055899754167, 0.8524657934904099,
    ]);
    expect(random.seed).toBe(42);
  });

  it('gives others for another seed', () => {
    expect(new SeededRandom(1).next()).not.toBe(new SeededRandom(2).next());
  });

  it('stays in its bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, least, range) => {
        const random = new SeededRandom(seed);
        const number = random.next();
        expect(number >= 0 && number < 1).toBe(true);
        const integer = random.integer(least, least + range);
        expect(Number.isInteger(integer) && integer >= least && integer <= least + range).toBe(true);
      }),
    );
  });

  it('reaches both bounds, and about the middle on average', () => {
    const random = new SeededRandom(7);
    const numbers = Array.from({ length: 6000 }, () => random.integer(1, 6));
    expect(new Set(numbers).size).toBe(6);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean).toBeCloseTo(3.5, 1);
  });

  it('gives bytes', () => {
    const bytes = new SeededRandom(3).bytes(1000);
    expect(bytes.length).toBe(1000);
    expect(new Set(bytes).size).toBeGreaterThan(200);
  });
});
