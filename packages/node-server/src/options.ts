// What an application may set about a server, checked once before the first client comes.

import type { Server as HttpServer } from 'node:http';
import type { TlsOptions } from 'node:tls';
import {
  duration,
  type NodeConnection,
  settle,
  type TransportOptions,
  type TransportSettings,
} from '@framewire/node-transport';
import {
  checkPolicy,
  type Fields,
  type HandshakeError,
  type HeadLimits,
  type OriginPolicy,
  permessageDeflateServer,
  type RequestHead,
  RequestHeadDecoder,
  type ServerPolicy,
  type SubprotocolPolicy,
  UsageError,
} from '@framewire/protocol';
import { type AdmissionLimits, type AdmissionOptions, settleAdmission } from './admission.ts';
import { atOnce } from './at-once.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Refusal } from './refusal.ts';
import { type ErrorListener, warn } from './report.ts';
import { retryAfterFields } from './retry-after.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/**
 * The conversation with one client. When it returns, the connection is closed with 1000, unless a listener is attached then. When it
 * throws, the connection is closed with 1011 and `onError` hears of it, unless it throws only because the connection has ended.
 */
export type Handler<Context = undefined> = (
  connection: NodeConnection,
  request: UpgradeRequest<Context>,
) => void | Promise<void>;

/**
 * Decides who may connect, after the handshake and its Origin were found right. What it returns is the context of the handler;
 * {@link Refusal}, made by `refuse`, turns the client away. When it throws, the client gets a 500 that says nothing, and `onError` the error.
 */
export type Authorize<Context> = (request: UpgradeRequest) => Context | Refusal | Promise<Context | Refusal>;

/** What `serve` and `upgrade` have in common. All times are milliseconds. */
export interface HandshakeOptions<Context = undefined> extends TransportOptions, AdmissionOptions {
  /** Decides who may connect. Default: everyone whose Origin is allowed. */
  readonly authorize?: Authorize<Context> | undefined;
  /** Which web pages may connect. Default: `same`, those from the host and port the client asked for. */
  readonly origins?: OriginPolicy | undefined;
  /** The subprotocols spoken here, the preferred one first, or a function that picks one. Default: none. */
  readonly subprotocols?: SubprotocolPolicy | undefined;
  /** Whether to refuse a client with which no subprotocol is in common. Default: false. */
  readonly requireSubprotocol?: boolean | undefined;
  /** Further header fields of the response that accepts a client, such as Set-Cookie. */
  readonly responseHeaders?: ((request: UpgradeRequest<Context>) => HeaderFields) | undefined;
  /** Whether clients use wss. Default: whether the socket is TLS. Set it behind a proxy that ends TLS, or no browser's Origin is the same. */
  readonly secure?: boolean | undefined;
  /** How long an opening handshake may take, with TLS and `authorize`. 1 to 2^31 - 1; default 10,000. */
  readonly handshakeTimeout?: number | undefined;
  /**
   * Milliseconds that a client refused with 503 is asked to stay away, rounded up to seconds in Retry-After (RFC 9110, section 10.2.3): where
   * a limit is reached, `authorize` takes too long, or the server closes. 0 to 2^31 - 1, or `false` for no such field; default 5,000.
   */
  readonly retryAfter?: number | false | undefined;
  /** Hears what the application's own functions throw. Default: the process's warnings. */
  readonly onError?: ErrorListener | undefined;
  /** Hears of each client that was refused: error code, HTTP status and RFC section. Default: nobody; it is the client that is told. */
  readonly onRefused?: ((error: HandshakeError, remoteAddress: string) => void) | undefined;
}

/** Options of `serve`: how to listen, and {@link HandshakeOptions}. */
export interface ServeOptions<Context = undefined> extends HandshakeOptions<Context>, HeadLimits {
  /** 0 to 65535; 0 takes a free one. This or `socketPath` must be given. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: all of them. */
  readonly host?: string | undefined;
  /** A Unix socket or Windows pipe to listen on, in place of `port`. */
  readonly socketPath?: string | undefined;
  /** Connections the operating system keeps waiting. Default: Node's 511. */
  readonly backlog?: number | undefined;
  /**
   * Lets other processes or workers that set it, too, listen on the same port: the operating system shares the clients out. Needs Node
   * 22.12, 23.1 or later: an older one is told INVALID_OPTION. Needs Linux, FreeBSD or another system that can, too: elsewhere `serve`
   * rejects with Node's ENOTSUP. Not with `socketPath`. Default: false.
   */
  readonly reusePort?: boolean | undefined;
  /** Makes it a wss server: key, cert and the rest of Node's TLS options. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Gets everything that is not a WebSocket handshake, its bytes untouched: pass `http.createServer(app)`, and do not let it
   * listen. TLS has ended before. Default: such requests are refused.
   */
  readonly http?: HttpServer | undefined;
  /**
   * Whether all sockets are read into one buffer, instead of into a new one of 64 KiB for each read. Not with TLS. It rests on fields of Node's
   * sockets that are not public, as they are in Node 20 to 26: another version may change them, and where they are missing this does nothing.
   * Default false.
   */
  readonly unstableSharedRead?: boolean | undefined;
}

