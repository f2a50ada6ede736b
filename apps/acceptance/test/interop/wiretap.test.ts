// The wiretap passes every byte on, and tells what was on the wire: it is what the matrix's claims about frames rest on.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { framesPerMessage, Wiretap } from '../../interop/wiretap.ts';

const REQUEST = 'GET /1/echo HTTP/1.1\r\nSec-WebSocket-Extensions: permessage-DEFLATE\r\n\r\n';
const RESPONSE = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
/** "ab" in a frame masked with 1, 2, 3, 4, not the last of its message; then a whole Ping; then the end of the message, compressed or not. */
const FROM_CLIENT = Buffer.from([
  0x01,
  0x82,
  1,
  2,
  3,
  4,
  0x61 ^ 1,
  0x62 ^ 2,
  0x89,
  0x80,
  0,
  0,
  0,
  0,
  0x80,
  0x80,
  0,
  0,
  0,
  0,
]);
/** 126 bytes in a compressed message of one frame, then half of a frame. */
const FROM_SERVER = Buffer.concat([
  Buffer.from([0xc2, 126, 0, 126]),
  Buffer.alloc(126, 7),
  Buffer.from([0x81, 5, 0x61]),
]);

let server: Server;
let tap: Wiretap;
let accepted: Promise<Socket>;

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  accepted = once(server, 'connection').then(([socket]: Socket[]) => socket as Socket);
  tap = await Wiretap.before((server.address() as AddressInfo).port);
});

afterEach(async () => {
  await tap.close();
  server.close();
});

it('passes on both directions and each end, and tells heads and frames apart', async () => {
  const client = connect({ port: tap.port, host: '127.0.0.1', allowHalfOpen: true });
  client.write(Buffer.concat([Buffer.from(REQUEST), FROM_CLIENT]));
  const far = await accepted;
  far.write(Buffer.concat([Buffer.from(RESPONSE), FROM_SERVER]));
  const [atServer, atClient] = [bytesOf(far), bytesOf(client)];
  client.end();
  expect(await atServer).toEqual(Buffer.concat([Buffer.from(REQUEST), FROM_CLIENT]));
  far.end();
  expect(await atClient).toEqual(Buffer.concat([Buffer.from(RESPONSE), FROM_SERVER]));

  const wire = tap.take('/1/echo');
  expect(wire.client.head).toContain('sec-websocket-extensions: permessage-deflate');
  expect(wire.server.head).toContain('101 switching protocols');
  expect(wire.client.frames).toEqual([
    { opcode: 1, fin: false, rsv1: false, payload: Buffer.from('ab') },
    { opcode: 9, fin: true, rsv1: false, payload: Buffer.alloc(0) },
    { opcode: 0, fin: true, rsv1: false, payload: Buffer.alloc(0) },
  ]);
  expect(framesPerMessage(wire.client)).toEqual([2]);
  expect(wire.server.frames).toEqual([{ opcode: 2, fin: true, rsv1: true, payload: Buffer.alloc(126, 7) }]);
  expect(tap.take('/1/echo').client.frames).toEqual([]);
});

async function bytesOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
