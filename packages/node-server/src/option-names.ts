// An option that nobody knows does nothing, silently: a limit with a misspelt name would be none. So the names are checked, too. The lists
// are complete, or they do not compile.

import type { ControlFrameLimit, DeflateOptions, KeepaliveOptions, TransportOptions } from '@framewire/node-transport';
import { UsageError } from '@framewire/protocol';
import type { CloseOptions } from './drain.ts';
import type { HandshakeOptions, ServeOptions, UpgradeOptions } from './options.ts';
import type { RefusalOptions } from './refusal.ts';

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

const CLOSE: Names<CloseOptions> = { deadline: true, rate: true, reason: true, retryAfter: true };

const REFUSE: Names<RefusalOptions> = { body: true, headers: true, retryAfter: true };

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

type Functions = 'serve' | 'upgrade' | 'close' | 'refuse';

const KNOWN: Readonly<Record<Functions, object>> = { serve: SERVE, upgrade: UPGRADE, close: CLOSE, refuse: REFUSE };

/** Options that are objects of options. */
const INNER: ReadonlyMap<string, object> = new Map<keyof TransportOptions, object>([
  ['keepalive', KEEPALIVE],
  ['maxControlFrames', CONTROL_FRAMES],
  ['deflate', DEFLATE],
]);

/**
 * @throws UsageError INVALID_ARGUMENT unless the options are an object, INVALID_OPTION naming an option that this function does not have; one
 *   that is undefined is as good as absent
 */
export function checkNames(of: Functions, options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError('INVALID_ARGUMENT', `The options must be an object, not ${String(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(KNOWN[of], name)) throw unknownOption(of, name);
    const inner = INNER.get(name);
    if (inner !== undefined) checkInnerNames(of, name, value, inner);
  }
}

function checkInnerNames(of: Functions, name: string, options: unknown, known: object): void {
  // What it must be is checked where it is used.
  if (typeof options !== 'object' || options === null) return;
  for (const [innerName, value] of Object.entries(options)) {
    if (value !== undefined && !Object.hasOwn(known, innerName)) throw unknownOption(of, `${name}.${innerName}`);
  }
}

function unknownOption(of: Functions, name: string): UsageError {
  const other = (['serve', 'upgrade'] as const).find((others) => others !== of && Object.hasOwn(KNOWN[others], name));
  const hint = other === undefined ? '' : `: it is one of ${other}()`;
  return new UsageError('INVALID_OPTION', `${of}() has no option ${name}${hint}.`);
}
