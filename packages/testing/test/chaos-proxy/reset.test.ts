import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reset } from '../../src/chaos-proxy/reset.ts';
import { dial, tcpServer } from './through-proxy.ts';

describe('reset', () => {
  it('resets, even when much is queued that the peer does not read', async () => {
    const { port, next } = await tcpServer();
    const client = dial(port);
    const server = await next();
    client.socket.pause();
    server.socket.write(Buffer.alloc(32 * 1024 * 1024));
    reset(server.socket);
    await server.closed;
    expect(server.error).toBe(undefined);
    // To a connection that was shut down in good order, the first write would succeed and the second would fail with EPIPE.
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.write('x');
    await client.closed;
    expect(client.error?.code).toMatch(/^(ECONNRESET|EPIPE)$/);
  });

  it('does not lose a socket whose end is under way', async () => {
    const { port, next } = await tcpServer();
    const client = dial(port);
    const server = await next();
    client.socket.pause();
    server.socket.write(Buffer.alloc(32 * 1024 * 1024));
    server.socket.end();
    await new Promise((resolve) => setImmediate(resolve));
    reset(server.socket);
    await server.closed;
    expect(server.error).toBe(undefined);
  });

  it('is no error on a socket that was never connected, is being connected, or is gone', async () => {
    const { port } = await tcpServer();
    const errors: Error[] = [];
    const follow = (socket: Socket): Promise<void> => {
      socket.on('error', (error) => errors.push(error));
      return new Promise((resolve) => socket.on('close', () => resolve()));
    };
    const fresh = new Socket();
    const connecting = new Socket();
    const closed = Promise.all([follow(fresh), follow(connecting)]);
    connecting.connect(port, '127.0.0.1');
    for (const socket of [fresh, connecting, fresh]) reset(socket);
    await closed;
    reset(connecting);
    expect(errors).toEqual([]);
  });
});
