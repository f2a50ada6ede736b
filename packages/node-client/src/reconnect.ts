// `reconnect` with Node's own sockets, time and randomness.

import { type Clock, createReconnect, type Reconnect } from '@framewire/connection';
import { checkNames, systemClock } from '@framewire/node-transport';
import { openUrl } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';
import { RECONNECT_NAMES } from './option-names.ts';

/** Between two connections nothing else keeps the process alive: so, unlike those of a connection, these timers do. */
const clock: Clock = {
  now: systemClock.now,
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timeout) };
  },
};

const reconnectChecked: Reconnect<ConnectOptions> = createReconnect<ConnectOptions>(openUrl, {
  clock,
  random: Math.random,
});

/**
 * Opens a connection and keeps it alive: opens another when it is lost, after a random and growing delay. That a server is gone which says
 * nothing any more is found out by the `keepalive` of `connect`, which is on by default.
 *
 * @throws UsageError INVALID_URL, INVALID_ARGUMENT, INVALID_OPTION
 */
export const reconnect: Reconnect<ConnectOptions> = (target, options = {}) => {
  checkNames('reconnect()', options, RECONNECT_NAMES);
  return reconnectChecked(target, options);
};
