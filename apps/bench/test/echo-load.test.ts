import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { Load, type LoadOptions } from '../src/echo-load.ts';

const servers: Server[] = [];
const loads: Load[] = [];

afterEach(async () => {
  for (const load of loads.splice(0)) load.close();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return address.port;
}

/** A server of raw bytes, that does as it likes with what comes. */
function raw(answer: (socket: Socket, chunk: Buffer) => void): Promise<number> {
  return listen(
    createServer((socket) => socket.on('error', () => undefined).on('data', (chunk) => answer(socket, chunk))),
  );
}

/** A WebSocket echo server; `change` may alter what comes back, or swallow it. */
function webSocket(change: (data: Buffer, binary: boolean) => readonly [Buffer, boolean] | undefined): Promise<number> {
  const server = createHttpServer();
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      const [reply, binary] = change(data as Buffer, isBinary) ?? [];
      if (reply !== undefined) socket.send(reply, { binary: binary === true });
    });
  });
  return listen(server);
}

async function connect(port: number, options: Partial<LoadOptions> = {}): Promise<Load> {
  const load = await Load.connect({ port, connections: 2, inflight: 4, size: 20, webSocket: true, ...options });
  loads.push(load);
  return load;
}

describe('the load', () => {
  it.each([
    ['binary', 20, false],
    ['binary', 300, false],
    ['binary', 100_000, false],
    ['text', 20, true],
  ])('counts what comes back, %s of %i bytes, and how long it took', async (_, size, text) => {
    const kinds = new Set<boolean>();
    const port = await webSocket((data, binary) => {
      kinds.add(binary);
      return [data, binary];
    });
    const load = await connect(port, { size, text });
    const result = await load.run(50);
    expect(result.messages).toBeGreaterThanOrEqual(8);
    expect(result.seconds).toBeGreaterThan(0.045);
    expect(result.p50).toBeGreaterThan(0);
    expect(result.p99).toBeGreaterThanOrEqual(result.p50);
    expect(result.p999).toBeGreaterThanOrEqual(result.p99);
    expect([...kinds]).toEqual([!text]);
  });

  it('runs again after it was stopped, and counts from the beginning', async () => {
    const load = await connect(await raw((socket, chunk) => socket.write(chunk)), { webSocket: false });
    const first = await load.run(20);
    const second = await load.run(20);
    expect(first.messages).toBeGreaterThanOrEqual(8);
    expect(second.messages).toBeGreaterThanOrEqual(8);
  });

  it('follows replies that are cut anywhere', async () => {
    const port = await raw((socket, chunk) => {
      for (let at = 0; at < chunk.length; at += 7) socket.write(chunk.subarray(at, at + 7));
    });
    const load = await connect(port, { webSocket: false });
    expect((await load.run(20)).messages).toBeGreaterThanOrEqual(8);
  });

  it('detects a byte that is wrong', async () => {
    let count = 0;
    const port = await webSocket((data, binary) => {
      if (++count === 30) data[19] = (data[19] ?? 0) ^ 1;
      return [data, binary];
    });
    await expect((await connect(port)).run(100)).rejects.toThrow('What came back is not what was sent: ');
  });

  it('detects text that comes back as binary', async () => {
    const load = await connect(await webSocket((data) => [data, true]), { text: true });
    await expect(load.run(50)).rejects.toThrow('What came back is not what was sent: ');
  });

  it('detects a message that is dropped, by the next one', async () => {
    let count = 0;
    const port = await webSocket((data, binary) => (++count === 30 ? undefined : [data, binary]));
    await expect((await connect(port)).run(100)).rejects.toThrow('What came back is not what was sent: ');
  });

  it('detects a message that is dropped, with no other after it', async () => {
    const load = await connect(await raw(() => undefined), { webSocket: false, drainTime: 20 });
    await expect(load.run(1)).rejects.toThrow('4 messages did not come back.');
  });

  it('detects messages in another order', async () => {
    let held: Buffer | undefined;
    let count = 0;
    const server = createHttpServer();
    new WebSocketServer({ server }).on('connection', (socket) => {
      socket.on('message', (data) => {
        count++;
        if (count === 30) held = data as Buffer;
        else socket.send(data as Buffer);
        if (count === 31 && held !== undefined) socket.send(held);
      });
    });
    const load = await connect(await listen(server), { connections: 1 });
    await expect(load.run(100)).rejects.toThrow('What came back is not what was sent: ');
  });

  it('detects a message that comes twice', async () => {
    const port = await raw((socket, chunk) => socket.write(Buffer.concat([chunk, chunk])));
    await expect((await connect(port, { webSocket: false })).run(50)).rejects.toThrow('More came back than was sent.');
  });

  it('detects a server that ends the connection', async () => {
    const port = await raw((socket) => socket.end());
    await expect((await connect(port, { webSocket: false })).run(50)).rejects.toThrow(
      'The server ended the connection.',
    );
  });

  it('refuses a server that does not shake hands', async () => {
    const port = await raw((socket) => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'));
    await expect(connect(port)).rejects.toThrow('404');
  });
});
