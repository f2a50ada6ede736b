// Traps 1 to 6 of Node, as a user of the built packages meets them: upgrade sockets, early bytes, closing, timeouts, ends.
//
// | trap | tested in depth in |
// |---|---|
// | 1 errors of an upgrade socket | advisories/v06-upgrade-socket, node-server/test/opening |
// | 2 frames in the segment of the request | node-server/test/opening, upgrade |
// | 3 close() and upgraded sockets | node-server/test/hub, upgrade |
// | 4 timeouts of HTTP | node-server/test/upgrade, front-door |
// | 5 one `closed` for each end | node-transport/test/ending, transport-ending |
// | 6 events of a socket in any order | node-transport/test/transport-ending |

import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect as tcp } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { connect } from '@framewire/node-client';
import { type NodeConnection, serve, type UpgradeOptions, upgrade } from '@framewire/node-server';
import { SocketConnection, settle } from '@framewire/node-transport';
import { afterEach, describe, expect, it } from 'vitest';
import { closeCode, masked, opened, openingRequest } from '../../src/attack.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const echo = (connection: NodeConnection): void =>
  connection.listen({ message: (message) => void connection.send(message) });

/** An HTTP server of the user's, with WebSocket on it. */
async function attached(http: HttpServer, handler = echo, options: UpgradeOptions = {}): Promise<number> {
  const server = upgrade(http, handler, options);
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    await server.close({ deadline: 0 });
    http.close();
  });
  return (http.address() as AddressInfo).port;
}

async function listening(handler = echo): Promise<{ port: number; close(deadline: number): Promise<void> }> {
  const server = await serve(handler, { host: '127.0.0.1', port: 0 });
  cleanups.push(() => server.close({ deadline: 0 }));
  return { port: (server.address as AddressInfo).port, close: (deadline) => server.close({ deadline }) };
}

