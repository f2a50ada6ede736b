import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reconnect, UsageError } from '../src/index.ts';
import { peerOn } from './support/contract-session.ts';
import { closedPort, rawServer, switching } from './support/raw-server.ts';

describe('reconnect', () => {
  it('opens another connection when one is lost, with the options of connect', async () => {
    const peers: ReturnType<typeof peerOn>[] = [];
    const server = await rawServer((socket: Socket, request) => {
      socket.write(switching(request));
      peers.push(peerOn(socket));
    });
    const connection = reconnect(`ws://127.0.0.1:${server.port}/chat`, {
      baseDelay: 1,
      maxDelay: 1,
      connect: { headers: { 'X-Token': 'abc' } },
    });
    expect(await connection.send('first')).toBe('sent');
    expect(await peers[0]?.receive()).toBe('first');
    await peers[0]?.send('answer');
    for await (const message of connection) {
      expect(message).toBe('answer');
      break;
    }
    await peers[0]?.abort();
    while (connection.state === 'open') await new Promise((resolve) => setImmediate(resolve));
    expect(await connection.send('second')).toBe('sent');
    expect(await peers[1]?.receive()).toBe('second');
    expect(server.requests.map(({ text }) => text.includes('X-Token: abc'))).toEqual([true, true]);
    expect(await connection.close()).toEqual({ why: 'closed' });
  });

  it('tries again when a connection cannot be opened, as often as it is told', async () => {
    const port = await closedPort();
    const connection = reconnect(`ws://127.0.0.1:${port}/`, { baseDelay: 1, maxDelay: 1, maxAttempts: 3 });
    const end = await connection.closed;
    expect(end).toMatchObject({ why: 'exhausted', error: { code: 'NOT_CONNECTED', phase: 'connect' } });
  });

  it('keeps the process alive while it waits, and not longer', async () => {
    const port = await closedPort();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const connection = reconnect(`ws://127.0.0.1:${port}/`, { baseDelay: 600_000, maxDelay: 600_000 });
    while (connection.state !== 'waiting') await new Promise((resolve) => setImmediate(resolve));
    expect(timers()).toBe(before + 1);
    await connection.close();
    expect(timers()).toBe(before);
  });

  it('cancels an opening when it is closed', async () => {
    const server = await rawServer(() => {});
    const ended = server.nextEnd();
    const connection = reconnect(`ws://127.0.0.1:${server.port}/`);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await connection.close()).toEqual({ why: 'closed' });
    await ended;
  });

  it('throws at the call when the URL or the options are wrong', () => {
    expect(() => reconnect('/relative')).toThrow(UsageError);
    expect(() => reconnect('ws://h/', { connect: { handshakeTimeout: 0 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(() => reconnect('ws://h/', { baseDelay: -1 })).toThrow(UsageError);
  });

  it('takes a function that opens, for what a URL cannot say', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(switching(request));
      peerOn(socket);
    });
    const { connect } = await import('../src/index.ts');
    const connection = reconnect((signal) => connect(`ws://127.0.0.1:${server.port}/`, { signal }));
    expect(await connection.send('x')).toBe('sent');
    await connection.close();
    if (server.sockets[0]?.destroyed === false) await once(server.sockets[0], 'close');
  });

  it('waits as long as a refusal asks, and says so', async () => {
    const delays: number[] = [];
    const server = await rawServer((socket, request) => {
      if (server.requests.length > 1) {
        socket.write(switching(request));
        peerOn(socket);
      } else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n');
    });
    const setbacks: unknown[] = [];
    const begun = performance.now();
    const connection = reconnect(`ws://127.0.0.1:${server.port}/`, {
      baseDelay: 0,
      maxDelay: 0,
      onStateChange: (change) => {
        if (change.state !== 'waiting') return;
        delays.push(change.delay);
        setbacks.push(change.setback.error);
      },
    });
    expect(await connection.send('x')).toBe('sent');
    expect(delays).toEqual([1000]);
    expect(setbacks).toMatchObject([{ name: 'HandshakeError', status: 503, retryAfter: 1000 }]);
    // A timer of Node may come a part of a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(998);
    await connection.close();
  });

  it('finds out by its keepalive that a server is gone which says nothing any more', async () => {
    const peers: ReturnType<typeof peerOn>[] = [];
    const server = await rawServer((socket, request) => {
      socket.write(switching(request));
      // The first connection stays as it is: open, and silent.
      if (server.requests.length > 1) peers.push(peerOn(socket));
    });
    const setbacks: unknown[] = [];
    const connection = reconnect(`ws://127.0.0.1:${server.port}/`, {
      baseDelay: 0,
      connect: { keepalive: { interval: 40, deadline: 40 } },
      onStateChange: (change) => {
        if (change.state === 'waiting') setbacks.push(change.setback.closure?.error?.code);
      },
    });
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(await connection.send('x')).toBe('sent');
    expect(await peers[0]?.receive()).toBe('x');
    expect(setbacks[0]).toBe('PONG_TIMEOUT');
    await connection.close();
  });
});
