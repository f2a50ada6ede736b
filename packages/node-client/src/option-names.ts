// The names of all options. One that is not there would be ignored without a word, and with it what its author relied on.

import type { ReconnectOptions } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';
import type { ConnectOptions } from './connect-options.ts';

type Names<Options> = Readonly<Record<keyof Options, true>>;

// As records, so that the compiler finds a name that is missing.
export const CONNECT_NAMES: Names<ConnectOptions> = {
  baseUrl: true,
  bytesPerTurn: true,
  clock: true,
  closeTimeout: true,
  deflate: true,
  family: true,
  handshakeTimeout: true,
  headers: true,
  keepalive: true,
  localAddress: true,
  lookup: true,
  maxControlFrames: true,
  maxFields: true,
  maxFragments: true,
  maxFrameSize: true,
  maxHeadBytes: true,
  maxMessageSize: true,
  maxQueuedPongs: true,
  maxSendQueue: true,
  maxStreamedMessageSize: true,
  messagesPerTurn: true,
  origin: true,
  receiveHighWater: true,
  requireSubprotocol: true,
  sendHighWater: true,
  signal: true,
  slowConsumer: true,
  socketPath: true,
  subprotocols: true,
  tls: true,
};

export const RECONNECT_NAMES: Names<ReconnectOptions & { readonly connect?: unknown }> = {
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

/**
 * What is undefined counts as not given.
 *
 * @param owner whose options they are
 * @throws UsageError INVALID_OPTION, naming the option that is none, and those there are
 */
export function checkNames(owner: string, options: object, names: Readonly<Record<string, true>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue;
    const message = `${owner} has no option ${name}. It has ${Object.keys(names).join(', ')}.`;
    throw new UsageError('INVALID_OPTION', message);
  }
}
