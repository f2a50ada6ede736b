// The opening handshake as the application sees it: what the client asks for, and who it is. Everything that costs something is worked
// out when it is first asked for, because most of it never is.

import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Closure, Connection } from '@framewire/connection';
import type { ConnectionInfo } from '@framewire/node-transport';
import {
  type Acceptance,
  type AgreedExtension,
  ConnectionClosedError,
  fieldValues,
  type RequestHead,
  type WebSocketError,
} from '@framewire/protocol';
import { ReceivedHeaders, type RequestHeaders } from './header-fields.ts';

/** What may be looked at of a TLS socket. */
export type TlsInfo = Pick<
  TLSSocket,
  | 'alpnProtocol'
  | 'authorizationError'
  | 'authorized'
  | 'getCipher'
  | 'getPeerCertificate'
  | 'getPeerX509Certificate'
  | 'getProtocol'
>;

/** An opening handshake that was found right. */
export interface UpgradeRequest<Context = undefined> {
  /** The URL the client must have used, such as `wss://example.com/chat?room=1`. Its authority is what the client says in Host. */
  readonly url: string;
  /** The path as sent, such as `/chat`. Compare it; do not resolve it as a URL reference, for it may begin with `//`. */
  readonly path: string;
  /** The query as sent, from `?` on, or `''`. `new URLSearchParams(query)` takes it apart. */
  readonly query: string;
  readonly headers: RequestHeaders;
  /** The Origin field, which browsers send and others need not. It was allowed by `origins`. */
  readonly origin: string | undefined;
  /** What the client offers, in its order. The one picked is the connection's `subprotocol`. */
  readonly subprotocols: readonly string[];
  /** The peer's IP address; `''` on a Unix socket. Behind a proxy, that is the proxy's. */
  readonly remoteAddress: string;
  /** Whether the client uses wss. */
  readonly secure: boolean;
  /** The TLS of the socket: protocol, cipher, the client's certificate. Undefined when there is none, also behind a proxy that ends it. */
  readonly tls: TlsInfo | undefined;
  /** Aborted when the client is gone: while `authorize` runs, when its time is over, too; afterwards, when the connection has ended. */
  readonly signal: AbortSignal;
  /** What `authorize` returned. */
  readonly context: Context;
}

/** The implementation of {@link UpgradeRequest}. */
export class Upgrade<Context> implements UpgradeRequest<Context>, ConnectionInfo {
  readonly secure: boolean;
  /** Set before the handler sees it. */
  context: Context = undefined as Context;
  readonly #head: RequestHead;
  readonly #acceptance: Acceptance;
  readonly #socket: Duplex;
  #headers: RequestHeaders | undefined;
  #abort: AbortController | undefined;
  #connection: Connection | undefined;
  #failure: unknown;

  constructor(head: RequestHead, acceptance: Acceptance, socket: Duplex, secure: boolean) {
    this.#head = head;
    this.#acceptance = acceptance;
    this.#socket = socket;
    this.secure = secure;
  }

  get url(): string {
    const { host, path, query } = this.#acceptance;
    return `${this.secure ? 'wss' : 'ws'}://${host}${path}${query}`;
  }

  get path(): string {
    return this.#acceptance.path;
  }

  get query(): string {
    return this.#acceptance.query;
  }

  get headers(): RequestHeaders {
    this.#headers ??= new ReceivedHeaders(this.#head.fields);
    return this.#headers;
  }

  get origin(): string | undefined {
    return this.#acceptance.origin;
  }

  get subprotocols(): readonly string[] {
    // They were found to be distinct tokens. Kept, a list of them may be ten times as large as the head.
    const lists = fieldValues(this.#head.fields, 'Sec-WebSocket-Protocol');
    return lists.flatMap((list) => list.split(',').map(trim).filter(isThere));
  }

  get subprotocol(): string {
    return this.#acceptance.subprotocol;
  }

  get extensions(): readonly AgreedExtension[] {
    return this.#acceptance.extensions;
  }

  get remoteAddress(): string {
    return remoteAddressOf(this.#socket);
  }

  get tls(): TlsInfo | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#failure !== undefined) this.#abort.abort(this.#failure);
      if (this.#connection !== undefined) this.#follow(this.#connection);
    }
    return this.#abort.signal;
  }

  /** The handshake has failed. */
  failed(reason: WebSocketError): void {
    this.#failure = reason;
    this.#abort?.abort(reason);
  }

  /** The handshake is done: from now on the signal tells of the connection's end. */
  opened(connection: Connection): void {
    this.#connection = connection;
    if (this.#abort !== undefined) this.#follow(connection);
  }

  #follow(connection: Connection): void {
    void connection.closed.then((closure) => this.#abort?.abort(reasonOf(closure)));
  }
}

/** The peer's IP address, or `''`. */
export function remoteAddressOf(socket: Duplex): string {
  return 'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? socket.remoteAddress : '';
}

function trim(text: string): string {
  return text.trim();
}

/** A list may have empty elements (RFC 9110, section 5.6.1.2). */
function isThere(text: string): boolean {
  return text !== '';
}

function reasonOf({ error, received, sent, receivedFirst }: Closure): ConnectionClosedError {
  return error ?? new ConnectionClosedError('CLOSED', { received, sent, receivedFirst });
}
