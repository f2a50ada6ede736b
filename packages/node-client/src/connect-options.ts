// What can be set about a connection, checked before anything is opened.

import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as NodeTlsOptions } from 'node:tls';
import {
  checkNames,
  duration,
  settle as settleTransport,
  type TransportOptions,
  type TransportSettings,
} from '@framewire/node-transport';
import { type Fields, type HeadLimits, ResponseHeadDecoder, UsageError } from '@framewire/protocol';
import { CONNECT_NAMES } from './option-names.ts';

/** How a wss connection is secured: options of `tls.connect` of Node. The rest of them is set by `connect`. */
export type TlsOptions = Readonly<
  Pick<
    NodeTlsOptions,
    | 'ca'
    | 'cert'
    | 'checkServerIdentity'
    | 'ciphers'
    | 'ecdhCurve'
    | 'key'
    | 'maxVersion'
    | 'minVersion'
    | 'passphrase'
    | 'pfx'
    | 'rejectUnauthorized'
    | 'secureContext'
    | 'servername'
    | 'session'
    | 'sigalgs'
  >
>;

/** Header fields: an object, or pairs, such as a `Headers` or a `Map`. A list of values makes one field for each. */
export type HeaderFields =
  | Readonly<Record<string, string | readonly string[]>>
  | Iterable<readonly [name: string, value: string]>;

/** All have defaults. Sizes are bytes, times milliseconds. */
export interface ConnectOptions extends TransportOptions, HeadLimits {
  /** What a relative URL is relative to. Default: none, and relative URLs are refused. */
  readonly baseUrl?: string | URL;
  /** The path of a Unix socket, or the name of a Windows pipe, to connect to in place of the URL's host and port. */
  readonly socketPath?: string;
  /** The subprotocols offered, most wanted first: distinct tokens. `Connection.subprotocol` is the one the server chose. */
  readonly subprotocols?: readonly string[];
  /** Whether to fail when subprotocols are offered and the server chooses none. Default true, as browsers do; RFC 6455 leaves it open. */
  readonly requireSubprotocol?: boolean;
  /** Further fields of the request, such as Authorization or Cookie. Those of the handshake itself cannot be set. */
  readonly headers?: HeaderFields;
  /** The Origin field. Default: none; only browsers need one. */
  readonly origin?: string;
  /** For wss. */
  readonly tls?: TlsOptions;
  /** How long the opening may take, from the name's look-up to the response. 1 to 2^31 - 1; default 10,000. */
  readonly handshakeTimeout?: number;
  /** Aborting it ends the opening, and `connect` rejects with its reason. Once the connection is open it has no effect. */
  readonly signal?: AbortSignal;
  /** The version of IP to use: 4, 6, or 0 (default) for whichever connects first. */
  readonly family?: 0 | 4 | 6;
  /** Looks names up in place of `dns.lookup`. */
  readonly lookup?: LookupFunction;
  /** The IP address of this host to connect from. */
  readonly localAddress?: string;
}

/** {@link ConnectOptions} after the check. */
export interface ConnectSettings {
  readonly fields: Fields;
  readonly handshakeTimeout: number;
  readonly transport: TransportSettings;
}

/** @throws UsageError INVALID_ARGUMENT unless the options are an object, INVALID_OPTION naming the one that is wrong or that there is not */
export function settle(options: ConnectOptions): ConnectSettings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      'The options must be an object. To offer subprotocols, pass { subprotocols: [...] }.',
    );
  }
  checkNames('connect()', options, CONNECT_NAMES);
  const { signal, socketPath, headers = {}, tls = {} } = options;
  if (signal !== undefined && (typeof signal?.aborted !== 'boolean' || typeof signal.addEventListener !== 'function')) {
    throw new UsageError('INVALID_OPTION', 'signal must be an AbortSignal.');
  }
  if (socketPath !== undefined && (typeof socketPath !== 'string' || socketPath === '')) {
    throw new UsageError('INVALID_OPTION', 'socketPath must be a path.');
  }
  checkTls(tls);
  // Throws when maxHeadBytes or maxFields is wrong.
  new ResponseHeadDecoder(options);
  return {
    fields: fieldsOf(headers),
    handshakeTimeout: duration('handshakeTimeout', options.handshakeTimeout, 10_000),
    transport: settleTransport(options, 'client'),
  };
}

/** What Node itself finds wrong only when the socket is under way, and nobody could close it any more. The rest it refuses at once. */
function checkTls(tls: TlsOptions): void {
  if (typeof tls !== 'object' || tls === null) {
    throw new UsageError('INVALID_OPTION', 'tls must be an object with options such as ca, cert and key.');
  }
  const { servername, session, checkServerIdentity } = tls;
  if (servername !== undefined && typeof servername !== 'string') {
    throw new UsageError('INVALID_OPTION', 'tls.servername must be a name.');
  }
  if (session !== undefined && !ArrayBuffer.isView(session)) {
    throw new UsageError('INVALID_OPTION', 'tls.session must be a Buffer.');
  }
  if (checkServerIdentity !== undefined && typeof checkServerIdentity !== 'function') {
    throw new UsageError('INVALID_OPTION', 'tls.checkServerIdentity must be a function.');
  }
}

function fieldsOf(headers: HeaderFields): Fields {
  if (typeof headers !== 'object' || headers === null) throw unfitHeaders();
  if (!isIterable(headers)) {
    // What is no string is refused with the rest of what cannot stand in a head.
    return Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const));
  }
  const fields = [...headers];
  if (fields.every((field) => Array.isArray(field) && field.length === 2)) return fields;
  throw unfitHeaders();
}

function unfitHeaders(): UsageError {
  return new UsageError(
    'INVALID_OPTION',
    "headers must be an object such as { Authorization: 'Bearer …' }, or pairs of name and value.",
  );
}

function isIterable(headers: HeaderFields): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}
