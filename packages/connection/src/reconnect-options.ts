// What can be set about reconnecting, and what holds when it is not set.

import { UsageError } from '@framewire/protocol';
import type { Backoff } from './backoff.ts';
import type { OutboxLimits } from './outbox.ts';
import { isWorthRetrying, type Setback } from './retry-policy.ts';

/**
 * Where a reconnecting connection stands: opening a connection, having one, waiting to open the next one, or done.
 * It is `closed` from the call of `close()` on.
 */
export type ReconnectState = 'connecting' | 'open' | 'waiting' | 'closed';

/** Why a reconnecting connection is done. */
export interface ReconnectEnd {
  /**
   * `closed`: `close()` was called. `aborted`: the signal was aborted. `declined`: `shouldRetry` said no. `exhausted`: `maxAttempts`
   * was reached. `failed`: `shouldRetry` or `onStateChange` threw.
   */
  readonly why: 'closed' | 'aborted' | 'declined' | 'exhausted' | 'failed';
  /** What iteration throws after the last message. Absent after `close()`, and when the peer closed with 1000 and that was taken for the end. */
  readonly error?: unknown;
}

/** A step from one state to another. `attempt` counts from 1 and starts again after a stable connection. */
export type ReconnectChange =
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'open'; readonly attempt: number }
  | {
      readonly state: 'waiting';
      /** The attempt that comes next. */
      readonly attempt: number;
      /** Milliseconds until then. When a wake-up of the runtime makes them fewer, the change is told again. */
      readonly delay: number;
      readonly setback: Setback;
    }
  | { readonly state: 'closed'; readonly end: ReconnectEnd };

/** All have defaults. */
export interface ReconnectOptions {
  /** Upper bound of the first delay, in milliseconds; it doubles with each attempt. Each delay is random between 0 and its bound. Default 1000. */
  readonly baseDelay?: number;
  /** What the bound grows to, in milliseconds. Default 30,000. */
  readonly maxDelay?: number;
  /**
   * Most milliseconds granted to a server that asks for a time before the next attempt: by Retry-After in a response of 429 or 503, or by the
   * reason `retry-after=SECONDS` of a Close with 1001, 1012 or 1013. The delay is then at least that long, and a random part up to as long
   * again, but no longer than `maxDelay`, comes on top. 0: what servers ask for is ignored. Default 300,000.
   */
  readonly maxRetryAfter?: number;
  /** Attempts in a row that lead to no stable connection before it gives up, at least 1. Default: no end. */
  readonly maxAttempts?: number;
  /** Milliseconds a connection must have been open for the count of attempts to start again. Default 5000. */
  readonly stableAfter?: number;
  /** Whether to try again. Default: {@link isWorthRetrying}. */
  readonly shouldRetry?: (setback: Setback) => boolean;
  /** Aborting it ends everything, as `close()` does, but iteration then throws its reason. */
  readonly signal?: AbortSignal;
  /** Called after each step to another state. If it throws, the reconnecting connection is done: `failed`. */
  readonly onStateChange?: (change: ReconnectChange) => void;
  /** Most milliseconds a message waits for a connection. Default: no end. */
  readonly maxAge?: number;
  /** Most bytes that wait for a connection, text counted as two per UTF-16 code unit, and 64 for each message. Default 1 MiB. */
  readonly maxWaitingBytes?: number;
  /** Most messages that wait for a connection. 0: none is kept for later. Default 1024. */
  readonly maxWaitingMessages?: number;
  /** Which message makes room when too much waits: the one being sent (default), or those that wait longest. */
  readonly whenFull?: 'refuse-newest' | 'drop-oldest';
}

/** The options, checked and complete. */
export interface ReconnectSettings extends Backoff, OutboxLimits {
  readonly maxAttempts: number;
  readonly stableAfter: number;
  readonly shouldRetry: (setback: Setback) => boolean;
  readonly onStateChange: ((change: ReconnectChange) => void) | undefined;
}

/** @throws UsageError INVALID_OPTION */
export function settle(options: ReconnectOptions): ReconnectSettings {
  const { baseDelay = 1000, maxDelay = 30_000, maxAttempts = Number.POSITIVE_INFINITY, stableAfter = 5000 } = options;
  const { maxRetryAfter = 300_000, signal } = options;
  const { maxAge = Number.POSITIVE_INFINITY, maxWaitingBytes = 1024 * 1024, maxWaitingMessages = 1024 } = options;
  const { shouldRetry = isWorthRetrying, onStateChange, whenFull = 'refuse-newest' } = options;
  checkNumber('baseDelay', baseDelay, 0, MAX_DELAY);
  checkNumber('maxDelay', maxDelay, 0, MAX_DELAY);
  checkNumber('maxRetryAfter', maxRetryAfter, 0, MAX_DELAY);
  checkNumber('maxAttempts', maxAttempts, 1, Number.POSITIVE_INFINITY);
  checkNumber('stableAfter', stableAfter, 0, Number.POSITIVE_INFINITY);
  checkNumber('maxAge', maxAge, 0, Number.POSITIVE_INFINITY);
  checkNumber('maxWaitingBytes', maxWaitingBytes, 0, Number.POSITIVE_INFINITY);
  checkNumber('maxWaitingMessages', maxWaitingMessages, 0, Number.POSITIVE_INFINITY);
  checkFunction('shouldRetry', shouldRetry);
  // Its own error would come when the first attempt is under way already, and nobody has it.
  if (signal !== undefined && typeof Object(signal).addEventListener !== 'function') {
    throw new UsageError('INVALID_OPTION', `signal must be an AbortSignal, not ${typeof signal}.`);
  }
  if (onStateChange !== undefined) checkFunction('onStateChange', onStateChange);
  if (whenFull !== 'refuse-newest' && whenFull !== 'drop-oldest') {
    throw new UsageError('INVALID_OPTION', `whenFull is 'refuse-newest' or 'drop-oldest', not ${String(whenFull)}.`);
  }
  return {
    baseDelay,
    maxDelay,
    maxRetryAfter,
    maxAttempts,
    stableAfter,
    shouldRetry,
    onStateChange,
    maxAge,
    maxWaitingBytes,
    maxWaitingMessages,
    whenFull,
  };
}

/** The longest delay of a timer in every runtime. */
const MAX_DELAY = 2_147_483_647;

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new UsageError('INVALID_OPTION', `${name} must be a number from ${least} to ${most}, not ${String(value)}.`);
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new UsageError('INVALID_OPTION', `${name} must be a function, not ${typeof value}.`);
}
