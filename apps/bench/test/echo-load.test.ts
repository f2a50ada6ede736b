import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Load } from '../src/echo-load.ts';
import { type EchoServer, SERVERS, startServer } from '../src/echo-servers.ts';

const LOAD = { connections: 3, inflight: 4, size: 200 };
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function echoing(server: EchoServer, webSocket: boolean): Promise<Load> {
  closers.push(() => server.close());
  const load = await Load.connect({ ...LOAD, port: server.port, webSocket });
  closers.push(() => load.close());
  return load;
}

async function answering(answer: (socket: Socket, chunk: Buffer) => void): Promise<EchoServer> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => answer(socket, chunk as Buffer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function run(load: Load, until: number): Promise<void> {
  load.start();
  while (load.messages < until) await new Promise(setImmediate);
  await load.stop();
}

describe('the load of the echo benchmark', () => {
  it.each(SERVERS)('keeps %s busy, gets everything back, and can go on after a pause', async (name) => {
    const load = await echoing(await startServer(name), name !== 'net');
    await run(load, 500);
    const before = load.messages;
    await run(load, before + 500);
    expect(load.messages).toBeGreaterThanOrEqual(before + 500);
  });

  it('puts together what comes back in pieces', async () => {
    const pieces = await answering((socket, chunk) => {
      socket.setNoDelay();
      for (let at = 0; at < chunk.length; at += 77) socket.write(chunk.subarray(at, at + 77));
    });
    const load = await echoing(pieces, false);
    await run(load, 100);
    expect(load.messages).toBeGreaterThanOrEqual(100);
  });

  it('says so when a byte comes back wrong', async () => {
    const wrong = await answering((socket, chunk) => {
      chunk[300] = (chunk[300] ?? 0) ^ 1;
      socket.write(chunk);
    });
    const load = await echoing(wrong, false);
    load.start();
    await expect(load.stop()).rejects.toThrow('not what was sent');
  });

  it('says so when the server hangs up', async () => {
    const load = await echoing(await answering((socket) => socket.end()), false);
    load.start();
    await expect(load.stop()).rejects.toThrow('ended the connection');
  });
});
