// Opening handshakes as bytes, and what a server makes of each (RFC 6455, section 4.2.1). Plain data, so that any runtime can replay it.

import { headText, type Lines } from './head-text.ts';

/** What a server answers a vector with. */
interface RequestRefusal {
  readonly code: string;
  readonly status: number;
}

/** The acceptance of a vector, where it differs from that of the sample request. */
interface RequestAcceptance {
  readonly key?: string;
  readonly accept?: string;
  readonly host?: string;
  readonly path?: string;
  readonly query?: string;
  readonly origin?: string;
  readonly subprotocol?: string;
  readonly offeredSubprotocols?: readonly string[];
}

/** A policy made of data alone. */
interface RequestPolicy {
  readonly secure?: boolean;
  readonly origins?: 'same' | 'dangerously-any' | readonly string[];
  readonly subprotocols?: readonly string[];
  readonly requireSubprotocol?: boolean;
}

export interface RequestVector {
  readonly name: string;
  /** One character a byte. */
  readonly raw: string;
  readonly policy?: RequestPolicy;
  readonly outcome: RequestRefusal | RequestAcceptance;
}

/** The key of RFC 6455, section 1.3, and its answer. */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const SAMPLE: readonly Lines[] = [
  ['Host', 'example.com'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', SAMPLE_KEY],
  ['Sec-WebSocket-Version', '13'],
];

/** The sample request with another request line or other fields. */
export function request(line: string, ...changes: readonly Lines[]): string {
  return headText(line, SAMPLE, changes);
}

/** The request line of the sample. */
export const GET = 'GET /chat HTTP/1.1';

function accepted(
  name: string,
  raw: string,
  acceptance: RequestAcceptance = {},
  policy: RequestPolicy = {},
): RequestVector {
  return { name, raw, outcome: acceptance, policy };
}

const STATUSES: Readonly<Record<string, number>> = {
  BAD_METHOD: 405,
  BAD_HTTP_VERSION: 505,
  HEAD_INVALID: 400,
  HEAD_TOO_LARGE: 431,
  TARGET_INVALID: 400,
  HOST_INVALID: 400,
  BODY_UNEXPECTED: 400,
  UPGRADE_MISSING: 426,
  VERSION_UNSUPPORTED: 426,
  KEY_INVALID: 400,
  ORIGIN_REFUSED: 403,
  SUBPROTOCOL_INVALID: 400,
  SUBPROTOCOL_REQUIRED: 400,
  EXTENSIONS_INVALID: 400,
};

function refused(code: string, name: string, raw: string, policy: RequestPolicy = {}): RequestVector {
  return { name, raw, outcome: { code, status: STATUSES[code] ?? 0 }, policy };
}

function fields(count: number): Lines[] {
  return Array.from({ length: count }, (_, i): Lines => [`X-${i}`, 'x']);
}

const SECURE: RequestPolicy = { secure: true };
const OURS: RequestPolicy = { subprotocols: ['b', 'a'] };

const ACCEPTED: readonly RequestVector[] = [
  accepted('the least that is needed', request(GET)),
  accepted(
    'what a browser sends',
    request(
      'GET /chat?room=1 HTTP/1.1',
      ['Host', 'example.com:8080'],
      ['Connection', 'keep-alive, Upgrade'],
      ['Pragma', 'no-cache'],
      ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
      ['Origin', 'http://example.com:8080'],
      ['Cookie', 'a=1; b="2"'],
      ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
    ),
    { host: 'example.com:8080', query: '?room=1', origin: 'http://example.com:8080' },
  ),
  accepted('an empty line before the request line', `\r\n${request(GET)}`),
  accepted('a later version of HTTP/1', request('GET /chat HTTP/1.2')),
  accepted(
    'names and words in any case',
    request(GET, ['Upgrade'], ['UPGRADE', 'WebSocket'], ['Connection', 'uPgRaDe']),
  ),
  accepted(
    'lists with more than is needed',
    request(GET, ['Upgrade', 'h2c, websocket'], ['Connection', 'close, , upgrade ,']),
  ),
  accepted(
    'lists over several lines',
    request(GET, ['Connection', 'keep-alive', 'Upgrade'], ['Upgrade', 'foo/1', 'websocket']),
  ),
  accepted(
    'space and tabs around values',
    request(GET, ['Sec-WebSocket-Version', ' \t 13 \t'], ['Connection', '\tUpgrade\t']),
  ),
  accepted('fields named like properties', request(GET, ['__proto__', 'x'], ['constructor', 'y'], ['toString', 'z'])),
  accepted('values beyond ASCII in other fields', request(GET, ['X-Name', 'gr\xfc\xdfe'])),
  accepted('an empty value in another field', request(GET, ['X-Empty', ''])),
  accepted('100 fields', request(GET, ...fields(95))),
  accepted('a body of no bytes', request(GET, ['Content-Length', '0'])),

  accepted('no path but the root', request('GET / HTTP/1.1'), { path: '/' }),
  accepted('an empty query', request('GET /chat? HTTP/1.1'), { query: '?' }),
  accepted('a query with slashes and marks', request('GET /a?b=//c?d&e=/../f\\g HTTP/1.1'), {
    path: '/a',
    query: '?b=//c?d&e=/../f\\g',
  }),
  accepted('a path that looks like an authority', request('GET //evil.example/chat HTTP/1.1'), {
    path: '//evil.example/chat',
  }),
  accepted('dot segments, as sent', request('GET /a/../../b/./%2e%2e/c HTTP/1.1'), { path: '/a/../../b/./%2e%2e/c' }),
  accepted('a whole URL with the authority of Host', request('GET http://example.com/chat?x HTTP/1.1'), {
    query: '?x',
  }),
  accepted('a whole URL whose authority is spelled otherwise', request('GET WS://EXAMPLE.com:80/chat HTTP/1.1')),
  accepted('a whole URL without a path', request('GET http://example.com?x HTTP/1.1'), { path: '/', query: '?x' }),
  accepted(
    'a whole URL over TLS',
    request('GET wss://example.com/chat HTTP/1.1', ['Host', 'example.com:443']),
    {
      host: 'example.com:443',
    },
    SECURE,
  ),

  accepted('an IPv6 host', request(GET, ['Host', '[::1]:9001']), { host: '[::1]:9001' }),
  accepted('an IPv4 host', request(GET, ['Host', '127.0.0.1']), { host: '127.0.0.1' }),
  accepted('an empty port', request(GET, ['Host', 'example.com:'], ['Origin', 'http://example.com']), {
    host: 'example.com:',
    origin: 'http://example.com',
  }),

  accepted('the same origin', request(GET, ['Origin', 'http://example.com']), { origin: 'http://example.com' }),
  accepted(
    'the same origin over TLS',
    request(GET, ['Origin', 'https://example.com']),
    { origin: 'https://example.com' },
    SECURE,
  ),
  accepted(
    'the same origin but for case and default port',
    request(GET, ['Host', 'EXAMPLE.com:80'], ['Origin', 'http://example.COM']),
    { host: 'EXAMPLE.com:80', origin: 'http://example.COM' },
  ),
  accepted(
    'a listed origin',
    request(GET, ['Origin', 'https://app.example']),
    { origin: 'https://app.example' },
    {
      origins: ['https://other.example', 'https://app.example'],
    },
  ),
  accepted(
    'the same origin beside a list',
    request(GET, ['Origin', 'http://example.com']),
    { origin: 'http://example.com' },
    {
      origins: ['https://other.example'],
    },
  ),
  accepted('the null origin, listed', request(GET, ['Origin', 'null']), { origin: 'null' }, { origins: ['null'] }),
  accepted(
    'any origin, where that is wanted',
    request(GET, ['Origin', 'https://evil.example']),
    {
      origin: 'https://evil.example',
    },
    { origins: 'dangerously-any' },
  ),

  accepted(
    'subprotocols in our order of preference',
    request(GET, ['Sec-WebSocket-Protocol', 'a, b']),
    {
      subprotocol: 'b',
      offeredSubprotocols: ['a', 'b'],
    },
    OURS,
  ),
  accepted(
    'subprotocols over two lines',
    request(GET, ['Sec-WebSocket-Protocol', 'x,, a', 'y']),
    {
      subprotocol: 'a',
      offeredSubprotocols: ['x', 'a', 'y'],
    },
    OURS,
  ),
  accepted(
    'subprotocols that differ in case alone',
    request(GET, ['Sec-WebSocket-Protocol', 'B, c']),
    {
      offeredSubprotocols: ['B', 'c'],
    },
    OURS,
  ),
  accepted('subprotocols where we speak none', request(GET, ['Sec-WebSocket-Protocol', '__proto__']), {
    offeredSubprotocols: ['__proto__'],
  }),
  accepted(
    'a required subprotocol',
    request(GET, ['Sec-WebSocket-Protocol', 'a']),
    {
      subprotocol: 'a',
      offeredSubprotocols: ['a'],
    },
    { ...OURS, requireSubprotocol: true },
  ),
  accepted('a subprotocol of 15,000 characters', request(GET, ['Sec-WebSocket-Protocol', 'p'.repeat(15_000)]), {
    offeredSubprotocols: ['p'.repeat(15_000)],
  }),

  accepted(
    'extensions nobody here knows',
    request(GET, ['Sec-WebSocket-Extensions', 'a; b; c=1, , constructor; x=y', 'z']),
  ),
  accepted('quoted parameters', request(GET, ['Sec-WebSocket-Extensions', 'a ; b = "c\\d" ; e="f", g'])),
  accepted('5,000 offers of an extension', request(GET, ['Sec-WebSocket-Extensions', 'a,'.repeat(5000)])),
];

const REFUSED: readonly RequestVector[] = [
  refused('BAD_METHOD', 'POST', request('POST /chat HTTP/1.1', ['Content-Length', '0'])),
  refused('BAD_METHOD', 'a method in lower case', request('get /chat HTTP/1.1')),
  refused('BAD_METHOD', 'CONNECT', request('CONNECT example.com:80 HTTP/1.1')),
  refused('BAD_HTTP_VERSION', 'HTTP/1.0', request('GET /chat HTTP/1.0')),
  refused('BAD_HTTP_VERSION', 'HTTP/0.9 with a head', request('GET /chat HTTP/0.9')),
  refused('BAD_HTTP_VERSION', 'the preface of HTTP/2 with GET', request('GET * HTTP/2.0')),

  refused('HOST_INVALID', 'no Host', request(GET, ['Host'])),
  refused('HOST_INVALID', 'two Hosts', request(GET, ['Host', 'example.com', 'example.com'])),
  refused('HOST_INVALID', 'an empty Host', request(GET, ['Host', ''])),
  refused('HOST_INVALID', 'a list of hosts', request(GET, ['Host', 'example.com, evil.example'])),
  refused('HOST_INVALID', 'user information', request(GET, ['Host', 'example.com@evil.example'])),
  refused('HOST_INVALID', 'a path', request(GET, ['Host', 'example.com/chat'])),
  refused('HOST_INVALID', 'a URL', request(GET, ['Host', 'http://example.com'])),
  refused('HOST_INVALID', 'a port beyond 65535', request(GET, ['Host', 'example.com:65536'])),
  refused('HOST_INVALID', 'a port that is no number', request(GET, ['Host', 'example.com:8o'])),
  refused('HOST_INVALID', 'a port alone', request(GET, ['Host', ':80'])),
  refused('HOST_INVALID', 'a broken escape', request(GET, ['Host', 'example%2.com'])),
  refused('HOST_INVALID', 'bytes beyond ASCII', request(GET, ['Host', 'ex\xe4mple.com'])),
  refused('HOST_INVALID', 'an open bracket', request(GET, ['Host', '[::1'])),

  refused('TARGET_INVALID', 'the asterisk form', request('GET * HTTP/1.1')),
  refused('TARGET_INVALID', 'the authority form', request('GET example.com:80 HTTP/1.1')),
  refused('TARGET_INVALID', 'a path without a slash', request('GET chat HTTP/1.1')),
  refused('TARGET_INVALID', 'a fragment', request('GET /chat#top HTTP/1.1')),
  refused('TARGET_INVALID', 'a fragment in the query', request('GET /chat?a#b HTTP/1.1')),
  refused('TARGET_INVALID', 'a backslash in the path', request('GET /\\evil.example HTTP/1.1')),
  refused('TARGET_INVALID', 'another authority than Host', request('GET http://evil.example/chat HTTP/1.1')),
  refused('TARGET_INVALID', 'another port than Host', request('GET http://example.com:81/chat HTTP/1.1')),
  refused(
    'TARGET_INVALID',
    'the default port of the other scheme',
    request('GET http://example.com:80/ HTTP/1.1'),
    SECURE,
  ),
  refused('TARGET_INVALID', 'user information in a URL', request('GET http://example.com@evil.example/ HTTP/1.1')),
  refused('TARGET_INVALID', 'a URL without an authority', request('GET http:///chat HTTP/1.1')),
  refused('TARGET_INVALID', 'a URL of another scheme', request('GET ftp://example.com/chat HTTP/1.1')),

  refused('UPGRADE_MISSING', 'no Upgrade', request(GET, ['Upgrade'])),
  refused('UPGRADE_MISSING', 'an upgrade to something else', request(GET, ['Upgrade', 'h2c'])),
  refused('UPGRADE_MISSING', 'a longer word', request(GET, ['Upgrade', 'websocket/13, xwebsocket'])),
  refused('UPGRADE_MISSING', 'no Connection', request(GET, ['Connection'])),
  refused('UPGRADE_MISSING', 'Connection without Upgrade', request(GET, ['Connection', 'keep-alive'])),
  refused('UPGRADE_MISSING', 'a longer word in Connection', request(GET, ['Connection', 'upgrades, x-upgrade'])),
  refused('UPGRADE_MISSING', 'white space that is none in HTTP', request(GET, ['Connection', '\xa0Upgrade'])),

  refused('BODY_UNEXPECTED', 'a Content-Length', request(GET, ['Content-Length', '5'])),
  refused('BODY_UNEXPECTED', 'a Content-Length twice', request(GET, ['Content-Length', '0', '0'])),
  refused('BODY_UNEXPECTED', 'a Content-Length with a sign', request(GET, ['Content-Length', '+0'])),
  refused('BODY_UNEXPECTED', 'an empty Content-Length', request(GET, ['Content-Length', ''])),
  refused('BODY_UNEXPECTED', 'a Transfer-Encoding', request(GET, ['Transfer-Encoding', 'chunked'])),
  refused('BODY_UNEXPECTED', 'an empty Transfer-Encoding', request(GET, ['Transfer-Encoding', ''])),

  refused('VERSION_UNSUPPORTED', 'no version', request(GET, ['Sec-WebSocket-Version'])),
  refused('VERSION_UNSUPPORTED', 'version 7', request(GET, ['Sec-WebSocket-Version', '7'])),
  refused('VERSION_UNSUPPORTED', 'version 8', request(GET, ['Sec-WebSocket-Version', '8'])),
  refused('VERSION_UNSUPPORTED', 'version 14', request(GET, ['Sec-WebSocket-Version', '14'])),
  refused('VERSION_UNSUPPORTED', 'a leading zero', request(GET, ['Sec-WebSocket-Version', '013'])),
  refused('VERSION_UNSUPPORTED', 'a list of versions', request(GET, ['Sec-WebSocket-Version', '13, 8'])),
  refused('VERSION_UNSUPPORTED', 'the version twice', request(GET, ['Sec-WebSocket-Version', '13', '13'])),
  refused('VERSION_UNSUPPORTED', 'an empty version', request(GET, ['Sec-WebSocket-Version', ''])),

  refused('KEY_INVALID', 'no key', request(GET, ['Sec-WebSocket-Key'])),
  refused('KEY_INVALID', 'an empty key', request(GET, ['Sec-WebSocket-Key', ''])),
  refused('KEY_INVALID', 'the key twice', request(GET, ['Sec-WebSocket-Key', SAMPLE_KEY, SAMPLE_KEY])),
  refused('KEY_INVALID', 'a key of 15 bytes', request(GET, ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAA'])),
  refused('KEY_INVALID', 'a key of 17 bytes', request(GET, ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAAA='])),
  refused(
    'KEY_INVALID',
    'base64 that is not canonical',
    request(GET, ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZR==']),
  ),
  refused('KEY_INVALID', 'base64 without padding', request(GET, ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ'])),
  refused('KEY_INVALID', 'the alphabet of URLs', request(GET, ['Sec-WebSocket-Key', 'AAAAAAAAAA-_AAAAAAAAAA=='])),
  refused('KEY_INVALID', 'space in the key', request(GET, ['Sec-WebSocket-Key', 'dGhlIHNhbXBs ZSBub25jZQ=='])),

  refused('ORIGIN_REFUSED', 'another host', request(GET, ['Origin', 'http://evil.example'])),
  refused(
    'ORIGIN_REFUSED',
    'a host that begins like ours',
    request(GET, ['Origin', 'http://example.com.evil.example']),
  ),
  refused('ORIGIN_REFUSED', 'a host that ends like ours', request(GET, ['Origin', 'http://evil-example.com'])),
  refused(
    'ORIGIN_REFUSED',
    'user information like our host',
    request(GET, ['Origin', 'http://example.com@evil.example']),
  ),
  refused('ORIGIN_REFUSED', 'a path', request(GET, ['Origin', 'http://example.com/'])),
  refused('ORIGIN_REFUSED', 'another port', request(GET, ['Origin', 'http://example.com:8080'])),
  refused('ORIGIN_REFUSED', 'the scheme of TLS', request(GET, ['Origin', 'https://example.com'])),
  refused('ORIGIN_REFUSED', 'the scheme without TLS', request(GET, ['Origin', 'http://example.com']), SECURE),
  refused('ORIGIN_REFUSED', 'another scheme', request(GET, ['Origin', 'ftp://example.com'])),
  refused('ORIGIN_REFUSED', 'the null origin', request(GET, ['Origin', 'null'])),
  refused('ORIGIN_REFUSED', 'an empty origin', request(GET, ['Origin', ''])),
  refused('ORIGIN_REFUSED', 'the origin twice', request(GET, ['Origin', 'http://example.com', 'http://example.com'])),
  refused(
    'ORIGIN_REFUSED',
    'the origin twice, where any is allowed',
    request(GET, ['Origin', 'http://a.b', 'http://a.b']),
    {
      origins: 'dangerously-any',
    },
  ),
  refused('ORIGIN_REFUSED', 'an origin that is not listed', request(GET, ['Origin', 'https://evil.example']), {
    origins: ['https://app.example'],
  }),

  refused('SUBPROTOCOL_INVALID', 'a subprotocol twice', request(GET, ['Sec-WebSocket-Protocol', 'a, b, a'])),
  refused(
    'SUBPROTOCOL_INVALID',
    'a subprotocol twice, in two lines',
    request(GET, ['Sec-WebSocket-Protocol', 'a', 'a']),
  ),
  refused('SUBPROTOCOL_INVALID', 'space in a subprotocol', request(GET, ['Sec-WebSocket-Protocol', 'a b'])),
  refused('SUBPROTOCOL_INVALID', 'a quoted subprotocol', request(GET, ['Sec-WebSocket-Protocol', '"a"'])),
  refused('SUBPROTOCOL_INVALID', 'a subprotocol beyond ASCII', request(GET, ['Sec-WebSocket-Protocol', 'caf\xe9'])),
  refused('SUBPROTOCOL_INVALID', 'an empty list of subprotocols', request(GET, ['Sec-WebSocket-Protocol', ' , '])),
  refused('SUBPROTOCOL_REQUIRED', 'no subprotocol offered', request(GET), { ...OURS, requireSubprotocol: true }),
  refused('SUBPROTOCOL_REQUIRED', 'no subprotocol in common', request(GET, ['Sec-WebSocket-Protocol', 'c']), {
    ...OURS,
    requireSubprotocol: true,
  }),

  refused('EXTENSIONS_INVALID', 'an empty list of extensions', request(GET, ['Sec-WebSocket-Extensions', ''])),
  refused('EXTENSIONS_INVALID', 'an extension that is no token', request(GET, ['Sec-WebSocket-Extensions', 'a b'])),
  refused('EXTENSIONS_INVALID', 'a parameter without an extension', request(GET, ['Sec-WebSocket-Extensions', '; a'])),
  refused('EXTENSIONS_INVALID', 'a parameter without a name', request(GET, ['Sec-WebSocket-Extensions', 'a; =1'])),
  refused('EXTENSIONS_INVALID', 'a parameter without its value', request(GET, ['Sec-WebSocket-Extensions', 'a; b='])),
  refused('EXTENSIONS_INVALID', 'a semicolon at the end', request(GET, ['Sec-WebSocket-Extensions', 'a; b;'])),
  refused('EXTENSIONS_INVALID', 'an open quoted string', request(GET, ['Sec-WebSocket-Extensions', 'a; b="c'])),
  refused('EXTENSIONS_INVALID', 'an escape at the end', request(GET, ['Sec-WebSocket-Extensions', 'a; b="c\\'])),
  refused('EXTENSIONS_INVALID', 'an empty quoted string', request(GET, ['Sec-WebSocket-Extensions', 'a; b=""'])),
  refused(
    'EXTENSIONS_INVALID',
    'a quoted string that is no token',
    request(GET, ['Sec-WebSocket-Extensions', 'a; b="c d"']),
  ),
  refused('EXTENSIONS_INVALID', 'an escaped quote', request(GET, ['Sec-WebSocket-Extensions', 'a; b="\\""'])),
  refused(
    'EXTENSIONS_INVALID',
    'a word after a quoted string',
    request(GET, ['Sec-WebSocket-Extensions', 'a; b="c"d']),
  ),
  refused('EXTENSIONS_INVALID', 'bytes beyond ASCII', request(GET, ['Sec-WebSocket-Extensions', 'a; b=\xe9'])),
  refused(
    'EXTENSIONS_INVALID',
    'a quoted string open for 15,000 bytes',
    request(GET, ['Sec-WebSocket-Extensions', `a; b="${'\\x'.repeat(7500)}`]),
  ),

  refused('HEAD_INVALID', 'lines that end in LF', request(GET).replaceAll('\r\n', '\n')),
  refused('HEAD_INVALID', 'one line that ends in LF', request(GET).replace('example.com\r\n', 'example.com\n')),
  refused('HEAD_INVALID', 'a line that ends in CR', request(GET).replace('example.com\r\n', 'example.com\r')),
  refused('HEAD_INVALID', 'a CR in a value', request(GET, ['X-Value', 'a\rb'])),
  refused('HEAD_INVALID', 'a CR before CRLF', request(GET, ['X-Value', 'a\r'])),
  refused('HEAD_INVALID', 'a NUL in a value', request(GET, ['X-Value', 'a\0b'])),
  refused('HEAD_INVALID', 'a control character in a value', request(GET, ['X-Value', 'a\x1fb'])),
  refused('HEAD_INVALID', 'a DEL in a value', request(GET, ['X-Value', 'a\x7fb'])),
  refused('HEAD_INVALID', 'a folded line', request(GET, ['X-Value', 'a\r\n b'])),
  refused('HEAD_INVALID', 'a field that begins with a tab', request(GET).replace('Upgrade:', '\tUpgrade:')),
  refused('HEAD_INVALID', 'space before a colon', request(GET).replace('Host:', 'Host :')),
  refused('HEAD_INVALID', 'a field without a colon', request(GET).replace('Host: ', 'Host')),
  refused('HEAD_INVALID', 'a field without a name', request(GET, ['', 'x'])),
  refused('HEAD_INVALID', 'a name beyond ASCII', request(GET, ['X-\xc4', 'x'])),
  refused('HEAD_INVALID', 'a name with a bracket', request(GET, ['X[0]', 'x'])),
  refused('HEAD_INVALID', 'two spaces in the request line', request('GET  /chat HTTP/1.1')),
  refused('HEAD_INVALID', 'space at the end of the request line', request('GET /chat HTTP/1.1 ')),
  refused('HEAD_INVALID', 'space in the target', request('GET /cha t HTTP/1.1')),
  refused('HEAD_INVALID', 'a tab in the target', request('GET /cha\tt HTTP/1.1')),
  refused('HEAD_INVALID', 'a target beyond ASCII', request('GET /caf\xe9 HTTP/1.1')),
  refused('HEAD_INVALID', 'no version', request('GET /chat')),
  refused('HEAD_INVALID', 'a version of another protocol', request('GET /chat ICY/1.1')),
  refused('HEAD_INVALID', 'a version with two digits', request('GET /chat HTTP/1.11')),
  refused('HEAD_INVALID', 'a method that is no token', request('G(E)T /chat HTTP/1.1')),
  refused('HEAD_INVALID', 'two empty lines before the request line', `\r\n\r\n${request(GET)}`),
  refused('HEAD_INVALID', 'the first bytes of TLS', `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${'r'.repeat(32)}`),
  refused('HEAD_TOO_LARGE', '101 fields', request(GET, ...fields(96))),
  refused('HEAD_TOO_LARGE', '2,000 fields', request(GET, ...fields(1995))),
  refused('HEAD_TOO_LARGE', 'a value of 16 KiB', request(GET, ['X-Value', 'v'.repeat(16_384)])),
  refused('HEAD_TOO_LARGE', 'a first line without end', 'G'.repeat(20_000)),
  refused('HEAD_TOO_LARGE', 'a value that ends too late', request(GET, ['X-Value', `${' '.repeat(16_384)}\n`])),
];

export const REQUEST_VECTORS: readonly RequestVector[] = [...ACCEPTED, ...REFUSED];
