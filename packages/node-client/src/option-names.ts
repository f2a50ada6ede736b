// The names of all options of a client: see `checkNames` of node-transport.

import type { ReconnectOptions } from '@framewire/connection';
import { type OptionNames, TRANSPORT_NAMES } from '@framewire/node-transport';
import type { ConnectOptions } from './connect-options.ts';

export const CONNECT_NAMES: OptionNames<ConnectOptions> = {
  ...TRANSPORT_NAMES,
  baseUrl: true,
  family: true,
  handshakeTimeout: true,
  headers: true,
  localAddress: true,
  lookup: true,
  maxFields: true,
  maxHeadBytes: true,
  origin: true,
  requireSubprotocol: true,
  signal: true,
  socketPath: true,
  subprotocols: true,
  tls: true,
};

export const RECONNECT_NAMES: OptionNames<ReconnectOptions & { readonly connect?: unknown }> = {
  baseDelay: true,
  connect: true,
  maxAge: true,
  maxAttempts: true,
  maxDelay: true,
  maxRetryAfter: true,
  maxWaitingBytes: true,
  maxWaitingMessages: true,
  onStateChange: true,
  shouldRetry: true,
  signal: true,
  stableAfter: true,
  whenFull: true,
};
