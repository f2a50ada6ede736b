// The server's half of the opening handshake: building it (RFC 6455, section 4.2.2) and, on a client, checking it (section 4.1). Only a
// 101 that proves it read our key, and accepts no more than we offered, opens a WebSocket.

import { type HandshakeError, handshakeError, REFUSALS, type RefusalCode, UsageError } from '../errors.ts';
import type { AgreedExtension } from '../extension.ts';
import { acceptKey } from './accept-key.ts';
import { confirmAnswer } from './extensions.ts';
import { checkExtraFields } from './extra-fields.ts';
import { equalsIgnoreCase, fieldValues, formatExtensions, listNames, parseExtensions, quote } from './fields.ts';
import { type Fields, isHttp11, type ResponseHead } from './head.ts';
import { reasonPhrase } from './reason-phrase.ts';
import type { Acceptance, Offer } from './request.ts';

/** What client and server agreed on. */
export interface Agreement {
  /** The subprotocol the server picked, or `''`. */
  readonly subprotocol: string;
  readonly extensions: readonly AgreedExtension[];
}

/** The refusal of an opening handshake: a head, and the text that follows it. */
export interface Rejection extends ResponseHead {
  readonly body: string;
}

/**
 * The head that completes an opening handshake (RFC 6455, section 4.2.2). What follows it on the wire is frames.
 *
 * @param extra further fields, such as Set-Cookie
 * @throws UsageError INVALID_OPTION when the fields are malformed or the handshake's own, INVALID_ARGUMENT when the acceptance
 *   has a subprotocol the client did not offer, or an extension that is not made of tokens
 */
export function buildResponse(acceptance: Acceptance, extra: Fields = []): ResponseHead {
  const { accept, subprotocol, offeredSubprotocols, extensions } = acceptance;
  checkExtraFields(extra);
  const fields: (readonly [string, string])[] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', accept],
  ];
  if (subprotocol !== '') {
    if (!offeredSubprotocols.includes(subprotocol)) {
      throw new UsageError('INVALID_ARGUMENT', `The client does not offer the subprotocol ${quote(subprotocol)}.`);
    }
    fields.push(['Sec-WebSocket-Protocol', subprotocol]);
  }
  if (extensions.length > 0) fields.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)]);
  fields.push(...extra);
  return { status: 101, reason: reasonPhrase(101), fields };
}

/**
 * The response that refuses an opening handshake. The connection is closed after it. The text tells what the table in errors.ts
 * says of the code and no more; details of the case stay in the error.
 *
 * @param extra further fields, such as WWW-Authenticate, or a Content-Type for `body`
 * @param body the text to send in place of the table's
 * @throws UsageError INVALID_OPTION when the fields are malformed or the handshake's own, INVALID_ARGUMENT when the status of the
 *   error is not 300 to 599: no refusal could be told by it
 */
export function buildRejection(error: HandshakeError, extra: Fields = [], body?: string): Rejection {
  const { code, status } = error;
  if (!Number.isInteger(status) || status < 300 || status > 599) {
    throw new UsageError('INVALID_ARGUMENT', `A handshake is refused with a status of 300 to 599, not with ${status}.`);
  }
  checkExtraFields(extra);
  const text = body ?? `${REFUSALS[code].message}\n`;
  // With 426, Upgrade is required (RFC 9110, section 15.5.22), and Connection has to name it (section 7.8).
  const fields: (readonly [string, string])[] =
    status === 426
      ? [
          ['Connection', 'close, Upgrade'],
          ['Upgrade', 'websocket'],
        ]
      : [['Connection', 'close']];
  // The versions spoken here (RFC 6455, sections 4.2.2 and 4.4).
  if (code === 'VERSION_UNSUPPORTED') fields.push(['Sec-WebSocket-Version', '13']);
  // Required with 405 (RFC 9110, section 15.5.6).
  if (status === 405 && !names(extra, 'Allow')) fields.push(['Allow', 'GET']);
  if (!names(extra, 'Content-Type')) fields.push(['Content-Type', 'text/plain; charset=utf-8']);
  fields.push(['Content-Length', String(new TextEncoder().encode(text).length)], ...extra);
  return { status, reason: reasonPhrase(status), fields, body: text };
}

function names(fields: Fields, name: string): boolean {
  return fieldValues(fields, name).length > 0;
}

/**
 * Checks the answer to an opening handshake (RFC 6455, section 4.1).
 *
 * @throws HandshakeError NOT_SWITCHED, UPGRADE_UNCONFIRMED, ACCEPT_MISMATCH, EXTENSIONS_INVALID, EXTENSION_UNREQUESTED,
 *   SUBPROTOCOL_UNREQUESTED, SUBPROTOCOL_REQUIRED, with the response attached: the connection must be closed
 */
export function checkResponse(head: ResponseHead, offer: Offer): Agreement {
  const { status, version = 'HTTP/1.1', fields } = head;
  const fail = (code: RefusalCode, detail?: string): HandshakeError =>
    handshakeError(code, detail, { phase: 'response', response: head });

  if (status !== 101) throw fail('NOT_SWITCHED', `It answered ${quote(`${status} ${head.reason}`.trimEnd())}.`);
  if (!isHttp11(version))
    throw fail('NOT_SWITCHED', `It answered with 101, but in ${quote(version)}, which has no upgrade.`);
  const [upgrade = '', ...upgrades] = fieldValues(fields, 'Upgrade');
  if (upgrades.length > 0 || !equalsIgnoreCase(upgrade, 'websocket')) throw fail('UPGRADE_UNCONFIRMED');
  if (!listNames(fieldValues(fields, 'Connection'), 'upgrade')) throw fail('UPGRADE_UNCONFIRMED');
  const accepts = fieldValues(fields, 'Sec-WebSocket-Accept');
  if (accepts.length !== 1 || accepts[0] !== acceptKey(offer.key)) throw fail('ACCEPT_MISMATCH');

  const answers = fieldValues(fields, 'Sec-WebSocket-Extensions');
  const answer = answers.length === 0 ? [] : parseExtensions(answers);
  if (answer === undefined) throw fail('EXTENSIONS_INVALID');
  const extensions = confirmAnswer(answer, offer.extensions ?? []);
  if (extensions === undefined) throw fail('EXTENSION_UNREQUESTED', `It is ${quote(answers.join(', '))}.`);

  const offered = offer.subprotocols ?? [];
  const [subprotocol, ...subprotocols] = fieldValues(fields, 'Sec-WebSocket-Protocol');
  if (subprotocol === undefined) {
    if (offer.requireSubprotocol === true && offered.length > 0) throw fail('SUBPROTOCOL_REQUIRED');
    return { subprotocol: '', extensions };
  }
  // The field may stand only once in a response (RFC 6455, section 11.3.4).
  if (subprotocols.length > 0 || !offered.includes(subprotocol)) {
    throw fail('SUBPROTOCOL_UNREQUESTED', `It is ${quote([subprotocol, ...subprotocols].join(', '))}.`);
  }
  return { subprotocol, extensions };
}
