import { describe, expect, it } from 'vitest';
import { sampled } from '../../mutation/sample.ts';

const ITEMS = Array.from({ length: 100 }, (_, place) => place);

describe('a sample', () => {
  it('has the size asked for, in order, without repeats, and is the same for a seed', () => {
    const sample = sampled(ITEMS, 10, 7);
    expect(new Set(sample).size).toBe(10);
    expect(sample).toEqual(sample.toSorted((one, other) => one - other));
    expect(sampled(ITEMS, 10, 7)).toEqual(sample);
    expect(sampled(ITEMS, 10, 8)).not.toEqual(sample);
  });

  it('is everything when there is no more', () => {
    expect(sampled(ITEMS, 100, 1)).toEqual(ITEMS);
    expect(sampled(ITEMS, 500, 1)).toEqual(ITEMS);
  });
});
