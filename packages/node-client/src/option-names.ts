// The names of all options. One that is not there would be ignored without a word, and with it what its author relied on.

import type { ReconnectOptions } from '@framewire/connection';
import type { ControlFrameLimit, DeflateOptions, KeepaliveOptions } from '@framewire/node-transport';
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

const KEEPALIVE: Names<KeepaliveOptions> = { deadline: true, interval: true };

const CONTROL_FRAMES: Names<ControlFrameLimit> = { count: true, window: true };

const DEFLATE: Names<DeflateOptions> = {
  level: true,
  maxJobs: true,
  memLevel: true,
  receiveContextTakeover: true,
  receiveWindowBits: true,
  sendContextTakeover: true,
  sendWindowBits: true,
  threshold: true,
};

/**
 * Those of `connect`, and of its options that are objects of options.
 *
 * @throws UsageError INVALID_OPTION, as {@link checkNames}
 */
export function checkConnectNames(options: ConnectOptions): void {
  checkNames('connect', options, CONNECT_NAMES);
  checkInnerNames('keepalive', options.keepalive, KEEPALIVE);
  checkInnerNames('maxControlFrames', options.maxControlFrames, CONTROL_FRAMES);
  checkInnerNames('deflate', options.deflate, DEFLATE);
}

function checkInnerNames(name: string, options: unknown, names: Readonly<Record<string, true>>): void {
  // What else it may be is checked where it is used.
  if (typeof options === 'object' && options !== null) checkNames(`${name} of connect`, options, names);
}

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
