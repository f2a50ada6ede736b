// Everything around the fields that matter: targets, Origin, subprotocols, extensions, and heads no client should send.

import type { ServerWire } from '../../server-wire.ts';
import type { Unnumbered } from './family.ts';
import { accepted, either, refused, refusedOrEnded, type Send } from './server-verdicts.ts';

const TARGETS: readonly (readonly [what: string, target: string])[] = [
  ['of two slashes and a name', '//evil.example/'],
  ['of two slashes, a name and a path with dots', '//evil.example/..//'],
  ['with dot segments', '/a/../../b/./c'],
  ['with encoded dot segments', '/%2e%2e/%2E%2E/etc'],
  ['with an incomplete escape', '/%'],
  ['with an encoded NUL', '/%00'],
  ['with a fragment', '/path#fragment'],
  ['with a question mark only', '/?'],
  ['with a query that looks like a URL', '/?http://evil.example/?#'],
  ['with an octet beyond ASCII', '/caf\xe9'],
  ['with a backslash', '/\\evil.example'],
  ['that is an asterisk', '*'],
  ['that is a name and a port', 'evil.example:443'],
  ['without a slash', 'chat'],
  ['that is absolute with the scheme ws', 'ws://evil.example/'],
  ['that is absolute with an unknown scheme', 'javascript:alert(1)'],
  ['of 4 KiB', `/${'a'.repeat(4095)}`],
  ['of 300 segments', '/a'.repeat(300)],
];

const ORIGINS: readonly (readonly [what: string, origin: string | readonly string[]])[] = [
  ['null', 'null'],
  ['of another site', 'https://evil.example'],
  ['that is empty', ''],
  ['that is no URL', '%%%'],
  ['with a path', 'http://a.example/path'],
  ['that lists two', 'http://a.example http://b.example'],
  ['in two lines', ['http://a.example', 'http://b.example']],
  ['with octets beyond ASCII', 'http://caf\xe9.example'],
  ['with a port that is none', 'http://a.example:99999999'],
  ['of 8 KiB', `http://${'a'.repeat(8185)}`],
];

export const targets: readonly Unnumbered[] = [
  accepted('An absolute target', '9112 3.2.2', (wire) =>
    wire.sendRequest({ target: `http://${wire.host}${wire.target}` }),
  ),
  ...TARGETS.map(([what, target]) => either(`A target ${what}`, '6455 4.2.1', { target })),
  refusedOrEnded('A target with a space in it', '9112 3.2', { target: '/a b' }),
  either('A request line of 100 KiB', '9112 3', { target: `/${'a'.repeat(102_400)}` }),
  ...ORIGINS.map(([what, origin]) => either(`An Origin ${what}`, '6455 4.2.2', { fields: { Origin: origin } })),
];

const PROTOCOL = 'Sec-WebSocket-Protocol';
const EXTENSIONS = 'Sec-WebSocket-Extensions';

const SUBPROTOCOLS: readonly (readonly [
  what: string,
  value: string | readonly string[],
  offered: readonly string[],
])[] = [
  ['One subprotocol', 'chat', ['chat']],
  ['Three subprotocols', 'chat, superchat, Chat', ['chat', 'superchat', 'Chat']],
  ['Subprotocols in two lines', ['chat', 'superchat'], ['chat', 'superchat']],
  ['The same subprotocol twice', 'chat, chat', ['chat']],
  ['An empty list of subprotocols', '', []],
  ['A list of subprotocols of commas only', ', ,,', []],
  ['A subprotocol with octets beyond ASCII', 'caf\xe9', ['caf\xe9']],
  ['A subprotocol with a space in it', 'my chat', ['my chat']],
  ['A subprotocol in quotes', '"chat"', ['"chat"']],
  ['A subprotocol of 8 KiB', 'a'.repeat(8192), ['a'.repeat(8192)]],
  ['A subprotocol of 16 KiB', 'a'.repeat(16_384), ['a'.repeat(16_384)]],
  [
    '1,000 subprotocols',
    Array.from({ length: 1000 }, (_, index) => `p${index}`).join(),
    Array.from({ length: 1000 }, (_, index) => `p${index}`),
  ],
  ['Subprotocols named constructor and __proto__', 'constructor, __proto__', ['constructor', '__proto__']],
];

