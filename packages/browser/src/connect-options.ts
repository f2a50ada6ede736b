// What can be set about a connection, and what holds when it is not set.

import type { Clock } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';
import { systemTimers } from './system-clock.ts';

/** All have defaults. Sizes are bytes, times milliseconds. */
export interface ConnectOptions {
  /** The subprotocols offered, most wanted first: distinct tokens. `Connection.subprotocol` is the one the server chose. */
  readonly subprotocols?: readonly string[];
  /** Aborting it ends the opening, and `connect` rejects with its reason. Once the connection is open it has no effect. */
  readonly signal?: AbortSignal;
  /** How long the opening may take. 1 to 2^31 - 1; default 10,000. */
  readonly handshakeTimeout?: number;
  /** Over this many unsent bytes `send` returns false, and at half of it `drained` resolves. 1 to 2^31 - 1; default 1 MiB. */
  readonly sendHighWater?: number;
  /**
   * Over this many bytes of unread messages the connection is closed with 4009, because a native WebSocket cannot be paused.
   * Text counts two bytes for each UTF-16 code unit, and every message 64 beside its content. 1 to 2^31 - 1; default 64 MiB.
   */
  readonly maxReceiveQueue?: number;
  /** Time, for tests. */
  readonly clock?: Clock;
}

/** {@link ConnectOptions} after the check. */
export interface ConnectSettings {
  readonly handshakeTimeout: number;
  readonly sendHighWater: number;
  readonly maxReceiveQueue: number;
  readonly clock: Pick<Clock, 'schedule'>;
}

/** The longest a timer can wait, and more bytes than any engine queues. */
const MOST = 2_147_483_647;
const MIB = 1_048_576;

/** @throws UsageError INVALID_OPTION, naming the option that is out of range */
export function settle(options: ConnectOptions): ConnectSettings {
  return {
    handshakeTimeout: within(options, 'handshakeTimeout', 10_000),
    sendHighWater: within(options, 'sendHighWater', MIB),
    maxReceiveQueue: within(options, 'maxReceiveQueue', 64 * MIB),
    clock: options.clock ?? systemTimers,
  };
}

type Amount = 'handshakeTimeout' | 'sendHighWater' | 'maxReceiveQueue';

function within(options: ConnectOptions, name: Amount, fallback: number): number {
  const value: unknown = options[name] ?? fallback;
  if (typeof value === 'number' && value >= 1 && value <= MOST) return value;
  throw new UsageError('INVALID_OPTION', `${name} must be 1 to ${MOST}.`);
}
