// V10: memory that is not ours to show, and memory that is kept for nothing. Whatever is sent by any API arrives as exactly its bytes or is refused at
// once; whatever arrives holds the bytes of the peer and no others; and what is kept never keeps the 64 KiB chunk alive in which it came.

import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import { connect } from '@framewire/node-client';
import { type NodeConnection, type Server, serve } from '@framewire/node-server';
import { UsageError } from '@framewire/protocol';
import { SeededRandom } from '@framewire/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fragments, masked, opened } from '../../src/attack.ts';
import { MeasuredServer } from '../../src/measured-server.ts';

const KIB = 1024;
/** What stands in the memory that nobody may see. */
const SECRET = 0xa5;

/** Memory full of the secret that is free again: who hands out memory that nobody wrote would hand out this. */
function poison(): void {
  for (const size of [64, 1000, 8 * KIB, 64 * KIB, KIB * KIB]) {
    for (let i = 0; i < 20; i++) Buffer.allocUnsafeSlow(size).fill(SECRET);
  }
  Buffer.allocUnsafe(4000).fill(SECRET);
}

const KINDS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** 24 bytes in the middle of 64 that are a secret. */
function within(): ArrayBuffer {
  const buffer = new ArrayBuffer(64);
  new Uint8Array(buffer).fill(SECRET);
  new Uint8Array(buffer, 16, 24).set(Array.from({ length: 24 }, (_, i) => i + 1));
  return buffer;
}

/** Everything an application might take for bytes, by name. */
function candidates(): readonly (readonly [name: string, value: unknown])[] {
  const shared = new SharedArrayBuffer(64);
  new Uint8Array(shared).set(new Uint8Array(within()));
  return [
    ...KINDS.map((Kind) => [Kind.name, new Kind(within(), 16, 24 / Kind.BYTES_PER_ELEMENT)] as const),
    ['Buffer', Buffer.from(within(), 16, 24)],
    ['a Buffer of the pool', Buffer.from('a few bytes of the pool!')],
    ['Uint8Array of a SharedArrayBuffer', new Uint8Array(shared, 16, 24)],
    ['DataView', new DataView(within(), 16, 24)],
    ['ArrayBuffer', within()],
    ['SharedArrayBuffer', shared],
    ['a number', 100],
    ['a large number', 1_000_000],
    ['an object with a length', { length: 1000 }],
    ['an array', [1, 2, 3]],
    ['a Blob', new Blob(['abc'])],
    ['null', null],
    ['undefined', undefined],
    ['a String object', Object('text')],
  ];
}

describe('V10: every kind of array through every API that sends', () => {
  let server: Server;
  let here: NodeConnection;
  let there: NodeConnection;

  beforeAll(async () => {
    const accepted = new Promise<NodeConnection>((resolve) => {
      void serve(
        (connection) => {
          resolve(connection);
          return connection.closed.then(() => undefined);
        },
        { host: '127.0.0.1', port: 0 },
      ).then(async (listening) => {
        server = listening;
        here = await connect(listening.url);
      });
    });
    there = await accepted;
    while (here === undefined) await setTimeout(1);
  });

  afterAll(() => server.close({ deadline: 0 }));

  async function next(connection: NodeConnection): Promise<unknown> {
    for await (const message of connection) return message;
    return undefined;
  }

  /** Sends it; what arrives must be its bytes, and what is refused must leave the connection as it was. */
  async function passes(
    value: unknown,
    send: (value: Uint8Array) => unknown,
    receiver: NodeConnection,
    sender: NodeConnection,
  ): Promise<void> {
    poison();
    let refused: unknown;
    try {
      await send(value as Uint8Array);
    } catch (error) {
      refused = error;
    }
    if (refused !== undefined) {
      expect(refused).toBeInstanceOf(UsageError);
      sender.send('still there');
      expect(await next(receiver)).toBe('still there');
      return;
    }
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    const bytes = Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
    expect(Buffer.from((await next(receiver)) as Uint8Array).equals(bytes)).toBe(true);
  }

  it.each(candidates())('%s', async (_, value) => {
    await passes(value, (message) => here.send(message), there, here);
    await passes(value, (message) => there.send(message), here, there);
    await passes(value, (message) => server.broadcast(message), here, there);
  });

  it.each(KINDS.map((Kind) => [Kind.name, Kind] as const))('%s is what it is, or refused', (_, Kind) => {
    const sends = () => here.send(new Kind(within(), 16, 24 / Kind.BYTES_PER_ELEMENT) as unknown as Uint8Array);
    if ((Kind as unknown) === Uint8Array) sends();
    else expect(sends).toThrow(UsageError);
  });

  it('a close reason that is no string is refused', () => {
    for (const [, value] of candidates()) {
      if (value === undefined) continue;
      expect(() => void here.close(1000, value as string)).toThrow(UsageError);
    }
    expect(here.state).toBe('open');
  });
});

