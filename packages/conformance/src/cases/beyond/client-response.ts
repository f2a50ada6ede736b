// Responses: the ones a client must take for an open connection, and the ones it must not (RFC 6455, section 4.1).

import type { ClientWire, ResponseChanges } from '../../client-wire.ts';
import { acceptKey } from '../../wire/accept-key.ts';
import { encodeFrame, ping, text } from '../../wire/frame.ts';
import { notOpened, notSwitched, opened, openedOrRefused } from './client-verdicts.ts';
import { clientHandshake, type Unnumbered } from './family.ts';

type Changes = ResponseChanges | ((wire: ClientWire) => ResponseChanges | Buffer);

function made(wire: ClientWire, changes: Changes): Buffer {
  const response = typeof changes === 'function' ? changes(wire) : changes;
  return Buffer.isBuffer(response) ? response : wire.response(response);
}

function good(title: string, rfc: string, changes: Changes, chop?: number): Unnumbered {
  return clientHandshake({
    title,
    expectation: 'The client takes the connection for open, and echoes.',
    rfc,
    async run(wire) {
      const response = made(wire, changes);
      await opened(wire, () => (chop === undefined ? wire.send(response) : wire.sendInChops(chop, response)));
    },
  });
}

function bad(title: string, rfc: string, changes: Changes): Unnumbered {
  return clientHandshake({
    title,
    expectation: 'The client fails the connection: it sends nothing, and closes TCP.',
    rfc,
    async run(wire) {
      await notOpened(wire, made(wire, changes));
    },
  });
}

function either(title: string, rfc: string, changes: Changes): Unnumbered {
  return clientHandshake({
    title,
    expectation: 'The client opens and answers, or gives up, both of which are right.',
    rfc,
    async run(wire) {
      await openedOrRefused(wire, made(wire, changes));
    },
  });
}

function status(start: string, fields: ResponseChanges['fields'] = {}): Unnumbered {
  return clientHandshake({
    title: `The status ${start.slice('HTTP/1.1 '.length)}, with all fields of a 101 and frames as its body`,
    expectation: 'The client takes it for HTTP, not for an open connection, and answers no frame in its body.',
    rfc: '6455 4.1',
    async run(wire) {
      await notSwitched(wire, start, fields);
    },
  });
}

/** The response's head with its text rewritten. */
function rewritten(change: (response: string) => string): (wire: ClientWire) => Buffer {
  return (wire) => Buffer.from(change(wire.response().toString('latin1')), 'latin1');
}

const STATUSES: readonly string[] = [
  '200 OK',
  '202 Accepted',
  '400 Bad Request',
  '403 Forbidden',
  '404 Not Found',
  '426 Upgrade Required',
  '500 Internal Server Error',
  '503 Service Unavailable',
];

