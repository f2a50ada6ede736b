// V12: requests hidden around an Upgrade. In each row stands a second request where a parser that is lenient would find one: in a body, behind a head
// that two parsers read differently, before the answer. It never reaches the HTTP server beside us and never opens a WebSocket of its own, the
// socket is closed, and the first is refused or its bytes are frames. And a client takes nothing but 101 for 101.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect } from '@framewire/node-client';
import { acceptKey, HandshakeError } from '@framewire/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { head, KEY, openingRequest } from '../../src/attack.ts';
import { MeasuredServer } from '../../src/measured-server.ts';
import { RawSocket } from '../../src/raw-socket.ts';

const OPENING = openingRequest().toString('latin1');
const SMUGGLED = head('GET /smuggled HTTP/1.1', 'Host: x', 'Connection: close').toString('latin1');
const SMUGGLED_UPGRADE = OPENING.replace('GET / ', 'GET /smuggled ');

/** The opening request with other lines, and what stands behind it. */
function row(
  name: string,
  statuses: readonly number[],
  changes: readonly (readonly [from: string, to: string])[],
  behind: string,
) {
  return { name, statuses, bytes: changes.reduce((text, [from, to]) => text.replace(from, to), OPENING) + behind };
}

const LENGTH = (value: string | number) => ['Host: x', `Host: x\r\nContent-Length: ${value}`] as const;
const CHUNKED = (value: string) => ['Host: x', `Host: x\r\nTransfer-Encoding: ${value}`] as const;
const CHUNK = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`;

/** 101: what is behind the head is taken for frames, and those are wrong. 0: the socket is closed without a word. */
const ROWS = [
  row('a body with Content-Length', [400], [LENGTH(SMUGGLED.length)], SMUGGLED),
  row('a body that is announced too short', [400], [LENGTH(5)], `12345${SMUGGLED}`),
  row('two lengths', [400], [['Host: x', 'Host: x\r\nContent-Length: 0\r\nContent-Length: 5']], `12345${SMUGGLED}`),
  row('a length that is a list', [400], [LENGTH('0, 5')], `12345${SMUGGLED}`),
  row('a length with a sign', [400], [LENGTH('+5')], `12345${SMUGGLED}`),
  row('a length in hexadecimal', [400], [LENGTH('0x5')], `12345${SMUGGLED}`),
  row('a negative length', [400], [LENGTH(-1)], SMUGGLED),
  row('a chunked body', [400], [CHUNKED('chunked')], CHUNK),
  row('a chunked body, spelled otherwise', [400], [CHUNKED('ChUnKeD, identity')], CHUNK),
  row('a coding that is unknown', [400, 501], [CHUNKED('xchunked')], CHUNK),
  row('a chunked body and a length', [400], [CHUNKED('chunked'), LENGTH(5)], CHUNK),
  row('a space before the colon', [400], [['Host: x', `Host: x\r\nContent-Length : ${SMUGGLED.length}`]], SMUGGLED),
  row('a tab before the colon', [400], [['Host: x', 'Host: x\r\nTransfer-Encoding\t: chunked']], CHUNK),
  row('a folded line', [400], [['Host: x', `Host: x\r\nX: y\r\n Content-Length: ${SMUGGLED.length}`]], SMUGGLED),
  row('a bare LF', [400], [['Host: x', `Host: x\nContent-Length: ${SMUGGLED.length}`]], SMUGGLED),
  row('a bare CR', [400], [['Host: x', `Host: x\rContent-Length: ${SMUGGLED.length}`]], SMUGGLED),
  row('a head that ends in LF LF', [400, 0], [['\r\n\r\n', '\n\n']], SMUGGLED),
  row('a NUL in a value', [400], [['Host: x', 'Host: x\0y']], SMUGGLED),
  row('two Host fields', [400], [['Host: x', 'Host: x\r\nHost: y']], SMUGGLED),
  row('version 7', [426], [['Version: 13', 'Version: 7']], SMUGGLED_UPGRADE),
  row('version 8', [426], [['Version: 13', 'Version: 8']], SMUGGLED_UPGRADE),
  row('versions 8 and 13', [426], [['Version: 13', 'Version: 8\r\nSec-WebSocket-Version: 13']], SMUGGLED_UPGRADE),
  row('a version that is a list', [426], [['Version: 13', 'Version: 13, 8']], SMUGGLED_UPGRADE),
  row('HTTP/1.0', [505, 400, 200, 426], [['HTTP/1.1', 'HTTP/1.0']], SMUGGLED),
  row('HTTP/2.0', [505, 400], [['HTTP/1.1', 'HTTP/2.0']], SMUGGLED),
  row('a POST', [405], [['GET /', 'POST /'], LENGTH(SMUGGLED.length)], SMUGGLED),
  row('no key', [400], [['Sec-WebSocket-Key', 'X-Key']], SMUGGLED),
  row('two keys', [400], [['Sec-WebSocket-Key', `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Key`]], SMUGGLED),
  row('a second request behind a right one', [101], [], SMUGGLED),
  row('a second handshake behind a right one', [101], [], SMUGGLED_UPGRADE),
];

const KINDS = ['none', 'beside', 'upgrade'] as const;

describe.each(KINDS)('V12: a server of ours (HTTP server: %s)', (http) => {
  let server: MeasuredServer;

  beforeAll(async () => {
    server = await MeasuredServer.start({ http });
  });

  afterAll(async () => {
    expect(server.printed).toBe('');
    await server.stop();
  });

  it.each(ROWS)('finds no second request behind $name', async ({ name, statuses, bytes }) => {
    const before = await server.heard();
    for (const way of ['whole', 'byte by byte'] as const) {
      const socket = await RawSocket.to(server.port);
      await socket.send(Buffer.from(bytes, 'latin1'), way);
      await socket.finished;
      const text = socket.received.toString('latin1');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      // With an HTTP parser in front, that one may be the first to refuse, with a status of its own, or by hanging up.
      if (http === 'none') expect(statuses, way).toContain(status);
      else expect([...statuses, 400, 0], `${way}: ${text}`).toContain(status);
      // One response, and no more.
      expect(text.match(/HTTP\/1\.1 \d{3}/g) ?? [], way).toHaveLength(status === 0 ? 0 : 1);
      socket.destroy();
    }
    const after = await server.heard();
    expect(after.requests).not.toContain('/smuggled');
    expect(after.opened).not.toContain('/smuggled');
    expect(after.opened.length - before.opened.length, name).toBe(statuses.includes(101) ? 2 : 0);
  });

  it('keeps bytes before its answer for frames, and no more than a few KiB of them', async () => {
    const waiting = await MeasuredServer.start({ http, authorize: 'held' });
    const socket = await RawSocket.to(waiting.port);
    await socket.send(Buffer.from(OPENING + SMUGGLED.repeat(10), 'latin1'));
    await waiting.authorizing(1);
    await waiting.release();
    await socket.finished;
    expect(socket.received.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
    const flood = await RawSocket.to(waiting.port);
    await flood.send(Buffer.from(OPENING, 'latin1'));
    await waiting.authorizing(2);
    await flood.send(Buffer.from(SMUGGLED.repeat(800), 'latin1'));
    await flood.finished;
    expect(flood.received.toString('latin1')).toMatch(/^HTTP\/1\.1 400 /);
    await waiting.release();
    expect((await waiting.heard()).requests).toEqual([]);
    for (const one of [socket, flood]) one.destroy();
    await waiting.stop();
  });
});

describe('V12: a client of ours', () => {
  /** Where the accept key stands that the client waits for. */
  const RIGHT = 'Sec-WebSocket-Accept: right';
  const FIELDS = ['Upgrade: websocket', 'Connection: Upgrade', RIGHT];

  it.each([
    ['200', ['HTTP/1.1 200 OK', ...FIELDS]],
    ['201', ['HTTP/1.1 201 Created', ...FIELDS]],
    ['1010', ['HTTP/1.1 1010 Switching Protocols', ...FIELDS]],
    ['101 of HTTP/1.0', ['HTTP/1.0 101 Switching Protocols', ...FIELDS]],
    ['302', ['HTTP/1.1 302 Found', 'Location: ws://127.0.0.1:1/', ...FIELDS]],
    ['101 with no Upgrade', ['HTTP/1.1 101 Switching Protocols', ...FIELDS.slice(1)]],
    ['101 for another protocol', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: h2c', ...FIELDS.slice(1)]],
    [
      '101 with the accept key of another',
      ['HTTP/1.1 101 Switching Protocols', ...FIELDS.slice(0, 2), `Sec-WebSocket-Accept: ${acceptKey(KEY)}`],
    ],
  ])('takes nothing for 101 that is %s', async (_, lines) => {
    const server = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (request: Buffer) => {
          const key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(request.toString('latin1'))?.[1] ?? '';
          const all = lines.map((line) => (line === RIGHT ? `Sec-WebSocket-Accept: ${acceptKey(key)}` : line));
          socket.end(Buffer.concat([head(...all), Buffer.of(0x81, 1, 0x61)]));
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(connect(url)).rejects.toBeInstanceOf(HandshakeError);
    server.close();
  });
});
