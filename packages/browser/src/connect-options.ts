// What can be set about a connection, and what holds when it is not set.

import type { Clock } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';
import { systemClock } from './system-clock.ts';

/** All have defaults. Sizes are bytes, times milliseconds. */
export interface ConnectOptions {
  /** The subprotocols offered, most wanted first: distinct tokens. `Connection.subprotocol` is the one the server chose. */
  readonly subprotocols?: readonly string[];
  /** Aborting it ends the opening, and `connect` rejects with its reason. Once the connection is open it has no effect. */
  readonly signal?: AbortSignal;
  /** How long the opening may take. 1 to 2^31 - 1; default 10,000. */
  readonly handshakeTimeout?: number;
  /**
   * How long a close may take before the connection counts as closed without the peer's answer; what is queued may take
   * longer, as long as it moves. 1 to 2^31 - 1; default 5,000.
   */
  readonly closeTimeout?: number;
  /** Over this many unsent bytes `send` returns false, and at half of it `drained` resolves. 1 to 2^53 - 1; default 1 MiB. */
  readonly sendHighWater?: number;
  /**
   * Over this many bytes of unread messages the connection is closed with 4009, because a native WebSocket cannot be paused.
   * Text counts two bytes for each UTF-16 code unit, and every message 64 beside its content. 1 to 2^53 - 1; default 64 MiB.
   */
  readonly maxReceiveQueue?: number;
  /** Time, for tests. */
  readonly clock?: Clock;
}

/** {@link ConnectOptions} after the check. */
export interface ConnectSettings {
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  readonly sendHighWater: number;
  readonly maxReceiveQueue: number;
  readonly clock: Clock;
}

const MAX_DELAY = 2 ** 31 - 1;
const MIB = 2 ** 20;

/** @throws UsageError INVALID_OPTION, naming the option that is out of range */
export function settle(options: ConnectOptions): ConnectSettings {
  const { handshakeTimeout = 10_000, closeTimeout = 5_000, sendHighWater = MIB, maxReceiveQueue = 64 * MIB } = options;
  const { clock = systemClock } = options;
  const sizes = { sendHighWater, maxReceiveQueue };
  const times = { handshakeTimeout, closeTimeout };
  check(sizes, Number.MAX_SAFE_INTEGER);
  check(times, MAX_DELAY);
  return { ...sizes, ...times, clock };
}

function check(values: Record<string, unknown>, most: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' && value >= 1 && value <= most) continue;
    throw new UsageError('INVALID_OPTION', `${name} must be a number from 1 to ${most}, not ${String(value)}.`);
  }
}
