import { describe, expect, it } from 'vitest';
import { settle } from '../src/reconnect-options.ts';
import { isWorthRetrying } from '../src/retry-policy.ts';

describe('settle', () => {
  it('has a default for everything', () => {
    expect(settle({})).toEqual({
      baseDelay: 1000,
      maxDelay: 30_000,
      maxRetryAfter: 300_000,
      maxAttempts: Number.POSITIVE_INFINITY,
      stableAfter: 5000,
      shouldRetry: isWorthRetrying,
      onStateChange: undefined,
      maxAge: Number.POSITIVE_INFINITY,
      maxWaitingBytes: 1_048_576,
      maxWaitingMessages: 1024,
      whenFull: 'refuse-newest',
    });
  });

  it('takes what is set', () => {
    const options = {
      baseDelay: 1,
      maxDelay: 2,
      maxRetryAfter: 7,
      maxAttempts: 3,
      stableAfter: 4,
      shouldRetry: () => true,
      onStateChange: () => {},
      maxAge: 5,
      maxWaitingBytes: 6,
      maxWaitingMessages: 0,
      whenFull: 'drop-oldest',
    } as const;
    expect(settle(options)).toEqual(options);
  });

  it.each([
    [{ baseDelay: -1 }, 'baseDelay must be a number from 0 to 2147483647, not -1'],
    [{ baseDelay: Number.NaN }, 'baseDelay'],
    [{ maxDelay: Number.POSITIVE_INFINITY }, 'maxDelay'],
    [{ maxRetryAfter: Number.POSITIVE_INFINITY }, 'maxRetryAfter must be a number from 0 to 2147483647'],
    [{ maxAttempts: 0 }, 'maxAttempts must be a number from 1'],
    [{ stableAfter: -1 }, 'stableAfter'],
    [{ maxAge: '5' }, 'maxAge'],
    [{ maxWaitingBytes: -1 }, 'maxWaitingBytes'],
    [{ maxWaitingMessages: null }, 'maxWaitingMessages'],
    [{ shouldRetry: true }, 'shouldRetry must be a function, not boolean'],
    [{ signal: {} }, 'signal must be an AbortSignal'],
    [{ signal: null }, 'signal must be an AbortSignal'],
    [{ onStateChange: 'log' }, 'onStateChange must be a function, not string'],
    [{ whenFull: 'newest' }, "whenFull is 'refuse-newest' or 'drop-oldest', not newest"],
  ])('refuses %o and says what is right', (options, message) => {
    expect(() => settle(options as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(() => settle(options as never)).toThrow(message);
  });
});
