// `reconnect` with Node's own sockets, time and randomness.

import { createReconnect, type Reconnect } from '@framewire/connection';
import { systemClock } from '@framewire/node-transport';
import { openUrl } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';

/**
 * Opens a connection and keeps it alive: opens another when it is lost, after a random and growing delay.
 *
 * @throws UsageError INVALID_URL, INVALID_ARGUMENT, INVALID_OPTION
 */
export const reconnect: Reconnect<ConnectOptions> = createReconnect<ConnectOptions>(openUrl, {
  clock: systemClock,
  random: Math.random,
});
