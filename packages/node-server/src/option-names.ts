// The names of all options of a server and of its functions: see `checkNames` of node-transport.

import { checkNames as checkNamesOf, type OptionNames, TRANSPORT_NAMES } from '@framewire/node-transport';
import { UsageError } from '@framewire/protocol';
import type { CloseOptions } from './drain.ts';
import type { HandshakeOptions, ServeOptions, UpgradeOptions } from './options.ts';
import type { RefusalOptions } from './refusal.ts';

const HANDSHAKE: OptionNames<HandshakeOptions> = {
  ...TRANSPORT_NAMES,
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

const SERVE: OptionNames<ServeOptions> = {
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

const UPGRADE: OptionNames<UpgradeOptions> = { ...HANDSHAKE, match: true };

const CLOSE: OptionNames<CloseOptions> = { deadline: true, rate: true, reason: true, retryAfter: true };

const REFUSE: OptionNames<RefusalOptions> = { body: true, headers: true, retryAfter: true };

type Functions = 'serve' | 'upgrade' | 'close' | 'refuse';

const KNOWN: Readonly<Record<Functions, object>> = { serve: SERVE, upgrade: UPGRADE, close: CLOSE, refuse: REFUSE };

/**
 * @throws UsageError INVALID_ARGUMENT unless the options are an object, INVALID_OPTION naming an option that this function does not have; one
 *   that is undefined is as good as absent
 */
export function checkNames(of: Functions, options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError('INVALID_ARGUMENT', `The options must be an object, not ${String(options)}.`);
  }
  checkNamesOf(`${of}()`, options, KNOWN[of], (name) => {
    const other = (['serve', 'upgrade'] as const).find((others) => others !== of && Object.hasOwn(KNOWN[others], name));
    return other === undefined ? '' : `: it is one of ${other}()`;
  });
}
