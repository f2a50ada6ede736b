// Traps 7 to 14 of Node, as a user of the built packages meets them: zlib, backpressure, buffers, fairness, text, closing, names.
//
// | trap | tested in depth in |
// |---|---|
// | 7 zlib jobs in parallel | node-transport/test/deflate/job-limiter, codec, inflation |
// | 8 what a peer makes us send | advisories/v08-pong-amplification, node-transport/test/output, transport-control |
// | 9 views that pin chunks | advisories/v10-memory-disclosure, protocol/test/message-memory |
// | 10 fairness | node-transport/test/transport |
// | 11 UTF-8 at the first bad byte | protocol/test/utf8, vectors |
// | 12 the close reason | protocol/test/close-status |
// | 13 closing at awkward times | protocol/test/endpoint-closing, testing/contract |
// | 14 names from the wire | advisories/v05-uncaught, v13-origin-and-path |

import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Transform } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import zlib, { constants, createInflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { connect } from '@framewire/node-client';
import { type NodeConnection, type ServeOptions, serve } from '@framewire/node-server';
import { UsageError } from '@framewire/protocol';
import { SeededRandom } from '@framewire/testing';
import { afterEach, expect, it } from 'vitest';
import { closeCode, fragments, head, KEY, longHeader, masked, opened } from '../../src/attack.ts';
import { RawSocket } from '../../src/raw-socket.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listening(
  handler: (connection: NodeConnection) => void | Promise<void>,
  options: ServeOptions = {},
): Promise<number> {
  const server = await serve(handler, { host: '127.0.0.1', port: 0, ...options });
  cleanups.push(() => server.close({ deadline: 0 }));
  return (server.address as AddressInfo).port;
}

const echo = (connection: NodeConnection): void =>
  connection.listen({ message: (message) => void connection.send(message) });

