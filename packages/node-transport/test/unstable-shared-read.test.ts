import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hear, leave, type SocketListener } from '../src/socket-events.ts';
import { shareReads } from '../src/unstable-shared-read.ts';

const READ_SIZE = 64 * 1024;

/** A socket that was accepted, before anything was read of it, and what it is connected to. */
async function accepted(prepare: (socket: Socket) => void): Promise<{ socket: Socket; client: Socket }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    prepare(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of [...sockets, client]) socket.destroy();
    server.close();
  });
  await once(server, 'connection');
  const [socket] = sockets as [Socket];
  return { socket, client };
}

/** Keeps what it hears. */
class Ear implements SocketListener {
  readonly chunks: Uint8Array[] = [];
  readonly copies: Buffer[] = [];
  readonly told: string[] = [];
  heard: () => void = () => {};

  received(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.copies.push(Buffer.from(chunk));
    this.heard();
  }

  inputEnded(): void {
    this.told.push('end');
    this.heard();
  }

  socketFailed(): void {
    this.told.push('error');
  }

  socketClosed(): void {
    this.told.push('close');
    this.heard();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
  }

  get text(): string {
    return Buffer.concat(this.copies).toString();
  }
}

function bytes(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => 32 + ((at * 7 + (at >> 8)) % 90)));
}

describe('an accepted socket', () => {
  it('is read into the same buffer as others, which is lent', async () => {
    const ears = [new Ear(), new Ear()];
    for (const ear of ears) {
      const { client } = await accepted((socket) => {
        expect(shareReads(socket)).toBe(true);
        hear(socket, ear);
        socket.resume();
      });
      client.write('hello');
      await ear.until(() => ear.text === 'hello');
    }
    const [one, other] = ears.map(({ chunks }) => chunks[0]?.buffer);
    expect(one).toBe(other);
    expect(one?.byteLength).toBeGreaterThan(2 * READ_SIZE);
  });

  it('gives everything in order, large and small, through pauses, and its end', async () => {
    const ear = new Ear();
    const { socket, client } = await accepted((accepted) => {
      shareReads(accepted);
      hear(accepted, ear);
    });
    const all = bytes(1_000_000);
    client.write(all.subarray(0, 999_990));
    for (let round = 0; round < 5; round++) {
      const before = ear.copies.length;
      socket.resume();
      await ear.until(() => ear.copies.length > before);
      socket.pause();
    }
    client.end(all.subarray(999_990));
    socket.resume();
    await ear.until(() => ear.told.includes('end'));
    expect(Buffer.concat(ear.copies).equals(all)).toBe(true);
    expect(new Set(ear.chunks.map(({ buffer }) => buffer)).size).toBe(1);
  });

  it('is a stream again for whoever it is left to, who may keep what comes and read as slowly as he likes', async () => {
    const ear = new Ear();
    const { socket, client } = await accepted((accepted) => {
      shareReads(accepted);
      hear(accepted, ear);
      accepted.resume();
    });
    client.write('ours');
    await ear.until(() => ear.text === 'ours');
    leave(socket);
    socket.pause();
    const all = bytes(500_000);
    client.end(all);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(all)).toBe(true);
    expect(ear.text).toBe('ours');
  });

  it('gives what the stream holds before what is read', async () => {
    const ear = new Ear();
    const { socket, client } = await accepted((accepted) => void shareReads(accepted));
    client.write('first');
    while (socket.readableLength < 5) await new Promise(setImmediate);
    hear(socket, ear);
    client.write(' second');
    socket.resume();
    await ear.until(() => ear.text === 'first second');
    client.write(' third');
    await ear.until(() => ear.text === 'first second third');
  });
});

describe('where Node does not have it, a socket is read as ever', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['because the handle lacks it', (socket) => replaceHandle(socket, {})],
    [
      'because the handle refuses',
      (socket) =>
        replaceHandle(socket, {
          useUserBuffer() {
            throw new Error('not implemented');
          },
        }),
    ],
    ['because the fields have another name', (socket) => hide(socket, 'kBufferCb')],
    ['because the fields are used', (socket) => void shareReads(socket)],
    ['because it is closed', (socket) => void socket.destroy()],
  ])('%s', async (_, spoil) => {
    const shared: boolean[] = [];
    await accepted((socket) => {
      spoil(socket);
      shared.push(shareReads(socket));
      socket.destroy();
    });
    expect(shared).toEqual([false]);
  });

  function replaceHandle(socket: Socket, handle: object): void {
    const { _handle: own } = socket as unknown as { _handle: { close(): void } };
    own.close();
    Object.assign(socket, { _handle: { close() {}, readStop() {}, ...handle } });
  }

  function hide(socket: Socket, name: string): void {
    const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
    if (symbol !== undefined) Object.defineProperty(socket, symbol, { value: undefined });
  }
});
