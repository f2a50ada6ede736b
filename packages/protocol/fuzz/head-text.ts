// Heads such as a peer might send: those of an opening handshake, some fields changed, doubled or left out.

import { acceptKey } from '../src/handshake/accept-key.ts';
import type { Random } from './random.ts';

/** The key of RFC 6455, section 1.3. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

type Field = readonly [name: string, ...values: string[]];

const COMMON: readonly Field[] = [
  ['Upgrade', 'websocket', 'WebSocket', 'h2c, websocket', 'h2c'],
  ['Connection', 'Upgrade', 'keep-alive, Upgrade', 'close'],
  [
    'Sec-WebSocket-Extensions',
    'toy; level=2',
    'toy; level="1", other; level=3',
    'x',
    'toy; level=2, toy; level=1',
    ';',
  ],
];
const REQUEST: readonly Field[] = [
  ['Host', 'example.com', 'EXAMPLE.com:80', '[::1]:8080', 'user@example.com', 'a b', ''],
  ['Sec-WebSocket-Key', KEY, 'AAAAAAAAAAAAAAAAAAAAAA==', 'dGhlIHNhbXBsZSBub25jZR==', KEY.slice(4)],
  ['Sec-WebSocket-Version', '13', '8', '13, 8'],
  ...COMMON,
];
const MORE_OF_REQUEST: readonly Field[] = [
  [
    'Origin',
    'http://example.com',
    'https://example.com',
    'https://other.example',
    'null',
    'http://example.com:80',
    '*',
  ],
  ['Sec-WebSocket-Protocol', 'chat', 'chat, superchat', 'mqtt, chat', 'chat, chat', 'a b', ''],
  ['Content-Length', '0', '5', '00', '-1'],
  ['Transfer-Encoding', 'chunked'],
  ['__proto__', 'x'],
  ['Cookie', 'caf\xe9=1; \t'],
];
const RESPONSE: readonly Field[] = [
  ['Sec-WebSocket-Accept', acceptKey(KEY), acceptKey(KEY).toLowerCase(), ''],
  ...COMMON,
];
const MORE_OF_RESPONSE: readonly Field[] = [
  ['Sec-WebSocket-Protocol', 'chat', 'superchat', 'mqtt', 'chat, superchat', ''],
  ['Server', 'x'],
];

const REQUEST_LINES = [
  'GET /chat?x HTTP/1.1',
  'GET http://example.com/a HTTP/1.1',
  'GET //x HTTP/1.1',
  'POST / HTTP/1.1',
  'GET /#a HTTP/1.1',
  'GET * HTTP/1.1',
  'GET / HTTP/1.0',
  'GET wss://[::1]:8080 HTTP/1.9',
];
const STATUS_LINES = [
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 101',
  'HTTP/1.1 101 ',
  'HTTP/1.1 200 OK',
  'HTTP/1.0 101 x',
  'HTTP/2.0 101 x',
  'HTTP/1.1 302 F\xfcr',
];

function words(lines: readonly string[], fields: readonly Field[]): string[] {
  return [
    ...lines,
    ...fields.flatMap(([name, ...values]) => [
      `${name}: `,
      ...values.map((value) => `\r\n${name}: ${value}\r\n`),
      ...values,
    ]),
  ].filter((word) => word !== '');
}

const MARKS = [
  '\r\n',
  '\r\n\r\n',
  '\r',
  '\n',
  ': ',
  ':',
  ' ',
  '\t',
  ',',
  ';',
  '\0',
  '\xff',
  '\r\n folded',
  'HTTP/1.1',
  '%41',
  '#',
  '\\',
];

/** What is put into requests. */
export const REQUEST_WORDS: readonly string[] = [...words(REQUEST_LINES, [...REQUEST, ...MORE_OF_REQUEST]), ...MARKS];
/** What is put into responses. */
export const RESPONSE_WORDS: readonly string[] = [...words(STATUS_LINES, [...RESPONSE, ...MORE_OF_RESPONSE]), ...MARKS];

function first(random: Random, line: string): string {
  return random.oneIn(4) ? '' : line;
}

function headText(random: Random, lines: readonly string[], needed: readonly Field[], more: readonly Field[]): string {
  const fields = [...needed.filter(() => !random.oneIn(24)), ...more.filter(() => random.oneIn(3))];
  const texts = fields.map(([name, usual = '', ...others]) => {
    const value = others.length > 0 && random.oneIn(6) ? random.pick(others) : usual;
    return `${random.oneIn(8) ? name.toLowerCase() : name}:${first(random, ' ')}${value}\r\n`;
  });
  if (random.oneIn(16)) texts.push(random.pick(texts));
  const line = random.oneIn(4) ? random.pick(lines) : lines[0];
  return `${random.oneIn(24) ? '\r\n' : ''}${line}\r\n${texts.join('')}\r\n${random.oneIn(8) ? '\x81\x00' : ''}`;
}

/** The head of a request, nearly an opening handshake. */
export function requestText(random: Random): string {
  return headText(random, REQUEST_LINES, REQUEST, MORE_OF_REQUEST);
}

/** The head of a response to {@link KEY}, nearly one that switches protocols. */
export function responseText(random: Random): string {
  return headText(random, STATUS_LINES, RESPONSE, MORE_OF_RESPONSE);
}