it('trap 7: zlib works for four messages at once, whoever they are for, and every handle of it is closed', async () => {
  const PEERS = 24;
  const { deflateRaw } = zlib;
  let atWork = 0;
  let most = 0;
  let closed = 0;
  zlib.deflateRaw = ((bytes: Uint8Array, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => {
    most = Math.max(most, ++atWork);
    deflateRaw(bytes, options, (error, result) => {
      atWork--;
      done(error, result);
    });
  }) as typeof deflateRaw;
  const inflating = Object.getPrototypeOf(createInflateRaw().destroy()) as Transform;
  const destroy = inflating._destroy;
  inflating._destroy = function (this: Transform, ...args: Parameters<typeof destroy>) {
    closed++;
    destroy.apply(this, args);
  };
  // What packages have imported follows.
  syncBuiltinESMExports();
  cleanups.push(() => {
    zlib.deflateRaw = deflateRaw;
    Reflect.deleteProperty(inflating, '_destroy');
    syncBuiltinESMExports();
  });

  // It becomes half as large, and takes a while, which only the thread pool has.
  const text = Buffer.from(new SeededRandom(7).bytes(50_000)).toString('hex');
  const port = await listening(echo, { deflate: true });
  const payload = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const deflates = 'Sec-WebSocket-Extensions: permessage-deflate';
  const peers = await Promise.all(Array.from({ length: PEERS }, () => opened(port, deflates)));
  for (const peer of peers) await peer.send(Buffer.concat(fragments(1, payload, 20_000, true)));
  for (const peer of peers) {
    while (peer.rest.length < payload.length / 2) await setTimeout(5);
    await peer.send(masked(8, Buffer.of(3, 232)));
    expect(await closeCode(peer)).toBe(1000);
    peer.destroy();
  }
  expect(most).toBe(4);
  expect(atWork).toBe(0);
  while (closed < PEERS) await setTimeout(1);
  expect(closed).toBe(PEERS);
});

it('trap 8: a loop that waits for drained() stops reading a peer that does not read', async () => {
  let taken = 0;
  const port = await listening(async (connection) => {
    for await (const message of connection) {
      taken += (message as Uint8Array).length;
      if (!connection.send(message)) await connection.drained();
    }
  });
  const socket = await opened(port);
  // What it gets is left in the kernel.
  socket.pause();
  const frame = masked(2, Buffer.alloc(64 * 1024));
  const flood = Buffer.concat(Array.from({ length: 1024 }, () => frame));
  void socket.send(flood);
  let before = -1;
  while (before !== taken) {
    before = taken;
    await setTimeout(200);
  }
  // Of 64 MiB: what the kernel holds on both sides, and the queue.
  expect(taken).toBeLessThan(32 * 1024 * 1024);
  socket.destroy();
});

it('trap 9: a small message does not keep the chunk it came in', async () => {
  const received: Uint8Array[] = [];
  const port = await listening((connection) =>
    connection.listen({ message: (message) => void received.push(message as Uint8Array) }),
  );
  const socket = await opened(port);
  await socket.send(
    Buffer.concat([masked(2, Buffer.alloc(20, 1)), masked(2, Buffer.alloc(60_000)).subarray(0, 59_000)]),
  );
  while (received.length === 0) await setTimeout(1);
  expect(received[0]?.buffer.byteLength).toBeLessThanOrEqual(16_384);
  socket.destroy();
});

it('trap 10: a peer with 100,000 frames at once does not keep another waiting', async () => {
  const FRAMES = 100_000;
  let flooded = 0;
  let floodedBefore = -1;
  const port = await listening((connection) => {
    connection.listen({
      message(message) {
        if (message === 'and me?') floodedBefore = flooded;
        else flooded++;
      },
    });
  });
  const [flooder, other] = [await opened(port), await opened(port)];
  await flooder.send(Buffer.concat(Array.from({ length: FRAMES }, () => masked(2, Buffer.alloc(0)))));
  await other.send(masked(1, Buffer.from('and me?')));
  while (floodedBefore < 0 || flooded < FRAMES) await setTimeout(1);
  expect(floodedBefore).toBeLessThan(FRAMES);
  flooder.destroy();
  other.destroy();
});

it('trap 11: text fails at its first bad byte, in the middle of a frame and of a character', async () => {
  const port = await listening(echo);
  for (const parts of [
    // 100,000 bytes are announced, and the third cannot be.
    [longHeader(0x81, 100_000n, true), Buffer.from('6161ff', 'hex')],
    // The first two bytes of a surrogate, of something overlong, and beyond U+10FFFF; over fragments, too.
    [longHeader(0x81, 100_000n, true), Buffer.from('eda0', 'hex')],
    [longHeader(0x81, 100_000n, true), Buffer.from('c0', 'hex')],
    [masked(1, Buffer.from('f4', 'hex'), { fin: false }), longHeader(0x00, 100_000n, true), Buffer.from('90', 'hex')],
  ]) {
    const socket = await opened(port);
    await socket.send(Buffer.concat(parts));
    expect(await closeCode(socket)).toBe(1007);
    socket.destroy();
  }
});

it('trap 12: a close reason has at most 123 bytes, and is sent whole or not at all', async () => {
  const heard: string[] = [];
  const port = await listening((connection) =>
    connection.listen({ message: () => undefined, closed: ({ reason }) => void heard.push(reason) }),
  );
  for (const [reason, fits] of [
    ['x'.repeat(123), true],
    ['x'.repeat(124), false],
    ['\u20ac'.repeat(41), true],
    [`${'\u20ac'.repeat(41)}x`, false],
    ['\u{1f600}'.repeat(30), true],
    ['\u{1f600}'.repeat(31), false],
  ] as const) {
    const client = await connect(`ws://127.0.0.1:${port}/`);
    if (fits) {
      expect(await client.close(1000, reason)).toMatchObject({ clean: true });
      while (heard.length === 0) await setTimeout(1);
      expect(heard.pop()).toBe(reason);
    } else {
      expect(() => void client.close(1000, reason)).toThrow(UsageError);
      expect(client.state).toBe('open');
      client.terminate();
      while (heard.length === 0) await setTimeout(1);
      heard.pop();
    }
  }
});

it('trap 13: both close at once, and one in the middle of fragments or of a message that is inflated', async () => {
  const accepted: NodeConnection[] = [];
  const port = await listening(
    (connection) => {
      accepted.push(connection);
      return connection.closed.then(() => undefined);
    },
    { deflate: true },
  );
  for (let i = 0; i < 20; i++) {
    const client = await connect(`ws://127.0.0.1:${port}/`, { deflate: true });
    while (accepted.length <= i) await setTimeout(1);
    if (i % 2 === 1) client.send('x'.repeat(500_000));
    const [here, there] = await Promise.all([client.close(), (accepted[i] as NodeConnection).close()]);
    expect([here.clean, there.clean, here.code, there.code]).toEqual([true, true, 1000, 1000]);
  }
  const socket = await opened(port);
  await socket.send(Buffer.concat([...fragments(2, Buffer.alloc(100), 40).slice(0, -1), masked(8, Buffer.of(3, 232))]));
  expect(await closeCode(socket)).toBe(1000);
  socket.destroy();
});

it('trap 14: names from the wire are no properties, and the target is parsed once', async () => {
  const seen: unknown[] = [];
  const port = await listening(() => undefined, {
    authorize: (request) => {
      const { headers, path } = request;
      seen.push([
        headers.get('__proto__'),
        headers.get('constructor'),
        headers.get('toString'),
        path,
        headers.has('hasOwnProperty'),
      ]);
    },
  });
  const socket = await RawSocket.to(port);
  const fields = [
    'Host: x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
  ];
  await socket.send(head('GET //evil.example/..%2f?a=//b HTTP/1.1', ...fields, '__proto__: p', 'constructor: c'));
  expect(await socket.head()).toContain(' 101 ');
  expect(seen).toEqual([['p', 'c', undefined, '//evil.example/..%2f', false]]);
  expect(({} as Record<string, unknown>).p).toBeUndefined();
  socket.destroy();
});