/** Valid by the grammar, and known to nobody. */
const UNKNOWN: readonly (readonly [what: string, value: string | readonly string[]])[] = [
  ['An unknown extension', 'foo'],
  ['An unknown extension with parameters', 'foo; bar; baz=1'],
  ['An unknown extension with a quoted parameter', 'foo; bar="baz"'],
  ['Unknown extensions in two lines', ['foo', 'bar; baz=1']],
  ['Extensions named constructor and __proto__', 'constructor, __proto__; toString'],
];

const GARBAGE: readonly (readonly [what: string, value: string])[] = [
  ['of semicolons', ';;;'],
  ['of commas', ',,,'],
  ['with a parameter without a name', 'foo; =1'],
  ['with a parameter without a value', 'foo; bar='],
  ['with a quote that is not closed', 'permessage-deflate; server_max_window_bits="10'],
  ['with a quoted comma and an escape', 'foo; bar="a, permessage-deflate; \\"b"'],
  ['with a lone backslash at the end of a quote', 'foo; bar="a\\'],
  ['with octets beyond ASCII', 'caf\xe9; \xff=\xfe'],
  ['with two names', 'foo bar'],
  ['with an empty quoted value', 'permessage-deflate; server_max_window_bits=""'],
  ['of 8 KiB of semicolons', `foo${';a'.repeat(4094)}`],
  ['of 8 KiB of quotes', `foo; a="${'\\"'.repeat(4090)}"`],
];

export const offered: readonly Unnumbered[] = [
  ...SUBPROTOCOLS.map(([what, value, subprotocols]) =>
    either(what, '6455 4.2.2', { fields: { [PROTOCOL]: value } }, { subprotocols }),
  ),
  ...UNKNOWN.map(([what, value]) => accepted(what, '6455 9.1', { fields: { [EXTENSIONS]: value } })),
  ...GARBAGE.map(([what, value]) =>
    either(`A list of extensions ${what}`, '6455 9.1', { fields: { [EXTENSIONS]: value } }),
  ),
];

/** Lines put in before the end of the head. */
function lines(...more: readonly string[]): Send {
  return (wire: ServerWire) => {
    const request = wire.request().toString('latin1');
    wire.send(`${request.slice(0, -2)}${more.map((line) => `${line}\r\n`).join('')}\r\n`);
  };
}

export const heads: readonly Unnumbered[] = [
  accepted('A field nobody knows', '9110 5.1', lines('X-Unknown: value')),
  accepted(
    'Fields named constructor, toString and hasOwnProperty',
    '9110 5.1',
    lines('constructor: 1', 'toString: 2', 'hasOwnProperty: 3'),
  ),
  accepted('A field named __proto__', '9110 5.1', lines('__proto__: value', '__proto__: other')),
  accepted('Fields of octets beyond ASCII', '9110 5.5', lines('X-Name: caf\xe9 \xff\xfe')),
  either(
    '2,000 fields',
    '9110 5.4',
    lines(...Array.from({ length: 2000 }, (_, index) => `X-Field-${index}: ${index}`)),
  ),
  either('2,000 lines of the same field', '9110 5.4', lines(...Array<string>(2000).fill('X-Field: 1'))),
  either('A field of 100 KiB', '9110 5.4', lines(`X-Large: ${'a'.repeat(102_400)}`)),
  either('A field name of 20 KiB', '9110 5.4', lines(`X-${'a'.repeat(20_480)}: 1`)),
  refused('A space before a colon', '9112 5.1', lines('X-Name : value'), [400]),
  refusedOrEnded('A line without a colon', '9112 5', lines('X-Name value')),
  refusedOrEnded('A field without a name', '9112 5', lines(': value')),
  refusedOrEnded('A field name with octets beyond ASCII', '9110 5.1', lines('X-Caf\xe9: value')),
  refusedOrEnded('A field name with a parenthesis', '9110 5.1', lines('X(Name): value')),
  either('A NUL in a value', '9110 5.5', lines('X-Name: a\0b')),
  either('A CR in a value', '9112 2.2', lines('X-Name: a\rb')),
  either('An LF in a value, which begins a field', '9112 2.2', lines('X-Name: a\nX-Other: b')),
  either('A control character in a value', '9110 5.5', lines('X-Name: a\x01b')),
  either('A folded line', '9112 5.2', lines('X-Name: a', ' b')),
  either('A folded Sec-WebSocket-Protocol', '9112 5.2', lines('Sec-WebSocket-Protocol: chat,', '\tsuperchat'), {
    subprotocols: ['chat', 'superchat'],
  }),
  either('Expect: 100-continue', '9110 10.1.1', lines('Expect: 100-continue')),
];
