// Answers to the sample opening handshake as bytes, and what a client makes of each (RFC 6455, section 4.1). Plain data, so that any
// runtime can replay it.

import { headText, type Lines } from './head-text.ts';
import { SAMPLE_ACCEPT } from './request-vectors.ts';

export interface ResponseVector {
  readonly name: string;
  /** One character a byte. */
  readonly raw: string;
  readonly offer?: { readonly subprotocols?: readonly string[]; readonly requireSubprotocol?: boolean };
  /** The error, or the subprotocol of the agreement. */
  readonly outcome: { readonly code: string; readonly status: number } | { readonly subprotocol: string };
}

const SAMPLE: readonly Lines[] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', SAMPLE_ACCEPT],
];

/** The sample response with another status line or other fields. */
export function response(line: string, ...changes: readonly Lines[]): string {
  return headText(line, SAMPLE, changes);
}

/** The status line of the sample. */
export const SWITCHING = 'HTTP/1.1 101 Switching Protocols';
const OFFER = { subprotocols: ['chat', 'superchat'] };

function agreed(name: string, raw: string, subprotocol = '', offer: ResponseVector['offer'] = {}): ResponseVector {
  return { name, raw, offer, outcome: { subprotocol } };
}

/** @param status what the error reports: the status that came, or 0 where no head could be read */
function failed(
  code: string,
  name: string,
  raw: string,
  status = 101,
  offer: ResponseVector['offer'] = {},
): ResponseVector {
  return { name, raw, offer, outcome: { code, status } };
}

