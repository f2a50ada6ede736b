// A WebSocket server of its own: it listens, reads the opening handshakes itself, and gives everything else to an HTTP server it may have.

import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { type TlsOptions, Server as TlsServer } from 'node:tls';
import { UsageError } from '@framewire/protocol';
import { FrontDoor } from './front-door.ts';
import { Hub } from './hub.ts';
import { authorityOf, listenOptions } from './listening.ts';
import { checkNames } from './option-names.ts';
import {
  type Authorize,
  checkArguments,
  type Handler,
  type ServeOptions,
  settleHandshake,
  settleHead,
} from './options.ts';
import { AttachedServer, type UpgradeServer, UpgradeTaker } from './upgrade.ts';

/** A WebSocket server that listens. */
export interface Server extends UpgradeServer {
  /** Where clients find it, such as `ws://127.0.0.1:8080`. On all addresses and on a Unix socket, the host is `localhost`. */
  readonly url: string;
  /** What it listens on: an address and port, or the path of a Unix socket. */
  readonly address: AddressInfo | string;
}

/**
 * Starts a WebSocket server.
 *
 * @param handler the conversation with each client
 * @returns once it listens
 * @throws UsageError INVALID_ARGUMENT, INVALID_OPTION, at once. Rejects with Node's own error when it cannot listen, such as EADDRINUSE
 */
export function serve(handler: Handler, options: ServeOptions): Promise<Server>;
export function serve<Context>(
  handler: Handler<Context>,
  options: ServeOptions<Context> & { readonly authorize: Authorize<Context> },
): Promise<Server>;
export function serve<Context>(handler: Handler<Context>, options: ServeOptions<Context>): Promise<Server> {
  checkArguments(handler, options);
  checkNames('serve', options);
  const listening = listenOptions(options);
  const { tls, http } = options;
  checkHttp(http);
  const hub = new Hub(handler, settleHandshake(options));
  checkTls(tls);
  const door = new FrontDoor(hub, new UpgradeTaker(hub), {
    limits: settleHead(options),
    tls,
    http,
    sharedRead: checkFlag('unstableSharedRead', options.unstableSharedRead),
  });
  return listen(hub, door, listening, tls === undefined ? 'ws' : 'wss');
}

async function listen<Context>(
  hub: Hub<Context>,
  door: FrontDoor<Context>,
  listening: ListenOptions,
  scheme: string,
): Promise<Server> {
  await door.listen(listening);
  hub.onClosing(() => door.close());
  // It listens, so there is an address.
  const address = door.server.address() as AddressInfo | string;
  return new ListeningServer(hub, address, `${scheme}://${authorityOf(address, listening.host)}`);
}

/** The implementation of {@link Server}. */
class ListeningServer<Context> extends AttachedServer<Context> implements Server {
  readonly url: string;
  readonly address: AddressInfo | string;

  constructor(hub: Hub<Context>, address: AddressInfo | string, url: string) {
    super(hub);
    this.address = address;
    this.url = url;
  }
}

function checkFlag(name: string, value: boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new UsageError('INVALID_OPTION', `${name} must be true or false, not ${String(value)}.`);
}

function checkHttp(http: HttpServer | undefined): void {
  if (http === undefined) return;
  if (typeof http?.emit !== 'function') {
    throw new UsageError('INVALID_OPTION', 'http must be an HTTP server, such as http.createServer(app).');
  }
  if (http instanceof TlsServer) {
    throw new UsageError(
      'INVALID_OPTION',
      'http must be a plain HTTP server: give key and cert in tls here, or use upgrade() with the HTTPS server.',
    );
  }
}

/** Without a certificate a TLS server listens, and refuses every client with a riddle. */
function checkTls(tls: TlsOptions | undefined): void {
  if (tls === undefined) return;
  const { cert, pfx, SNICallback } = Object(tls) as TlsOptions;
  if ((cert ?? pfx ?? SNICallback) !== undefined) return;
  throw new UsageError(
    'INVALID_OPTION',
    'tls must hold key and cert, pfx, or SNICallback: a server needs a certificate.',
  );
}
