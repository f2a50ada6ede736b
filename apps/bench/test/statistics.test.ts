import { describe, expect, it } from 'vitest';
import { quartiles } from '../src/statistics.ts';

describe('quartiles', () => {
  it('finds the middle and the middle half, whatever the order', () => {
    expect(quartiles([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 });
    expect(quartiles([4, 1, 2, 3])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
    expect(quartiles([7])).toEqual({ median: 7, low: 7, high: 7 });
  });

  it('is not moved by one disturbed sample', () => {
    expect(quartiles([1, 1, 1, 1, 1000])).toEqual({ median: 1, low: 1, high: 1 });
  });
});
