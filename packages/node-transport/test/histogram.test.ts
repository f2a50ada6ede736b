import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../src/histogram.ts';

describe('Histogram', () => {
  it('is empty at first', () => {
    expect(new Histogram([1, 2]).snapshot()).toEqual({
      buckets: [
        { le: 1, count: 0 },
        { le: 2, count: 0 },
      ],
      sum: 0,
      count: 0,
    });
  });

  it('counts in each bucket what is at most its bound, and all in count', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 120 })), (values) => {
        const bounds = [1, 5, 10, 100];
        const histogram = new Histogram(bounds);
        for (const value of values) histogram.add(value);
        const { buckets, sum, count } = histogram.snapshot();
        expect(buckets).toEqual(bounds.map((le) => ({ le, count: values.filter((value) => value <= le).length })));
        expect(count).toBe(values.length);
        expect(sum).toBe(values.reduce((total, value) => total + value, 0));
      }),
    );
  });

  it('gives snapshots that later values do not change', () => {
    const histogram = new Histogram([1]);
    const before = histogram.snapshot();
    histogram.add(1);
    expect(before.count).toBe(0);
    expect(before.buckets).toEqual([{ le: 1, count: 0 }]);
  });
});
