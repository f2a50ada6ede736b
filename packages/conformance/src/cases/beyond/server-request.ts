// The opening handshake, field by field: what a server must accept, and what it must refuse (RFC 6455, section 4.2.1).

import { CaseFailure } from '../../failure.ts';
import type { RequestChanges, Response, ServerWire } from '../../server-wire.ts';
import { listOf } from '../../wire/head.ts';
import { serverHandshake, type Unnumbered } from './family.ts';
import { accepted, either, refused, refusedOrEnded } from './server-verdicts.ts';

type Fields = NonNullable<RequestChanges['fields']>;

function withFields(fields: Fields): RequestChanges {
  return { fields };
}

/** The request with its lines rewritten. */
function rewritten(change: (request: string) => string): (wire: ServerWire) => void {
  return (wire) => wire.send(change(wire.request().toString('latin1')));
}

const METHODS: readonly string[] = ['POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'CONNECT', 'get', 'GE'];

/** A server may know no such method, or treat it as nothing but an attempt to use a proxy. */
const HARDLY_HTTP: readonly string[] = ['CONNECT', 'get', 'GE'];

export const requestLine: readonly Unnumbered[] = [
  ...METHODS.map((method) =>
    !HARDLY_HTTP.includes(method)
      ? refused(`The method ${method}`, '6455 4.2.1', { method })
      : refusedOrEnded(`The method ${method}`, '6455 4.2.1', { method }),
  ),
  refusedOrEnded('HTTP/1.0', '6455 4.2.1', { version: 'HTTP/1.0' }),
  refusedOrEnded('HTTP/0.9', '6455 4.2.1', { version: 'HTTP/0.9' }),
  either('HTTP/2.0, which is higher than HTTP/1.1', '6455 4.2.1', { version: 'HTTP/2.0' }),
  refusedOrEnded('http/1.1 in lower case', '9112 2.3', { version: 'http/1.1' }),
  refusedOrEnded(
    'A request line without a version',
    '9112 3',
    rewritten((request) => request.replace(' HTTP/1.1', '')),
  ),
  refusedOrEnded(
    'A request line that is no request line',
    '9112 3',
    rewritten((request) => request.replace(/^.*?\r\n/, 'Hello, world!\r\n')),
  ),
  either(
    'Two spaces after the method',
    '9112 3',
    rewritten((request) => request.replace('GET ', 'GET  ')),
  ),
  either(
    'An empty line before the request',
    '9112 2.2',
    rewritten((request) => `\r\n${request}`),
  ),
  either(
    'Lines that end in LF alone',
    '9112 2.2',
    rewritten((request) => request.replaceAll('\r\n', '\n')),
  ),
  accepted('The request in writes of 1 octet', '9112 2.2', (wire) => wire.sendInChops(1, wire.request())),
  accepted('The request in writes of 7 octets', '9112 2.2', (wire) => wire.sendInChops(7, wire.request())),
  serverHandshake({
    title: 'A request that is not for a WebSocket',
    expectation: 'The server answers in HTTP, and does not switch protocols.',
    rfc: '6455 4.2.1',
    async run(wire) {
      wire.send(`GET ${wire.target} HTTP/1.1\r\nHost: ${wire.host}\r\nConnection: close\r\n\r\n`);
      const { status } = await wire.response();
      if (status === 101) throw new CaseFailure('Expected an answer in HTTP, and received 101.');
    },
  }),
  serverHandshake({
    title: 'A request that ends in the middle of its head',
    expectation: 'The server closes TCP, with or without an HTTP error before that.',
    rfc: '9112 8',
    async run(wire) {
      wire.send(wire.request().subarray(0, 60));
      wire.link.finish();
      await wire.expectEnd();
    },
  }),
];

export const hostAndUpgrade: readonly Unnumbered[] = [
  refused('No Host', '9112 3.2', withFields({ Host: undefined }), [400]),
  refused('Two lines of Host', '9112 3.2', withFields({ Host: ['a.example', 'b.example'] }), [400]),
  refused('A Host with spaces in it', '9112 3.2', withFields({ Host: 'a b c' }), [400]),
  refused('A Host with user information', '9112 3.2', withFields({ Host: 'user@a.example' }), [400]),
  refused('A Host with a path', '9112 3.2', withFields({ Host: 'a.example/path' }), [400]),
  either('An empty Host', '9112 3.2', withFields({ Host: '' })),
  either('The Host of another server', '9112 3.2', withFields({ Host: 'elsewhere.example:8080' })),
  accepted(
    'All field names in lower case',
    '9110 5.1',
    rewritten((request) => request.replace(/^[\w-]+:/gm, (name) => name.toLowerCase())),
  ),
  accepted(
    'All field names in upper case',
    '9110 5.1',
    rewritten((request) => request.replace(/^[\w-]+:/gm, (name) => name.toUpperCase())),
  ),
  accepted(
    'No space after the colons',
    '9112 5',
    rewritten((request) => request.replace(/^([\w-]+): /gm, '$1:')),
  ),
  accepted(
    'Spaces and tabs around the values',
    '9112 5',
    rewritten((request) => request.replace(/^([\w-]+): (.*)\r$/gm, '$1: \t $2 \t \r')),
  ),
  ...['WebSocket', 'WEBSOCKET'].map((value) =>
    accepted(`Upgrade: ${value}`, '6455 4.2.1', withFields({ Upgrade: value })),
  ),
  ...['upgrade', 'UPGRADE', 'keep-alive, Upgrade', 'Upgrade, keep-alive', 'keep-alive,Upgrade', ', Upgrade ,,'].map(
    (value) => accepted(`Connection: ${value}`, '6455 4.2.1', withFields({ Connection: value })),
  ),
  accepted('Connection in two lines', '9110 5.3', withFields({ Connection: ['keep-alive', 'Upgrade'] })),
  either('Upgrade with another protocol before', '9110 7.8', withFields({ Upgrade: 'h2c, websocket' })),
  either('Connection: close, Upgrade', '9112 9.6', withFields({ Connection: 'close, Upgrade' })),
  refused('No Upgrade', '6455 4.2.1', withFields({ Upgrade: undefined })),
  ...['h2c', 'websockets', 'xwebsocket', 'web socket', 'web-socket'].map((value) =>
    refused(`Upgrade: ${value}`, '6455 4.2.1', withFields({ Upgrade: value })),
  ),
  refused('No Connection', '6455 4.2.1', withFields({ Connection: undefined })),
  ...['keep-alive', 'Upgrades', 'xUpgrade', 'keep-alive Upgrade'].map((value) =>
    refused(`Connection: ${value}`, '6455 4.2.1', withFields({ Connection: value })),
  ),
];

/** The example of RFC 6455 first. */
const FIXED: readonly (readonly [key: string, what: string])[] = [
  ['dGhlIHNhbXBsZSBub25jZQ==', 'of the RFC’s example'],
  ['AAAAAAAAAAAAAAAAAAAAAA==', 'of zeros'],
  ['/////////////////////w==', 'full of slashes'],
  ['+++++++++++++++++++++w==', 'full of plus signs'],
];

const WRONG_KEYS: readonly (readonly [what: string, key: string | readonly string[] | undefined])[] = [
  ['missing', undefined],
  ['empty', ''],
  ['twice the same', ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ==']],
  ['two that differ', ['dGhlIHNhbXBsZSBub25jZQ==', 'AAAAAAAAAAAAAAAAAAAAAA==']],
  ['two in one line', 'dGhlIHNhbXBsZSBub25jZQ==, AAAAAAAAAAAAAAAAAAAAAA=='],
  ['of 15 octets', 'dGhlIHNhbXBsZSBub25j'],
  ['of 17 octets', 'dGhlIHNhbXBsZSBub25jZSE='],
  ['of 32 octets', 'dGhlIHNhbXBsZSBub25jZXRoZSBzYW1wbGUgbm9uY2U='],
  ['without padding', 'dGhlIHNhbXBsZSBub25jZQ'],
  ['with half its padding', 'dGhlIHNhbXBsZSBub25jZQ='],
  ['in the alphabet for URLs', '_____________________w=='],
  ['with a space in it', 'dGhlIHNhbXBs ZSBub25jZQ=='],
  ['that is not base64', '!!!!!!!!!!!!!!!!!!!!!!=='],
  ['with an octet beyond ASCII', 'dGhlIHNhbXBsZSBub25\xe9ZQ=='],
  ['with more after the padding', 'dGhlIHNhbXBsZSBub25jZQ==x'],
  ['of 6 KiB', 'A'.repeat(6144)],
];

/** Drafts had versions of their own, and 9 to 12 are reserved: "were not and will not be used" (RFC 6455, section 11.6). */
const WRONG_VERSIONS: readonly string[] = ['0', '9', '12', '14', '255', '13.0', '013', '+13', '-13', '1 3', 'thirteen'];

const VERSION = 'Sec-WebSocket-Version';

export const keyAndVersion: readonly Unnumbered[] = [
  ...FIXED.map(([key, what]) =>
    accepted(`A Sec-WebSocket-Key ${what}`, '6455 4.2.2', withFields({ 'Sec-WebSocket-Key': key }), { key }),
  ),
  either(
    'A Sec-WebSocket-Key whose last bits are not zero',
    '6455 4.2.1',
    withFields({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZR==' }),
    { key: 'dGhlIHNhbXBsZSBub25jZR==' },
  ),
  ...WRONG_KEYS.map(([what, key]) =>
    refused(`A Sec-WebSocket-Key ${what}`, '6455 4.2.1', withFields({ 'Sec-WebSocket-Key': key })),
  ),
  ...WRONG_VERSIONS.map((version) =>
    serverHandshake({
      title: `Sec-WebSocket-Version: ${version}`,
      expectation:
        'The server refuses with an HTTP error such as 426, and says with Sec-WebSocket-Version that it speaks 13.',
      rfc: '6455 4.4',
      async run(wire) {
        wire.sendRequest(withFields({ [VERSION]: version }));
        requireVersion(await wire.expectRefusal());
      },
    }),
  ),
  ...['7', '8'].map((version) =>
    serverHandshake({
      title: `Sec-WebSocket-Version: ${version}, of a draft`,
      expectation:
        'The server refuses with an HTTP error and Sec-WebSocket-Version: 13; one that understands the draft’s version too may switch protocols.',
      rfc: '6455 4.4',
      async run(wire) {
        wire.sendRequest(withFields({ [VERSION]: version }));
        const response = await wire.response();
        if (response.status !== 101) requireVersion(response);
      },
    }),
  ),
  refused('No Sec-WebSocket-Version', '6455 4.2.1', withFields({ [VERSION]: undefined })),
  refused('An empty Sec-WebSocket-Version', '6455 4.2.1', withFields({ [VERSION]: '' })),
  refused('Sec-WebSocket-Version: 13 twice', '6455 11.3.5', withFields({ [VERSION]: ['13', '13'] })),
  refused('Sec-WebSocket-Version: 13 and then 8', '6455 11.3.5', withFields({ [VERSION]: ['13', '8'] })),
  refused('Sec-WebSocket-Version: 13, 8', '6455 4.2.1', withFields({ [VERSION]: '13, 8' })),
];

function requireVersion({ status, fields }: Response): void {
  if (status < 400) throw new CaseFailure(`Expected an HTTP error, and received ${status}.`);
  const spoken = listOf(fields, VERSION);
  if (!spoken.includes('13')) {
    throw new CaseFailure(`Expected a Sec-WebSocket-Version with 13 in it, and received “${spoken.join(', ')}”.`);
  }
}
