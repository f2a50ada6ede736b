import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type OnReadOpts } from 'node:net';
import type { Message } from '@framewire/connection';
import { BINARY, CONTINUATION, TEXT } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SocketConnection } from '../src/node-connection.ts';
import { settle } from '../src/settings.ts';
import { readShared, type SharedReads } from '../src/shared-read.ts';
import { FakeSocket } from './support/fake-socket.ts';
import { Wire } from './support/wire.ts';

const READ_SIZE = 64 * 1024;

/** Does what Node does with `onread`: fills the buffer, and calls back. */
class Reader {
  readonly buffer: Uint8Array;
  readonly #onread: OnReadOpts;

  constructor(onread: SharedReads) {
    this.#onread = onread;
    this.buffer = onread.buffer;
  }

  read(bytes: Uint8Array): void {
    this.buffer.set(bytes);
    this.#onread.callback(bytes.length, this.buffer);
  }
}

/** A client's connection that reads so. */
class Line {
  readonly connection: SocketConnection;
  readonly reader: Reader;

  constructor() {
    const info = { url: 'ws://localhost/', subprotocol: '' };
    const options = { keepalive: false, messagesPerTurn: 3, receiveHighWater: 1000 } as const;
    this.connection = new SocketConnection(new FakeSocket(), info, settle(options, 'client'), { ended: () => {} });
    this.connection.start(new Uint8Array(0));
    this.reader = new Reader(readShared({ taker: this.connection }));
  }
}

function onread(received: (chunk: Uint8Array) => void = () => {}): SharedReads {
  return readShared({ taker: { received } });
}

/** A payload that differs from others, and from itself elsewhere. */
function payload(size: number, seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => 32 + ((at * 7 + (at >> 8) + seed * 31) % 90)));
}

async function take(connection: SocketConnection, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of connection) if (messages.push(message) === count) break;
  return messages;
}

async function takeStreams(connection: SocketConnection, count: number): Promise<Uint8Array[][]> {
  const all: Uint8Array[][] = [];
  for await (const stream of connection.streams()) {
    const parts: Uint8Array[] = [];
    for await (const chunk of stream) parts.push(chunk as Uint8Array);
    if (all.push(parts) === count) break;
  }
  return all;
}

describe('the buffer sockets are read into', () => {
  it('is the same for all of them, however much is read', () => {
    const [one, other] = [onread(), onread()];
    expect(other.buffer).toBe(one.buffer);
    expect(one.buffer).toHaveLength(READ_SIZE);
  });

  it('gives chunks that nobody may take for half of their buffer', () => {
    const sizes: number[] = [];
    const reader = new Reader(onread((chunk) => sizes.push(chunk.length, chunk.buffer.byteLength)));
    reader.read(payload(READ_SIZE, 0));
    const [size = 0, whole = 0] = sizes;
    expect(size).toBe(READ_SIZE);
    expect(size * 2).toBeLessThan(whole);
  });

  it('hands what comes to the taker of now', () => {
    const heard: string[] = [];
    const inlet = { taker: { received: (chunk: Uint8Array) => void heard.push(`first ${chunk.length}`) } };
    const reader = new Reader(readShared(inlet));
    reader.read(payload(3, 0));
    inlet.taker = { received: (chunk) => void heard.push(`second ${chunk.length}`) };
    reader.read(payload(4, 0));
    expect(heard).toEqual(['first 3', 'second 4']);
  });
});

describe('a socket that is read into it', () => {
  it('goes on when a callback of nextTick throws', async () => {
    const all = payload(3_000_000, 0);
    const server = createServer((socket) => socket.end(all)).listen(0, '127.0.0.1');
    // The test runner has listeners of its own, which would fail the test.
    const theirs = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    let thrown = 0;
    process.on('uncaughtException', () => thrown++);
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of theirs) process.on('uncaughtException', listener);
      server.close();
    });
    await once(server, 'listening');
    const read: Buffer[] = [];
    const received = (chunk: Uint8Array): void => {
      read.push(Buffer.from(chunk));
      process.nextTick(() => {
        throw new Error('from elsewhere');
      });
    };
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      onread: onread(received),
    });
    await once(socket.resume(), 'close');
    expect(thrown).toBe(read.length);
    expect(Buffer.concat(read).equals(all)).toBe(true);
  });
});

describe('a message that is kept', () => {
  const wire = new Wire('client');

  it('never changes, whatever is read later, on whatever connection, and whoever waits for it', async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2.5 * READ_SIZE }));
    const message = fc.record({ size, text: fc.boolean(), fragments: fc.integer({ min: 1, max: 3 }) });
    const conversation = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 8 }),
      reads: fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(READ_SIZE)), { minLength: 1 }),
      takes: fc.constantFrom('at once', 'late', 'as streams'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(conversation, { minLength: 1, maxLength: 3 }), async (conversations) => {
        const talks = conversations.map(({ messages, reads, takes }, index) => {
          const { connection, reader } = new Line();
          const payloads = messages.map((one, at) => payload(one.size, index * 100 + at));
          const bytes = Buffer.concat(payloads.flatMap((bytes, at) => fragmentsOf(bytes, messages[at] ?? NOT_THERE)));
          const heard: Message[] = [];
          if (takes === 'at once') connection.listen({ message: (one) => void heard.push(one) });
          const streams = takes === 'as streams' ? takeStreams(connection, messages.length) : undefined;
          return { connection, reader, reads, messages, payloads, bytes, heard, takes, streams, at: 0, turn: 0 };
        });
        // In turns, each read over what the others have just read.
        while (talks.some(({ at, bytes }) => at < bytes.length)) {
          for (const talk of talks) {
            const most = talk.reads[talk.turn++ % talk.reads.length] ?? READ_SIZE;
            const next = talk.bytes.subarray(talk.at, talk.at + most);
            talk.at += next.length;
            if (next.length > 0) talk.reader.read(next);
          }
          await new Promise(setImmediate);
        }
        new Reader(onread()).read(Buffer.alloc(READ_SIZE, 0xaa));
        for (const { connection, heard, takes, streams, messages, payloads } of talks) {
          if (streams !== undefined) {
            const got = (await streams).map((parts) =>
              Buffer.concat(parts.map((part) => Buffer.from(part))).toString(),
            );
            expect(got).toEqual(payloads.map(String));
          } else {
            while (takes === 'at once' && heard.length < messages.length) await new Promise(setImmediate);
            const got = takes === 'late' ? await take(connection, messages.length) : heard;
            expect(got.map((one) => Buffer.from(one as string).toString())).toEqual(payloads.map(String));
          }
          connection.terminate();
        }
      }),
      { numRuns: 25 },
    );
  });

  const NOT_THERE = { size: 0, text: false, fragments: 1 };

  function fragmentsOf(bytes: Buffer, { text, fragments }: typeof NOT_THERE): Uint8Array[] {
    const size = Math.ceil(bytes.length / fragments);
    return Array.from({ length: fragments }, (_, n) => {
      const opcode = n > 0 ? CONTINUATION : text ? TEXT : BINARY;
      return wire.frame(opcode, bytes.subarray(n * size, (n + 1) * size), n === fragments - 1);
    });
  }
});
