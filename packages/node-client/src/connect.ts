// `connect`: checks what it was given, makes the request, and opens the connection.

import { randomBytes } from 'node:crypto';
import type { NodeConnection } from '@framewire/node-transport';
import {
  buildRequest,
  encodeKey,
  encodeRequestHead,
  equalsIgnoreCase,
  type Fields,
  type Offer,
  permessageDeflateClient,
} from '@framewire/protocol';
import { type ConnectOptions, settle } from './connect-options.ts';
import { open, type Plan } from './opening.ts';
import { parseUrl, type WebSocketUrl } from './url.ts';

/**
 * Opens a connection.
 *
 * Rejects with UsageError INVALID_URL, INVALID_ARGUMENT or INVALID_OPTION before anything is opened; with HandshakeError, which
 * tells the phase, the response if one came, and the cause; or with the reason of the signal.
 *
 * @param url ws, wss, http or https, without a fragment; relative only with `baseUrl`. A user name and password in it are sent as
 *   Basic authentication, unless `headers` has an Authorization of its own, and are left out of `Connection.url`
 */
export async function connect(url: string | URL, options: ConnectOptions = {}): Promise<NodeConnection> {
  return openUrl(url, options);
}

/** As {@link connect}, but what the caller did wrong is thrown, not rejected with. */
export function openUrl(url: string | URL, options: ConnectOptions): Promise<NodeConnection> {
  return open(plan(url, options));
}

function plan(url: string | URL, options: ConnectOptions): Plan {
  const settings = settle(options);
  const { deflate } = settings.transport;
  const parsed = parseUrl(url, options.baseUrl);
  const offer: Offer = {
    host: parsed.host,
    target: parsed.target,
    // "selected randomly for each connection" (RFC 6455, section 4.1).
    key: encodeKey(randomBytes(16)),
    origin: options.origin,
    subprotocols: options.subprotocols,
    requireSubprotocol: options.requireSubprotocol ?? true,
    extensions: deflate === undefined ? [] : [permessageDeflateClient(deflate.policy)],
    fields: withAuthorization(settings.fields, parsed),
  };
  return { url: parsed, offer, request: encodeRequestHead(buildRequest(offer)), options, settings };
}

function withAuthorization(fields: Fields, { authorization }: WebSocketUrl): Fields {
  if (authorization === undefined || fields.some(([name]) => equalsIgnoreCase(name, 'authorization'))) return fields;
  return [...fields, ['Authorization', authorization]];
}
