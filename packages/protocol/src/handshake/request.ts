// The client's half of the opening handshake: building it (RFC 6455, section 4.1) and, on a server, checking it (section 4.2.1). What is
// refused is refused in the order of the RFC, with the code and HTTP status of the table in errors.ts.

import { handshakeError, UsageError } from '../errors.ts';
import type { AgreedExtension, ClientExtension, ServerExtension } from '../extension.ts';
import { acceptKey, isKey } from './accept-key.ts';
import { normalizeAuthority } from './authority.ts';
import { acceptOffers, checkExtensions, formatOffers } from './extensions.ts';
import { checkExtraFields } from './extra-fields.ts';
import { type ExtensionOffer, fieldValues, isFieldValue, listNames, parseExtensions, quote } from './fields.ts';
import { type Fields, isHttp11, type RequestHead } from './head.ts';
import { allowsOrigin, checkOriginPolicy, type OriginPolicy } from './origin.ts';
import { checkSubprotocols, offeredSubprotocols, type SubprotocolPolicy, selectSubprotocol } from './subprotocols.ts';
import { isOriginForm, parseTarget } from './target.ts';

/** What a client asks for. */
export interface Offer {
  /** The Host field: host, and port unless it is the scheme's default. Such as `example.com`, `[::1]:8080`. */
  readonly host: string;
  /** Path and query. Default: `/`. */
  readonly target?: string | undefined;
  /** The Sec-WebSocket-Key: {@link encodeKey} of 16 random bytes. */
  readonly key: string;
  /** The Origin field; browsers send it, other clients need not. */
  readonly origin?: string | undefined;
  /** Distinct tokens, the preferred one first. */
  readonly subprotocols?: readonly string[] | undefined;
  /** Whether to fail when the server picks none of the subprotocols. RFC 6455 lets a client go on without; browsers fail. Default: false. */
  readonly requireSubprotocol?: boolean | undefined;
  readonly extensions?: readonly ClientExtension[] | undefined;
  /** Further fields, such as Authorization. */
  readonly fields?: Fields | undefined;
}

/** What a server accepts. */
export interface ServerPolicy {
  /** Whether the client came over TLS, as `wss`. It decides the default port and the scheme of the same origin. */
  readonly secure: boolean;
  /** Which web pages may connect. Default: `same`. */
  readonly origins?: OriginPolicy | undefined;
  /** The subprotocols spoken here, the preferred one first, or a function that picks one. Default: none. */
  readonly subprotocols?: SubprotocolPolicy | undefined;
  /** Whether to refuse a client with which no subprotocol is in common. Default: false. */
  readonly requireSubprotocol?: boolean | undefined;
  readonly extensions?: readonly ServerExtension[] | undefined;
}

/** An opening handshake that was found right, and what it led to. */
export interface Acceptance {
  readonly key: string;
  /** The Sec-WebSocket-Accept for the key. */
  readonly accept: string;
  /** The Host field, as sent. */
  readonly host: string;
  /** The path of the target, as sent. Compare it; do not resolve it as a URL reference. */
  readonly path: string;
  /** `''`, or the query of the target from `?` on, as sent. */
  readonly query: string;
  /** The Origin field, as sent; absent unless the client is a browser or acts like one. */
  readonly origin?: string;
  /** The subprotocol picked, or `''`. */
  readonly subprotocol: string;
  /** What the client offered, in its order. */
  readonly offeredSubprotocols: readonly string[];
  readonly extensions: readonly AgreedExtension[];
}

/**
 * The head of an opening handshake (RFC 6455, section 4.1).
 *
 * @throws UsageError INVALID_OPTION naming the option that is wrong
 */
