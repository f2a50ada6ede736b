import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { retryAfterFields } from '../src/retry-after.ts';

describe('Retry-After', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [1000, '1'],
    [1000.5, '2'],
    [5000, '5'],
    [2 ** 31 - 1, '2147484'],
  ])('asks for %d ms in whole seconds: %s', (milliseconds, seconds) => {
    expect(retryAfterFields(milliseconds)).toEqual([['Retry-After', seconds]]);
  });

  it('is absent when nothing is asked', () => {
    expect(retryAfterFields(undefined)).toEqual([]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5', null, false])('cannot be %s', (value) => {
    const building = () => retryAfterFields(value as number);
    expect(building).toThrow(UsageError);
    expect(building).toThrow(`retryAfter must be 0 to 2147483647 milliseconds, not ${value}.`);
  });
});
