import { describe, expect, it } from 'vitest';
import type { Direction } from '../../src/chaos-proxy.ts';
import { FakeClock } from '../../src/index.ts';
import { throughProxy, until } from './through-proxy.ts';

describe('a connection', () => {
  it('passes on bytes and ends in both directions, each by itself', async () => {
    const { client, server, connection, proxy } = await throughProxy();
    await client.send('hello');
    client.socket.end();
    await server.until(() => server.ended);
    expect(server.bytes.toString()).toBe('hello');
    await server.send('and goodbye');
    server.socket.end();
    await client.until(() => client.ended);
    expect(client.bytes.toString()).toBe('and goodbye');
    await connection.closed;
    expect(connection).toMatchObject({
      number: 1,
      error: undefined,
      toServer: { received: 5, delivered: 5 },
      toClient: { received: 11, delivered: 11 },
    });
    expect(proxy.connections).toEqual([]);
  });

  it.each(['client', 'server'] as const)('passes on a reset by the %s', async (side) => {
    const through = await throughProxy();
    const other = side === 'client' ? through.server : through.client;
    await through.client.send('x');
    await through.server.has(1);
    through[side].socket.resetAndDestroy();
    await other.closed;
    expect(other.error?.code).toBe('ECONNRESET');
    await through.connection.closed;
    expect(through.connection.error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('passes on a reset when what came before it is due', async () => {
    const clock = new FakeClock();
    const { client, server, connection } = await throughProxy({ clock, toServer: { delay: 100 } });
    await client.send('x');
    await until(() => connection.toServer.received === 1);
    client.socket.resetAndDestroy();
    await until(() => connection.error !== undefined);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([server.length, server.socket.readyState]).toEqual([0, 'open']);
    clock.advance(100);
    await server.closed;
    expect(connection.toServer.delivered).toBe(1);
    expect(server.error?.code).toBe('ECONNRESET');
    await connection.closed;
  });

  it('cuts both sides at once, whatever they are doing', async () => {
    const { client, server, connection } = await throughProxy({ toServer: { delay: 10_000 } });
    client.socket.write(Buffer.alloc(4 * 1024 * 1024));
    server.socket.pause();
    server.socket.write(Buffer.alloc(4 * 1024 * 1024));
    await until(() => connection.toServer.held > 0);
    connection.cut();
    server.socket.resume();
    await Promise.all([client.closed, server.closed, connection.closed]);
    expect(connection.toServer.held).toBe(0);
    expect(client.error?.code).toMatch(/^(ECONNRESET|EPIPE)$/);
  });

  it('ends both sides after what is held, and throws away what comes later', async () => {
    const { client, server, connection } = await throughProxy();
    connection.stall('toServer');
    await client.send('before');
    connection.resume('toServer');
    await server.has(6);
    connection.end();
    await Promise.all([client.until(() => client.ended), server.until(() => server.ended)]);
    await client.send('after');
    await server.send('after');
    client.socket.end();
    server.socket.end();
    await connection.closed;
    expect([server.bytes.toString(), client.length]).toEqual(['before', 0]);
    expect([client.error, server.error]).toEqual([undefined, undefined]);
  });

  it('passes on nothing in the direction that is stalled, not even an end or a reset', async () => {
    const { client, server, connection } = await throughProxy();
    connection.stall('toServer');
    expect([connection.toServer.stalled, connection.toClient.stalled]).toEqual([true, false]);
    await client.send('later');
    await server.send('now');
    await client.has(3);
    client.socket.end();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([server.length, server.ended]).toEqual([0, false]);
    connection.resume();
    await server.until(() => server.ended);
    expect(server.bytes.toString()).toBe('later');
  });

  it('tells the server of a reset only when it goes on', async () => {
    const { client, server, connection } = await throughProxy();
    await client.send('x');
    await server.has(1);
    connection.stall();
    await client.send('y');
    client.socket.resetAndDestroy();
    await client.closed;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(server.socket.readyState).toBe('open');
    connection.resume();
    await server.closed;
    expect(server.error?.code).toBe('ECONNRESET');
    await connection.closed;
  });

  it('can be given other faults alone, and refuses wrong ones', async () => {
    const clock = new FakeClock();
    const { client, server, connection, another } = await throughProxy({ clock });
    const other = await another();
    connection.set({ toServer: { delay: 50 }, toClient: {} });
    await client.send('a');
    await other.client.send('b');
    await other.server.has(1);
    await until(() => connection.toServer.held === 1);
    expect(server.length).toBe(0);
    connection.set({ toServer: {} });
    clock.advance(50);
    await server.has(1);
    expect(() => connection.set({ toClient: { delay: -1 } })).toThrow('toClient.delay');
    expect(() => connection.set({ delay: 5 } as never)).toThrow('set has no delay. It has toClient, toServer.');
    expect(() => connection.set(undefined as never)).not.toThrow();
    expect(() => connection.stall('up' as Direction)).toThrow("A direction is 'toClient' or 'toServer', not up.");
  });

  it('can be cut while it ends', async () => {
    const { client, server, connection } = await throughProxy();
    server.socket.pause();
    client.socket.write(Buffer.alloc(16 * 1024 * 1024));
    await until(() => connection.toServer.held > 0);
    connection.end();
    connection.cut();
    await connection.closed;
    server.socket.resume();
    await Promise.all([client.closed, server.until(() => server.ended || server.socket.destroyed)]);
  });

  it('is over when a side hangs up while the other still sends', async () => {
    const { client, server, connection } = await throughProxy();
    server.socket.on('error', () => undefined);
    const flood = setInterval(() => server.socket.write(Buffer.alloc(100_000)), 1);
    await client.has(1);
    client.socket.destroy();
    await connection.closed;
    clearInterval(flood);
    await server.closed;
  });
});