export const RESPONSE_VECTORS: readonly ResponseVector[] = [
  agreed('the least that is needed', response(SWITCHING)),
  agreed('another reason', response('HTTP/1.1 101 Gr\xfc\xdfe')),
  agreed('an empty reason', response('HTTP/1.1 101 ')),
  agreed('no space before an absent reason', response('HTTP/1.1 101')),
  agreed('a later version of HTTP/1', response('HTTP/1.2 101 Later')),
  agreed('words in any case', response(SWITCHING, ['Upgrade', 'WebSocket'], ['Connection', 'keep-alive, uPGRADE'])),
  agreed(
    'other fields, named like properties',
    response(SWITCHING, ['Server', 'x'], ['__proto__', 'y'], ['constructor', 'z']),
  ),
  agreed('a chosen subprotocol', response(SWITCHING, ['Sec-WebSocket-Protocol', 'superchat']), 'superchat', OFFER),
  agreed('no subprotocol chosen', response(SWITCHING), '', OFFER),
  agreed('no subprotocol offered, whatever is required', response(SWITCHING), '', { requireSubprotocol: true }),
  agreed('a required subprotocol', response(SWITCHING, ['Sec-WebSocket-Protocol', 'chat']), 'chat', {
    ...OFFER,
    requireSubprotocol: true,
  }),

  failed('NOT_SWITCHED', '200 with everything else right', response('HTTP/1.1 200 OK'), 200),
  failed('NOT_SWITCHED', '204', response('HTTP/1.1 204 No Content'), 204),
  failed('NOT_SWITCHED', '100', response('HTTP/1.1 100 Continue'), 100),
  failed('NOT_SWITCHED', 'a redirect', response('HTTP/1.1 302 Found', ['Location', 'ws://evil.example/']), 302),
  failed('NOT_SWITCHED', '401', response('HTTP/1.1 401 Unauthorized'), 401),
  failed('NOT_SWITCHED', '426', response('HTTP/1.1 426 Upgrade Required', ['Sec-WebSocket-Version', '13']), 426),
  failed('NOT_SWITCHED', '503 of an old proxy', response('HTTP/1.0 503 Service Unavailable'), 503),
  failed('NOT_SWITCHED', '101 in HTTP/1.0', response('HTTP/1.0 101 Switching Protocols')),
  failed('NOT_SWITCHED', '101 in HTTP/2.0', response('HTTP/2.0 101 Switching Protocols')),

  failed('UPGRADE_UNCONFIRMED', 'no Upgrade', response(SWITCHING, ['Upgrade'])),
  failed('UPGRADE_UNCONFIRMED', 'another Upgrade', response(SWITCHING, ['Upgrade', 'h2c'])),
  failed('UPGRADE_UNCONFIRMED', 'a list of upgrades', response(SWITCHING, ['Upgrade', 'websocket, h2c'])),
  failed('UPGRADE_UNCONFIRMED', 'Upgrade twice', response(SWITCHING, ['Upgrade', 'websocket', 'websocket'])),
  failed('UPGRADE_UNCONFIRMED', 'no Connection', response(SWITCHING, ['Connection'])),
  failed('UPGRADE_UNCONFIRMED', 'Connection without Upgrade', response(SWITCHING, ['Connection', 'close'])),

  failed('ACCEPT_MISMATCH', 'no accept key', response(SWITCHING, ['Sec-WebSocket-Accept'])),
  failed(
    'ACCEPT_MISMATCH',
    'another accept key',
    response(SWITCHING, ['Sec-WebSocket-Accept', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=']),
  ),
  failed(
    'ACCEPT_MISMATCH',
    'the accept key in lower case',
    response(SWITCHING, ['Sec-WebSocket-Accept', SAMPLE_ACCEPT.toLowerCase()]),
  ),
  failed(
    'ACCEPT_MISMATCH',
    'the accept key twice',
    response(SWITCHING, ['Sec-WebSocket-Accept', SAMPLE_ACCEPT, SAMPLE_ACCEPT]),
  ),
  failed(
    'ACCEPT_MISMATCH',
    'the accept key and more',
    response(SWITCHING, ['Sec-WebSocket-Accept', `${SAMPLE_ACCEPT}, x`]),
  ),

  failed(
    'EXTENSIONS_INVALID',
    'extensions that break the grammar',
    response(SWITCHING, ['Sec-WebSocket-Extensions', 'a;']),
  ),
  failed('EXTENSIONS_INVALID', 'an empty list of extensions', response(SWITCHING, ['Sec-WebSocket-Extensions', ''])),
  failed(
    'EXTENSION_UNREQUESTED',
    'an extension',
    response(SWITCHING, ['Sec-WebSocket-Extensions', 'permessage-deflate']),
  ),

  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'a subprotocol, none offered',
    response(SWITCHING, ['Sec-WebSocket-Protocol', 'chat']),
  ),
  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'another subprotocol',
    response(SWITCHING, ['Sec-WebSocket-Protocol', 'constructor']),
    101,
    OFFER,
  ),
  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'another case',
    response(SWITCHING, ['Sec-WebSocket-Protocol', 'Chat']),
    101,
    OFFER,
  ),
  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'a list of subprotocols',
    response(SWITCHING, ['Sec-WebSocket-Protocol', 'chat, superchat']),
    101,
    OFFER,
  ),
  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'two subprotocols',
    response(SWITCHING, ['Sec-WebSocket-Protocol', 'chat', 'chat']),
    101,
    OFFER,
  ),
  failed(
    'SUBPROTOCOL_UNREQUESTED',
    'an empty subprotocol',
    response(SWITCHING, ['Sec-WebSocket-Protocol', '']),
    101,
    OFFER,
  ),
  failed('SUBPROTOCOL_REQUIRED', 'a required subprotocol left out', response(SWITCHING), 101, {
    ...OFFER,
    requireSubprotocol: true,
  }),

  failed('HEAD_INVALID', 'an empty first line', `\r\n${response(SWITCHING)}`, 0),
  failed('HEAD_INVALID', 'two empty lines', `\r\n\r\n${response(SWITCHING)}`, 0),
  failed('HEAD_INVALID', 'a status of two digits', response('HTTP/1.1 10 Switching'), 0),
  failed('HEAD_INVALID', 'a status of four digits', response('HTTP/1.1 1010 Switching'), 0),
  failed('HEAD_INVALID', 'a status that is no number', response('HTTP/1.1 1e1 Switching'), 0),
  failed('HEAD_INVALID', 'a status below 100', response('HTTP/1.1 099 Switching'), 0),
  failed('HEAD_INVALID', 'two spaces', response('HTTP/1.1  101 Switching'), 0),
  failed('HEAD_INVALID', 'another protocol', response('ICY/1.01 200 OK'), 0),
  failed('HEAD_INVALID', 'a request', response('GET /chat HTTP/1.1'), 0),
  failed('HEAD_INVALID', 'lines that end in LF', response(SWITCHING).replaceAll('\r\n', '\n'), 0),
  failed('HEAD_INVALID', 'a field without a colon', response(SWITCHING).replace('Upgrade: ', 'Upgrade '), 0),
  failed(
    'HEAD_TOO_LARGE',
    'fields without end',
    response(SWITCHING, ...Array.from({ length: 200 }, (): Lines => ['X', 'x'])),
    0,
  ),
  failed('HEAD_TOO_LARGE', 'a line without end', `HTTP/1.1 101 ${'x'.repeat(20_000)}`, 0),
];
