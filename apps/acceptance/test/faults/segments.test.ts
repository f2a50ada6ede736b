// How TCP cuts what is sent is nobody's choice: a byte at a time both ways, or the handshake, the first messages and the Close in one segment.

import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect } from '@framewire/node-client';
import { type Closure, type Message, type Server, serve } from '@framewire/node-server';
import { afterEach, describe, expect, it } from 'vitest';
import { answerTo, closeOf, frameOf, listenRaw, requestFor } from '../../src/raw-handshake.ts';
import { RawSocket } from '../../src/raw-socket.ts';
import { chance, SEED } from '../../src/seed.ts';

const MESSAGES = 20;

describe(`segments, seed ${SEED}`, () => {
  const undo: (() => unknown)[] = [];
  afterEach(() => Promise.all(undo.splice(0).map((step) => step())));

  /** A server, what its loops got, and how its connections ended. A loop gets its messages when the Close has come, too: only a listener answers. */
  async function echoServer(
    options: object = {},
  ): Promise<{ server: Server; port: number; looped: Message[]; closures: Closure[] }> {
    const looped: Message[] = [];
    const closures: Closure[] = [];
    const server = await serve(
      async (connection, { path }) => {
        void connection.closed.then((closure) => closures.push(closure));
        if (path === '/listen') connection.listen({ message: (message) => void connection.send(message) });
        else for await (const message of connection) looped.push(message);
      },
      { host: '127.0.0.1', port: 0, ...options },
    );
    undo.push(() => server.close({ deadline: 0 }));
    return { server, port: Number(new URL(server.url).port), looped, closures };
  }

  /** Lets through a byte at a time, both ways. */
  async function bytewise(port: number): Promise<number> {
    const proxy = createServer((client) => {
      const server = connectTcp(port, '127.0.0.1');
      void letThrough(client, server);
      void letThrough(server, client);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    undo.push(() => proxy.close());
    return (proxy.address() as AddressInfo).port; // it listens
  }

  it.each([false, true])('of one byte both ways, compressed: %s', async (deflate) => {
    const random = chance();
    const { port, closures } = await echoServer({ deflate });
    const connection = await connect(`ws://127.0.0.1:${await bytewise(port)}/listen`, { deflate });
    const sent = Array.from({ length: MESSAGES }, (_, i) =>
      i % 2 === 0 ? `${i} ${'né漢👋'.repeat(random.integer(0, 20))}` : random.bytes(random.integer(0, 200)),
    );
    for (const message of sent) connection.send(message);
    const received: Message[] = [];
    for await (const message of connection) if (received.push(message) === sent.length) break;
    expect(received.map((message) => Buffer.from(message as string))).toEqual(
      sent.map((message) => Buffer.from(message as string)),
    );
    expect(await connection.close(4000, 'né')).toMatchObject({ clean: true, code: 4000 });
    expect(closures).toMatchObject([{ clean: true, code: 4000, reason: 'né', receivedFirst: true }]);
  });

  it.each([
    ['text', undefined],
    ['binary', undefined],
    ['binary', () => new Promise<void>((resolve) => setImmediate(resolve))],
  ] as const)('one with the request, messages and the Close: %s, authorize: %s', async (type, authorize) => {
    const random = chance();
    const { server, port, looped, closures } = await echoServer({ authorize });
    for (let count = 0; count < 40; count++) {
      const payloads = Array.from({ length: count }, () => Buffer.from(`né${random.integer(0, 1e9)}`));
      const opcode = type === 'text' ? 1 : 2;
      const segment = (side: 'client' | 'server', answered: readonly Buffer[]): Buffer =>
        Buffer.concat([...answered.map((payload) => frameOf(side, { opcode, payload })), closeOf(side, 4000)]);
      for (const [path, answered] of [
        ['/listen', payloads],
        ['/loop', []],
      ] as const) {
        const peer = await RawSocket.to(port);
        await peer.send(Buffer.concat([requestFor(path), segment('client', payloads)]));
        expect(await peer.head()).toMatch(/^HTTP\/1\.1 101 /);
        await peer.finished;
        expect(peer.rest.toString('hex')).toBe(segment('server', answered).toString('hex'));
        peer.destroy();
      }
      expect(looped.splice(0).map((message) => Buffer.from(message as string))).toEqual(payloads);
    }
    await server.close();
    expect(closures.length).toBe(80);
    for (const closure of closures) expect(closure).toMatchObject({ clean: true, code: 4000 });
  });

  it.each(['text', 'binary'] as const)('one with the response, messages and the Close: %s', async (type) => {
    const random = chance();
    const server = await listenRaw();
    undo.push(() => server.close());
    for (let count = 0; count < 40; count++) {
      const payloads = Array.from({ length: count }, () => Buffer.from(`né${random.integer(0, 1e9)}`));
      const opening = connect(`ws://127.0.0.1:${server.port}/`);
      const peer = await server.accepted();
      const frames = payloads.map((payload) => frameOf('server', { opcode: type === 'text' ? 1 : 2, payload }));
      await peer.send(Buffer.concat([answerTo(await peer.head()), ...frames, closeOf('server', 1000)]));
      // As a server does, without waiting for the answer.
      peer.end();
      const received: Buffer[] = [];
      const connection = await opening;
      for await (const message of connection) received.push(Buffer.from(message as string));
      expect(received).toEqual(payloads);
      expect(await connection.closed).toMatchObject({ code: 1000, clean: true, receivedFirst: true });
      await peer.finished;
      peer.destroy();
    }
  });
});

/** A byte, a turn of the event loop, and the next. */
async function letThrough(from: Socket, to: Socket): Promise<void> {
  from.on('error', () => to.destroy());
  to.setNoDelay(true);
  for await (const chunk of from as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      to.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  to.end();
}
