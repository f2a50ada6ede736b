// `reconnect` with Node's own sockets, time and randomness.

import { type Clock, createReconnect, type Reconnect } from '@framewire/connection';
import { systemClock } from '@framewire/node-transport';
import { openUrl } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';

/** Between two connections nothing else keeps the process alive: so, unlike those of a connection, these timers do. */
const clock: Clock = {
  now: systemClock.now,
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timeout) };
  },
};

/**
 * Opens a connection and keeps it alive: opens another when it is lost, after a random and growing delay.
 *
 * @throws UsageError INVALID_URL, INVALID_ARGUMENT, INVALID_OPTION
 */
export const reconnect: Reconnect<ConnectOptions> = createReconnect<ConnectOptions>(openUrl, {
  clock,
  random: Math.random,
});