it('trap 1: the socket of an upgrade has a listener for errors at once, and still has when it is refused', async () => {
  const http = createServer();
  const counts: number[] = [];
  const port = await attached(http, echo);
  // It comes behind ours, in the same call.
  http.on('upgrade', (_, socket) => {
    counts.push(socket.listenerCount('error'));
    setImmediate(() => counts.push(socket.listenerCount('error')));
  });
  const wrong = Buffer.from(openingRequest().toString('latin1').replace('Version: 13', 'Version: 8'), 'latin1');
  for (const bytes of [openingRequest(), wrong]) {
    const socket = tcp(port, '127.0.0.1').on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'data');
    socket.resetAndDestroy();
  }
  while (counts.length < 4) await setTimeout(1);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

it('trap 2: frames that come with the request arrive, none to three of them, cut at every byte', async () => {
  const ports = [(await listening()).port, await attached(createServer())];
  const frames = ['a', 'bc', 'def'].map((text) => masked(1, Buffer.from(text)));
  const end = masked(8, Buffer.of(3, 232));
  for (const port of ports) {
    for (let count = 0; count <= 3; count++) {
      const bytes = Buffer.concat([openingRequest(), ...frames.slice(0, count), end]);
      const echoes = Buffer.concat(
        [...['810161', '81026263', '8103646566'].slice(0, count), '880203e8'].map((hex) => Buffer.from(hex, 'hex')),
      );
      // Within the request every seventh will do.
      const cuts = Array.from({ length: bytes.length }, (_, i) => i).filter(
        (i) => i % 7 === 0 || i >= openingRequest().length - 4,
      );
      await Promise.all(
        cuts.map(async (cut) => {
          const socket = tcp(port, '127.0.0.1').setNoDelay(true);
          await once(socket, 'connect');
          socket.write(bytes.subarray(0, cut));
          await setTimeout(2);
          socket.write(bytes.subarray(cut));
          const chunks: Buffer[] = [];
          for await (const chunk of socket) chunks.push(chunk);
          const all = Buffer.concat(chunks);
          expect(all.subarray(all.indexOf('\r\n\r\n') + 4).equals(echoes), `cut at ${cut}`).toBe(true);
        }),
      );
    }
  }
});

it('trap 3: close() tells upgraded sockets 1001 and ends those that do not answer at the deadline', async () => {
  const server = await listening();
  const polite = await connect(`ws://127.0.0.1:${server.port}/`);
  const rude = await opened(server.port);
  const closed = server.close(300);
  expect(await polite.closed).toMatchObject({ code: 1001, clean: true });
  // It never answers the Close it gets.
  await closed;
  expect(await closeCode(rude)).toBe(1001);
  rude.destroy();
});

it('trap 3: the HTTP server closes when its WebSockets have', async () => {
  const http = createServer();
  const server = upgrade(http, echo);
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const client = await connect(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/`);
  const closed = new Promise((resolve) => http.close(resolve));
  http.closeAllConnections();
  client.send('still here');
  for await (const message of client) {
    expect(message).toBe('still here');
    break;
  }
  await server.close();
  await closed;
});

it('trap 4: no timeout of the HTTP server touches a connection that is held past all of them', async () => {
  const short = { connectionsCheckingInterval: 20, requestTimeout: 100, headersTimeout: 80, keepAliveTimeout: 50 };
  const http = createServer(short).setTimeout(100);
  const client = await connect(`ws://127.0.0.1:${await attached(http)}/`);
  await setTimeout(500);
  client.send('still here');
  for await (const message of client) {
    expect(message).toBe('still here');
    break;
  }
  expect(await client.close()).toMatchObject({ clean: true });
});

describe('trap 5: each end is told once', () => {
  it.each(['FIN', 'RST', 'half-open', 'silence'] as const)('%s', async (how) => {
    let told = 0;
    const closures: unknown[] = [];
    const keepalive = { interval: 50, deadline: 50 };
    const ended = Promise.withResolvers<void>();
    const server = await serve(
      (connection) => {
        connection.listen({ message: () => undefined, closed: () => void told++ });
        void connection.closed.then((closure) => {
          closures.push(closure.code);
          ended.resolve();
        });
      },
      { host: '127.0.0.1', port: 0, keepalive, closeTimeout: 100 },
    );
    cleanups.push(() => server.close({ deadline: 0 }));
    const socket = tcp({ port: (server.address as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).write(openingRequest());
    await once(socket, 'data');
    if (how === 'FIN') socket.end();
    else if (how === 'RST') socket.resetAndDestroy();
    else if (how === 'half-open') socket.resume().end(Buffer.of(0x81));
    await ended.promise;
    socket.destroy();
    await server.close();
    expect({ told, closures }).toEqual({ told: 1, closures: [1006] });
  });
});

describe('trap 6: the events of a socket in any order', () => {
  const EVENTS = ['error', 'end', 'close'] as const;
  const ORDERS = EVENTS.flatMap((one) => [
    [one],
    ...EVENTS.filter((two) => two !== one).flatMap((two) => [
      [one, two],
      [one, two, ...EVENTS.filter((three) => three !== one && three !== two)],
    ]),
  ]);

  it.each(ORDERS.map((order) => [order.join(', '), order] as const))('%s', async (_, order) => {
    const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done(), emitClose: false });
    let ends = 0;
    const settings = settle({ closeTimeout: 50 }, 'server');
    const info = { url: 'ws://x/', subprotocol: '', extensions: [] };
    const connection = new SocketConnection(socket, info, settings, { ended: () => void ends++ });
    connection.start(new Uint8Array(0));
    let told = 0;
    connection.listen({ message: () => undefined, closed: () => void told++ });
    for (const event of order) {
      socket.emit(event, ...(event === 'error' ? [new Error('as it happens')] : []));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!order.includes('close')) socket.emit('close');
    expect((await connection.closed).code).toBe(1006);
    expect({ ends, told }).toEqual({ ends: 1, told: 1 });
  });
});