describe('V10: what arrives', () => {
  it('is what was sent, in memory that was somebody else’s, whole, in fragments and in pieces', async () => {
    const random = new SeededRandom(10);
    const received: Uint8Array[] = [];
    const server = await serve(
      (connection) => connection.listen({ message: (message) => void received.push(message as Uint8Array) }),
      {
        host: '127.0.0.1',
        port: 0,
      },
    );
    const { port } = server.address as { port: number };
    const socket = await opened(port);
    const sizes = [1, 125, 126, 1000, 4095, 4096, 20_000, 65_535, 65_536, 300_000, 1_000_000];
    for (const size of sizes) {
      poison();
      const message = random.bytes(size);
      const parts = fragments(2, message, random.integer(1, Math.ceil(size / 3) + 1));
      // Every byte comes, and then a message that is given up in the middle: none of it may be seen.
      for (const part of parts) await socket.send(part);
      while (received.length === 0) await setTimeout(1);
      expect(Buffer.compare(received.pop() as Uint8Array, message)).toBe(0);
    }
    const cut = masked(2, Buffer.alloc(500_000)).subarray(0, 300_000);
    await socket.send(cut);
    socket.end();
    await socket.finished;
    await server.close({ deadline: 0 });
    expect(received).toEqual([]);
  });
});

describe('V10: what is kept', () => {
  it('is a small message for each chunk, and keeps no chunk alive', async () => {
    const server = await MeasuredServer.start({ application: 'keeper', options: { maxMessageSize: KIB * KIB } });
    const socket = await opened(server.port);
    const before = await server.measure();
    // A message that is kept, and in the same chunk a large text, which is not.
    const chunk = Buffer.concat([masked(2, Buffer.alloc(20, 1)), masked(1, Buffer.alloc(60 * KIB, 'x'))]);
    const COUNT = 200;
    for (let i = 0; i < COUNT; i++) {
      await socket.send(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.until(
      () => server.measure(),
      ({ messages }) => messages === 2 * COUNT,
    );
    const after = await server.measure();
    expect((after.held - before.held) / COUNT).toBeLessThan(8 * KIB);
    socket.destroy();
    await server.stop();
  });

  it('is nothing, on a connection that is idle again', async () => {
    const server = await MeasuredServer.start({ application: 'echo' });
    const CONNECTIONS = 100;
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => opened(server.port)));
    const before = await server.measure();
    for (const socket of sockets) {
      // Large and small, whole and in fragments, and half a header at the end, which has to be kept.
      const parts = [
        masked(2, Buffer.alloc(200_000)),
        ...fragments(1, Buffer.alloc(50_000, 'x'), 999),
        masked(2, Buffer.alloc(10)),
      ];
      await socket.send(Buffer.concat([...parts, Buffer.of(0x82, 0xff, 0)]));
    }
    await server.until(
      () => server.measure(),
      ({ messages }) => messages === 3 * CONNECTIONS,
    );
    const after = await server.measure();
    expect(after.connections).toBe(CONNECTIONS);
    expect((after.held - before.held) / CONNECTIONS).toBeLessThan(24 * KIB);
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
});