export const acceptedResponses: readonly Unnumbered[] = [
  good(
    'Field names in lower case',
    '9110 5.1',
    rewritten((head) => head.replace(/^[\w-]+:/gm, (name) => name.toLowerCase())),
  ),
  good(
    'Field names in upper case',
    '9110 5.1',
    rewritten((head) => head.replace(/^[\w-]+:/gm, (name) => name.toUpperCase())),
  ),
  good('Upgrade: WebSocket', '6455 4.1', { fields: { Upgrade: 'WebSocket' } }),
  good('Connection: upgrade', '6455 4.1', { fields: { Connection: 'upgrade' } }),
  good('Connection: keep-alive, Upgrade', '6455 4.1', { fields: { Connection: 'keep-alive, Upgrade' } }),
  good('Spaces and tabs around the Sec-WebSocket-Accept', '6455 4.1', (wire) => ({
    fields: { 'Sec-WebSocket-Accept': ` \t${wire.accept}\t ` },
  })),
  good('Another reason phrase', '9112 4', { start: 'HTTP/1.1 101 Web Socket Protocol Handshake' }),
  good('No reason phrase', '9112 4', { start: 'HTTP/1.1 101 ' }),
  good('Fields nobody knows', '9110 5.1', {
    fields: { 'X-Unknown': 'value', Server: 'framewire', __proto__x: '1', constructor: '2' },
  }),
  good('A Set-Cookie', '6455 4.1', { fields: { 'Set-Cookie': 'a=b; Path=/' } }),
  good('A 100 Continue before the 101', '9110 15.2', (wire) =>
    Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), wire.response()]),
  ),
  good('Two 103 Early Hints before the 101', '9110 15.2', (wire) =>
    Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(2)), wire.response()]),
  ),
  good('The response in writes of 1 octet', '9112 2.2', {}, 1),
  good('The response in writes of 7 octets', '9112 2.2', {}, 7),
  ...[1, 20].map((count) =>
    clientHandshake({
      title: `${count === 1 ? 'A message' : `${count} messages`} and a Ping in the same segment as the response`,
      expectation:
        'The client loses nothing that came with the response: it echoes every message and answers the Ping.',
      rfc: '6455 4.1',
      async run(wire) {
        const messages = Array.from({ length: count }, (_, index) => `early ${index}`);
        const early = [...messages.map((message) => text(message)), ping('early')];
        wire.send(Buffer.concat([wire.response(), ...early.map((frame) => encodeFrame(frame, false))]));
        const peer = wire.upgraded();
        let left = messages;
        let ponged = false;
        while (left.length > 0 || !ponged) {
          const incoming = await peer.next('the messages and a Pong');
          if (typeof incoming !== 'string' && incoming.kind === 'pong' && !ponged) ponged = true;
          else {
            peer.check(incoming, false, left[0] ?? '');
            left = left.slice(1);
          }
        }
        await peer.finish();
      },
    }),
  ),
  ...[1, 2, 4].map((cut) =>
    clientHandshake({
      title: `The first ${cut === 1 ? 'octet' : `${cut} octets`} of a message in the same segment as the response`,
      expectation: 'The client keeps them until the rest comes, and echoes the message.',
      rfc: '6455 4.1',
      async run(wire) {
        const frame = encodeFrame(text('early'), false);
        wire.send(Buffer.concat([wire.response(), frame.subarray(0, cut)]));
        await wire.expectSilence(20);
        wire.send(frame.subarray(cut));
        const peer = wire.upgraded();
        await peer.expectText('early');
        await peer.finish();
      },
    }),
  ),
];

const ACCEPT = 'Sec-WebSocket-Accept';
const OTHER: string = acceptKey('AAAAAAAAAAAAAAAAAAAAAA==');

function withAccept(value: (accept: string, wire: ClientWire) => string | readonly string[] | undefined): Changes {
  return (wire) => ({ fields: { [ACCEPT]: value(wire.accept, wire) } });
}

