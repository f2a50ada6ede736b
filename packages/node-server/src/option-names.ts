// An option that nobody knows does nothing, silently: a limit with a misspelt name would be none. So the names are checked, too. The lists
// are complete, or they do not compile.

import type { TransportOptions } from '@framewire/node-transport';
import { UsageError } from '@framewire/protocol';
import type { HandshakeOptions, ServeOptions, UpgradeOptions } from './options.ts';

type Names<Options> = { readonly [Name in keyof Options]-?: true };

const TRANSPORT: Names<TransportOptions> = {
  bytesPerTurn: true,
  clock: true,
  closeTimeout: true,
  deflate: true,
  keepalive: true,
  maxControlFrames: true,
  maxFragments: true,
  maxFrameSize: true,
  maxMessageSize: true,
  maxQueuedPongs: true,
  maxSendQueue: true,
  maxStreamedMessageSize: true,
  messagesPerTurn: true,
  receiveHighWater: true,
  sendHighWater: true,
  slowConsumer: true,
};

const HANDSHAKE: Names<HandshakeOptions> = {
  ...TRANSPORT,
  authorize: true,
  handshakeTimeout: true,
  maxConnections: true,
  maxConnectionsPerAddress: true,
  maxPendingHandshakes: true,
  maxPendingHandshakesPerAddress: true,
  onError: true,
  onRefused: true,
  origins: true,
  requireSubprotocol: true,
  responseHeaders: true,
  retryAfter: true,
  secure: true,
  subprotocols: true,
};

const SERVE: Names<ServeOptions> = {
  ...HANDSHAKE,
  backlog: true,
  host: true,
  http: true,
  maxFields: true,
  maxHeadBytes: true,
  port: true,
  reusePort: true,
  socketPath: true,
  tls: true,
  unstableSharedRead: true,
};

const UPGRADE: Names<UpgradeOptions> = { ...HANDSHAKE, match: true };

type Functions = 'serve' | 'upgrade';

const KNOWN: Readonly<Record<Functions, object>> = { serve: SERVE, upgrade: UPGRADE };

/** @throws UsageError INVALID_OPTION naming an option that this function does not have; one that is undefined is as good as absent */
export function checkNames(of: Functions, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(KNOWN[of], name)) continue;
    const other = of === 'serve' ? 'upgrade' : 'serve';
    const hint = Object.hasOwn(KNOWN[other], name) ? `: it is one of ${other}()` : '';
    throw new UsageError('INVALID_OPTION', `${of}() has no option ${name}${hint}.`);
  }
}