/** Options of `upgrade`. */
export interface UpgradeOptions<Context = undefined> extends HandshakeOptions<Context> {
  /**
   * Which requests are ours, when several share the HTTP server. What nobody wants goes to the server's other 'upgrade' listeners,
   * or is refused with 404 when there are none. Default: every WebSocket handshake.
   */
  readonly match?: ((path: string, head: RequestHead) => boolean) | undefined;
}

/** {@link HandshakeOptions} after the check. */
export interface HandshakeSettings<Context> {
  readonly transport: TransportSettings;
  readonly authorize: Authorize<Context> | undefined;
  readonly policy: Omit<ServerPolicy, 'secure'>;
  readonly responseHeaders: ((request: UpgradeRequest<Context>) => HeaderFields) | undefined;
  readonly secure: boolean | undefined;
  readonly admission: AdmissionLimits;
  readonly handshakeTimeout: number;
  /** Of a response with 503. */
  readonly retryAfter: Fields;
  readonly onError: ErrorListener;
  readonly onRefused: ((error: HandshakeError, remoteAddress: string) => void) | undefined;
}

const DEFAULT_RETRY_AFTER = 5_000;

/** @throws UsageError INVALID_OPTION naming the option that is wrong */
export function settleHandshake<Context>(options: HandshakeOptions<Context>): HandshakeSettings<Context> {
  const { authorize, responseHeaders, origins, subprotocols, requireSubprotocol, secure, onError, onRefused } = options;
  const { retryAfter = DEFAULT_RETRY_AFTER } = options;
  checkFunction('authorize', authorize);
  checkFunction('responseHeaders', responseHeaders);
  checkFunction('onError', onError);
  checkFunction('onRefused', onRefused);
  if (secure !== undefined && typeof secure !== 'boolean') {
    throw new UsageError('INVALID_OPTION', `secure must be true or false, not ${String(secure)}.`);
  }
  const transport = settle(options, 'server');
  const policy = {
    origins: typeof origins === 'function' ? promptly('origins', origins) : origins,
    subprotocols: typeof subprotocols === 'function' ? promptly('subprotocols', subprotocols) : subprotocols,
    requireSubprotocol,
    extensions: transport.deflate === undefined ? [] : [permessageDeflateServer(transport.deflate.policy)],
  };
  checkPolicy({ ...policy, secure: false });
  return {
    transport,
    authorize,
    policy,
    responseHeaders,
    secure,
    admission: settleAdmission(options),
    handshakeTimeout: duration('handshakeTimeout', options.handshakeTimeout, 10_000),
    retryAfter: retryAfterFields(retryAfter === false ? undefined : retryAfter),
    onError: onError ?? warn,
    onRefused,
  };
}

function promptly<A extends readonly unknown[], R>(name: string, ask: (...values: A) => R): (...values: A) => R {
  return (...values) => atOnce(name, ask(...values));
}

/** The limits of a request head, after the check. */
export function settleHead({ maxHeadBytes, maxFields }: HeadLimits): HeadLimits {
  const limits = { maxHeadBytes, maxFields };
  // The decoder knows what is right; better now than at the first client.
  new RequestHeadDecoder(limits);
  return limits;
}

/** @throws UsageError INVALID_OPTION unless the value is a function or undefined */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new UsageError('INVALID_OPTION', `${name} must be a function, not ${String(value)}.`);
}

/** @throws UsageError INVALID_ARGUMENT unless the handler is a function and the options are an object */
export function checkArguments(handler: unknown, options: unknown): void {
  if (typeof handler !== 'function') {
    throw new UsageError('INVALID_ARGUMENT', 'The handler must be a function: (connection, request) => …');
  }
  if (typeof options !== 'object' || options === null) {
    throw new UsageError('INVALID_ARGUMENT', `The options must be an object, not ${String(options)}.`);
  }
}
