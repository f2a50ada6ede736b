// `reconnect` for this runtime's own WebSocket, time, randomness and wake-ups. A program that does not import it does not carry it.

import {
  type Connection,
  createReconnect,
  type Open,
  type Reconnect,
  type ReconnectingConnection,
  type ReconnectOptions as SharedOptions,
} from '@framewire/connection';
import { connect } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';
import { type ProbeOptions, type ProbeSettings, settleProbe } from './probe-options.ts';
import { ProbedConnection } from './probed-connection.ts';
import { systemClock } from './system-clock.ts';
import { onWakeUp } from './wake-ups.ts';

/** All have defaults. */
export interface ReconnectOptions extends SharedOptions {
  /** Those of `connect`, for each connection to a URL. */
  readonly connect?: Omit<ConnectOptions, 'signal'>;
  /**
   * Asks the server whether it is there, and replaces a connection that has died in silence. Default: none, and then a page learns of
   * a dead connection only when its browser does, which may take minutes.
   */
  readonly probe?: ProbeOptions;
}

const runtime = { clock: systemClock, random: Math.random, wakeUps: onWakeUp };
const reconnectPlainly: Reconnect<ConnectOptions> = /* @__PURE__ */ createReconnect<ConnectOptions>(connect, runtime);

/**
 * Keeps a conversation going over connections that come and go. While it waits for the next attempt, a page that wakes up or is online
 * again tries at once, unless the server asked for a time; with `probe`, it also finds out at once whether the connection it has is alive.
 *
 * @param target where to connect to, or a function that opens each connection
 * @throws UsageError INVALID_ARGUMENT, INVALID_OPTION
 */
export function reconnect(target: string | Open, options: ReconnectOptions = {}): ReconnectingConnection {
  const { probe, ...rest } = options;
  if (probe === undefined) return reconnectPlainly(target, rest);
  const { maxReceiveQueue } = { ...rest.connect, ...probe };
  const settings = settleProbe(maxReceiveQueue === undefined ? probe : { ...probe, maxReceiveQueue });
  const open: Open = typeof target === 'function' ? target : (signal) => connect(target, { ...rest.connect, signal });
  // What `open` throws at its first call is thrown at ours.
  return reconnectPlainly((signal) => open(signal).then((connection) => probed(connection, settings)), rest);
}

function probed(connection: Connection, settings: ProbeSettings): Connection {
  try {
    return new ProbedConnection(connection, settings, runtime);
  } catch {
    // It is no connection, or has another consumer: either is found out as it is without a probe, and ends it all.
    return connection;
  }
}
