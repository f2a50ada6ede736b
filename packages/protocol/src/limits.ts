// What one peer may make us hold. Every limit has a safe default, is checked when it is set, and is never silently unlimited.

import { UsageError } from './errors.ts';
import type { Role } from './role.ts';

/** Bounds on what is received (RFC 6455, section 10.4). */
export interface Limits {
  /** Most bytes in a message that is taken as a whole, after inflating. 1 to 2^53 - 1; default 1 MiB on a server, 16 MiB on a client. */
  readonly maxMessageSize?: number | undefined;
  /** Most bytes in a message that is taken as a stream of parts. 1 to 2^53 - 1; default 1 GiB, or `maxMessageSize` where that is more. */
  readonly maxStreamedMessageSize?: number | undefined;
  /** Most bytes in a frame. 1 to 2^53 - 1; default 1 GiB, or `maxMessageSize` where that is more. */
  readonly maxFrameSize?: number | undefined;
  /** Most frames in a message that is taken as a whole, empty ones counted. 1 to 2^53 - 1; default 16,384. */
  readonly maxFragments?: number | undefined;
  /** Pongs that may wait for the transport; beyond them only the latest Ping is answered (RFC 6455, section 5.5.3). 1 to 2^53 - 1; default 16. */
  readonly maxQueuedPongs?: number | undefined;
}

export const DEFAULT_MAX_MESSAGE_SIZE: Readonly<Record<Role, number>> = { server: 1_048_576, client: 16_777_216 };
export const DEFAULT_MAX_STREAMED_SIZE = 1_073_741_824;
export const DEFAULT_MAX_FRAGMENTS = 16_384;
export const DEFAULT_MAX_QUEUED_PONGS = 16;

/**
 * Returns the value, or the default when it is undefined.
 *
 * @param name the option's name, for the error
 * @throws UsageError INVALID_OPTION unless the value is a whole number from `least` to 2^53 - 1
 */
export function limit(name: string, value: number | undefined, fallback: number, least = 1): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(
    'INVALID_OPTION',
    `${name} must be a whole number from ${least} to ${Number.MAX_SAFE_INTEGER}, not ${String(value)}.`,
  );
}
