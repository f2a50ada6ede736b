// `reconnect` for this runtime's own WebSocket, time and randomness. A program that does not import it does not carry it.

import { createReconnect, type Reconnect } from '@framewire/connection';
import { connect } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';
import { systemClock } from './system-clock.ts';

/** Keeps a conversation going over connections that come and go. */
export const reconnect: Reconnect<ConnectOptions> = /* @__PURE__ */ createReconnect<ConnectOptions>(connect, {
  clock: systemClock,
  random: Math.random,
});
