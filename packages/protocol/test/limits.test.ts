import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { DEFAULT_MAX_FRAGMENTS, DEFAULT_MAX_MESSAGE_SIZE, DEFAULT_MAX_QUEUED_PONGS, limit } from '../src/limits.ts';

describe('limit', () => {
  it('gives the default for undefined only', () => {
    expect(limit('maxMessageSize', undefined, 7)).toBe(7);
    expect(limit('maxMessageSize', 1, 7)).toBe(1);
    expect(limit('maxMessageSize', Number.MAX_SAFE_INTEGER, 7)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses %d and says what is allowed',
    (value) => {
      expect(() => limit('maxMessageSize', value, 7)).toThrow(
        new UsageError(
          'INVALID_OPTION',
          `maxMessageSize must be a whole number from 1 to 9007199254740991, not ${value}.`,
        ),
      );
    },
  );

  it('refuses what is not a number at all', () => {
    for (const value of ['8', null, {}, 8n]) {
      expect(() => limit('maxFragments', value as unknown as number, 7)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      );
    }
  });

  it('takes a least value of its own', () => {
    expect(limit('highWater', 0, 7, 0)).toBe(0);
    expect(() => limit('highWater', 3, 7, 4)).toThrow('highWater must be a whole number from 4 to');
  });
});

it('has the documented defaults', () => {
  expect(DEFAULT_MAX_MESSAGE_SIZE).toEqual({ server: 1_048_576, client: 16_777_216 });
  expect(DEFAULT_MAX_FRAGMENTS).toBe(16_384);
  expect(DEFAULT_MAX_QUEUED_PONGS).toBe(16);
});