export function buildRequest(offer: Offer): RequestHead {
  const { host, target = '/', key, origin, subprotocols = [], extensions = [], fields = [] } = offer;
  if (typeof host !== 'string' || normalizeAuthority(host, false) === undefined) {
    throw new UsageError('INVALID_OPTION', `host: ${quote(String(host))} is no host or host:port.`);
  }
  if (!isOriginForm(target)) {
    throw new UsageError(
      'INVALID_OPTION',
      `target: ${quote(String(target))} must be a path that begins with / and perhaps a query, in visible ASCII and without a fragment.`,
    );
  }
  if (!isKey(key)) throw new UsageError('INVALID_OPTION', 'key must be the base64 of 16 bytes: use encodeKey.');
  if (origin !== undefined && (!isFieldValue(origin) || origin === '')) {
    throw new UsageError('INVALID_OPTION', `origin: ${quote(String(origin))} cannot stand in the Origin field.`);
  }
  checkSubprotocols(subprotocols);
  checkExtensions(extensions);
  checkExtraFields(fields, ['Host', 'Origin']);

  const all: (readonly [string, string])[] = [
    ['Host', host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
  ];
  if (origin !== undefined) all.push(['Origin', origin]);
  if (subprotocols.length > 0) all.push(['Sec-WebSocket-Protocol', subprotocols.join(', ')]);
  const offers = formatOffers(extensions);
  if (offers !== '') all.push(['Sec-WebSocket-Extensions', offers]);
  all.push(...fields);
  return { method: 'GET', target, version: 'HTTP/1.1', fields: all };
}

/** Whether a request asks for the upgrade to WebSocket, well or badly. One that does not may be meant for an HTTP server. */
export function isUpgradeRequest(head: RequestHead): boolean {
  return listNames(fieldValues(head.fields, 'Upgrade'), 'websocket');
}

/**
 * Throws where a policy is wrong in itself. Call it once, before the first request.
 *
 * @throws UsageError INVALID_OPTION naming the option that is wrong
 */
export function checkPolicy(policy: ServerPolicy): void {
  const { origins = 'same', subprotocols = [], extensions = [], requireSubprotocol = false } = policy;
  checkOriginPolicy(origins);
  if (typeof subprotocols !== 'function') {
    checkSubprotocols(subprotocols);
    if (requireSubprotocol && subprotocols.length === 0) {
      throw new UsageError('INVALID_OPTION', 'requireSubprotocol without subprotocols would refuse every client.');
    }
  }
  checkExtensions(extensions);
}

/**
 * Checks an opening handshake and answers it with data (RFC 6455, section 4.2.1).
 *
 * @throws HandshakeError with the code and HTTP status to refuse it with: give it to {@link buildRejection}
 * @throws UsageError INVALID_OPTION when the policy's own function picks a subprotocol that was not offered
 */
export function checkRequest(head: RequestHead, policy: ServerPolicy): Acceptance {
  const { fields } = head;
  const { secure } = policy;
  if (head.method !== 'GET') throw handshakeError('BAD_METHOD', `It is ${quote(head.method)}.`);
  if (!isHttp11(head.version)) throw handshakeError('BAD_HTTP_VERSION', `It is ${quote(head.version)}.`);

  // Exactly one, or two servers on the way may choose different ones (RFC 9112, section 3.2).
  const host = single(fieldValues(fields, 'Host'));
  const authority = host === undefined ? undefined : normalizeAuthority(host, secure);
  if (host === undefined || authority === undefined) throw handshakeError('HOST_INVALID');
  const target = parseTarget(head.target, authority, secure);
  if (target === undefined) throw handshakeError('TARGET_INVALID', `It is ${quote(head.target)}.`);

  if (!isUpgradeRequest(head)) throw handshakeError('UPGRADE_MISSING');
  if (!listNames(fieldValues(fields, 'Connection'), 'upgrade')) throw handshakeError('UPGRADE_MISSING');
  // The bytes of a body would be taken for frames, or the first frames for a body.
  if (announcesBody(fields)) throw handshakeError('BODY_UNEXPECTED');
  if (single(fieldValues(fields, 'Sec-WebSocket-Version')) !== '13') throw handshakeError('VERSION_UNSUPPORTED');
  const key = single(fieldValues(fields, 'Sec-WebSocket-Key'));
  if (!isKey(key)) throw handshakeError('KEY_INVALID');

  const origins = fieldValues(fields, 'Origin');
  const origin = single(origins);
  if (
    origin === undefined ? origins.length > 0 : !allowsOrigin(policy.origins ?? 'same', origin, head, authority, secure)
  ) {
    throw handshakeError('ORIGIN_REFUSED', `It is ${quote(origins.join(', '))}.`);
  }

  const offered = offeredSubprotocols(fields);
  if (offered === undefined) throw handshakeError('SUBPROTOCOL_INVALID');
  const subprotocol = selectSubprotocol(policy.subprotocols ?? [], offered, head);
  if (subprotocol === '' && policy.requireSubprotocol === true) throw handshakeError('SUBPROTOCOL_REQUIRED');

  const offers = offeredExtensions(fields);
  if (offers === undefined) throw handshakeError('EXTENSIONS_INVALID');

  const acceptance = {
    key,
    accept: acceptKey(key),
    host,
    path: target.path,
    query: target.query,
    subprotocol,
    offeredSubprotocols: offered,
    extensions: acceptOffers(offers, policy.extensions ?? []),
  };
  return origin === undefined ? acceptance : { ...acceptance, origin };
}

function single(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function announcesBody(fields: Fields): boolean {
  const lengths = fieldValues(fields, 'Content-Length');
  return (lengths.length > 0 && single(lengths) !== '0') || fieldValues(fields, 'Transfer-Encoding').length > 0;
}

function offeredExtensions(fields: Fields): readonly ExtensionOffer[] | undefined {
  const values = fieldValues(fields, 'Sec-WebSocket-Extensions');
  return values.length === 0 ? [] : parseExtensions(values);
}
