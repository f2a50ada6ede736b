import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadResult } from '../../src/echo-load.ts';
import { LOAD_CORE, Process } from '../../src/process.ts';
import { programCommand } from '../../src/program.ts';

let load: Process;
let server: Server;
let port: number;
let connections = 0;

beforeEach(async () => {
  connections = 0;
  server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.on('close', () => connections--);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { readonly port: number }).port;
  load = await Process.start(programCommand('echo-load'), LOAD_CORE);
});

afterEach(async () => {
  await load.stop();
  await new Promise((resolve) => server.close(resolve));
});

describe('the process that makes the load', () => {
  const options = { key: 'net', connections: 3, inflight: 2, size: 20, webSocket: false };

  it('connects, keeps the server busy, and disconnects', async () => {
    await load.ask('connect', { ...options, port });
    const result = await load.ask<LoadResult>('run', { key: 'net', time: 20 });
    expect(result.messages).toBeGreaterThanOrEqual(6);
    expect(connections).toBe(3);
    await load.ask('disconnect', 'net');
    await expect(load.ask('run', { key: 'net', time: 20 })).rejects.toThrow('Not connected to net.');
  });

  it.runIf(process.platform === 'linux')('holds thousands of connections, and as many again', async () => {
    for (let i = 0; i < 2; i++) {
      await load.ask('connect', { ...options, port, connections: 2500 });
      const result = await load.ask<LoadResult>('run', { key: 'net', time: 1 });
      expect(result.messages).toBeGreaterThanOrEqual(5000);
    }
  });

  it('says what it cannot do, and goes on', async () => {
    await expect(load.ask('dance')).rejects.toThrow('It has no command dance.');
    await expect(load.ask('run', { key: 'ws', time: 1 })).rejects.toThrow('Not connected to ws.');
    await load.ask('connect', { ...options, port });
  });
});