export const wrongResponses: readonly Unnumbered[] = [
  bad(
    'No Sec-WebSocket-Accept',
    '6455 4.1',
    withAccept(() => undefined),
  ),
  bad(
    'An empty Sec-WebSocket-Accept',
    '6455 4.1',
    withAccept(() => ''),
  ),
  bad(
    'The Sec-WebSocket-Accept of another key',
    '6455 4.1',
    withAccept(() => OTHER),
  ),
  bad(
    'The key itself as Sec-WebSocket-Accept',
    '6455 4.1',
    withAccept((_, wire) => wire.values('sec-websocket-key')[0]),
  ),
  bad(
    'The Sec-WebSocket-Accept in the other case',
    '6455 4.1',
    withAccept((accept) => otherCase(accept)),
  ),
  bad(
    'The Sec-WebSocket-Accept without its last character',
    '6455 4.1',
    withAccept((accept) => accept.slice(0, -1)),
  ),
  bad(
    'The Sec-WebSocket-Accept with a character more',
    '6455 4.1',
    withAccept((accept) => `${accept}=`),
  ),
  bad(
    'The right and a wrong Sec-WebSocket-Accept',
    '6455 11.3.3',
    withAccept((accept) => [accept, OTHER]),
  ),
  bad(
    'The right Sec-WebSocket-Accept twice',
    '6455 11.3.3',
    withAccept((accept) => [accept, accept]),
  ),
  bad('No Upgrade', '6455 4.1', { fields: { Upgrade: undefined } }),
  ...['h2c', 'websockets', 'web socket'].map((value) =>
    bad(`Upgrade: ${value}`, '6455 4.1', { fields: { Upgrade: value } }),
  ),
  bad('No Connection', '6455 4.1', { fields: { Connection: undefined } }),
  ...['close', 'keep-alive', 'Upgraded'].map((value) =>
    bad(`Connection: ${value}`, '6455 4.1', { fields: { Connection: value } }),
  ),
  bad('A subprotocol that was not asked for', '6455 4.1', { fields: { 'Sec-WebSocket-Protocol': 'never-asked-for' } }),
  bad('Two subprotocols', '6455 11.3.4', { fields: { 'Sec-WebSocket-Protocol': ['never-asked-for', 'nor-for-this'] } }),
  bad('A list of subprotocols', '6455 11.3.4', {
    fields: { 'Sec-WebSocket-Protocol': 'never-asked-for, nor-for-this' },
  }),
  bad('An extension that was not offered', '6455 4.1', { fields: { 'Sec-WebSocket-Extensions': 'never-offered' } }),
  bad('An extension named __proto__', '6455 4.1', { fields: { 'Sec-WebSocket-Extensions': '__proto__' } }),
  bad('Extensions that are no list of extensions', '6455 9.1', { fields: { 'Sec-WebSocket-Extensions': 'foo; ="' } }),
  bad('The status 1010', '9112 4', { start: 'HTTP/1.1 1010 Switching Protocols' }),
  bad('The status 10', '9112 4', { start: 'HTTP/1.1 10 Switching Protocols' }),
  bad('A status that is no number', '9112 4', { start: 'HTTP/1.1 abc Switching Protocols' }),
  bad('A status line of another protocol', '9112 4', { start: 'ICY 101 Switching Protocols' }),
  bad('Frames instead of a response', '6455 4.1', () => encodeFrame(text('Hello'), false)),
  bad('The banner of an SSH server instead of a response', '6455 4.1', () =>
    Buffer.from('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
  ),
  either('HTTP/1.0 101', '6455 4.1', { start: 'HTTP/1.0 101 Switching Protocols' }),
  either('2,000 fields', '9110 5.4', {
    fields: Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`X-Field-${index}`, '1'])),
  }),
  either('A field of 1 MiB', '9110 5.4', { fields: { 'X-Large': 'a'.repeat(1_048_576) } }),
  either('4 MiB of fields', '9110 5.4', { fields: { 'X-Field': Array<string>(4096).fill('a'.repeat(1000)) } }),
  either('A NUL in a value', '9110 5.5', { fields: { 'X-Name': 'a\0b' } }),
  either('A folded line', '9112 5.2', { fields: { 'X-Name': 'a\r\n b' } }),
  either(
    'A space before a colon',
    '9112 5.1',
    rewritten((head) => head.replace('Upgrade:', 'Upgrade :')),
  ),
  either(
    'A line without a colon',
    '9112 5',
    rewritten((head) => head.replace(/\r\n\r\n$/, '\r\nX-Name value\r\n\r\n')),
  ),
  either(
    'Lines that end in LF alone',
    '9112 2.2',
    rewritten((head) => head.replaceAll('\r\n', '\n')),
  ),
  ...STATUSES.map((one) => status(`HTTP/1.1 ${one}`)),
  status('HTTP/1.1 401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="tester"' }),
  ...['', 'HTTP/1.1 101 Switching', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnec'].map((part) =>
    clientHandshake({
      title: part === '' ? 'TCP ends without a response' : `TCP ends after ${part.length} octets of a response`,
      expectation: 'The client closes TCP too, and sends nothing.',
      rfc: '9112 8',
      async run(wire) {
        wire.send(part);
        wire.link.finish();
        await wire.expectRefusal();
      },
    }),
  ),
];

function otherCase(text: string): string {
  return [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('');
}
