import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../node-server/test/support/self-signed.ts';
import { type ChaosProxyOptions, chaosProxy, type Refusal } from '../../src/chaos-proxy.ts';
import { SeededRandom } from '../../src/index.ts';
import { dial, tcpServer, throughProxy, until } from './through-proxy.ts';

describe('chaosProxy', () => {
  it('says where it is', async () => {
    const { port } = await tcpServer();
    await using proxy = await chaosProxy({ target: `ws://127.0.0.1:${port}/chat` });
    expect(proxy.host).toBe('127.0.0.1');
    expect(proxy.port).not.toBe(port);
    expect(proxy.url).toBe(`ws://127.0.0.1:${proxy.port}/chat`);
  });

  it.each<[options: unknown, told: string]>([
    [undefined, 'chaosProxy needs options with a target'],
    ['ws://127.0.0.1:1', 'chaosProxy needs options with a target'],
    [{}, 'target.port'],
    [{ target: { port: 1 }, delay: 5 }, 'chaosProxy has no option delay. It has clock, host,'],
    [{ target: 'here' }, 'The target is no URL'],
    [{ target: { port: 1 }, port: -1 }, 'port must be'],
    [{ target: { port: 1 }, seed: 0.5 }, 'seed must be'],
    [{ target: { port: 1 }, maxBuffered: 0 }, 'maxBuffered must be'],
    [{ target: { port: 1 }, clock: {} }, 'clock must have'],
    [{ target: { port: 1 }, toClient: { rate: -1 } }, 'toClient.rate'],
    [{ target: { port: 1 }, toServer: { delay: -1 } }, 'toServer.delay'],
  ])('refuses %j', async (options, told) => {
    await expect(chaosProxy(options as ChaosProxyOptions)).rejects.toThrow(told);
  });

  it('rejects when it cannot listen', async () => {
    const { port } = await tcpServer();
    await expect(chaosProxy({ target: { port }, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('resets a client when nobody is at the target', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    await once(closed, 'close');
    await using proxy = await chaosProxy({ target: { port } });
    const accepted = proxy.connection();
    const client = dial(proxy.port);
    const connection = await accepted;
    await connection.closed;
    await client.closed;
    expect(connection.error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(client.error?.code).toBe('ECONNRESET');
  });

  it('gives the next connection, and lists those that are open', async () => {
    const { proxy, another, connection } = await throughProxy();
    const second = await another();
    expect(proxy.connections).toEqual([connection, second.connection]);
    expect([connection.number, second.connection.number]).toEqual([1, 2]);
    connection.cut();
    await connection.closed;
    expect(proxy.connections).toEqual([second.connection]);
    await second.client.send('still here');
    await second.server.has(10);
  });

  it('sets, cuts and ends all', async () => {
    const { proxy, another, client, server } = await throughProxy();
    proxy.set({ toServer: { split: 1 } });
    const second = await another();
    for (const { client: one } of [{ client }, second]) await one.send(Buffer.alloc(100));
    await Promise.all([server.has(100), second.server.has(100)]);
    expect(server.reads.length).toBeGreaterThan(20);
    expect(second.server.reads.length).toBeGreaterThan(20);
    proxy.end();
    await Promise.all([client, server, second.client, second.server].map((one) => one.until(() => one.ended)));
    const others = [await another(), await another()];
    for (const { client: one, server: its } of others) {
      await its.send('hello');
      await one.has(5);
    }
    proxy.cut();
    await Promise.all(others.flatMap((one) => [one.client.closed, one.server.closed]));
    expect(others.map((one) => one.client.error?.code)).toEqual(['ECONNRESET', 'ECONNRESET']);
    await until(() => proxy.connections.length === 0);
  });

  it('stalls all, those to come too, and goes on with all', async () => {
    const { proxy, client, server, connection } = await throughProxy();
    proxy.stall();
    await client.send('first');
    const accepted = proxy.connection();
    const late = dial(proxy.port);
    await late.send('second');
    const second = await accepted;
    expect([connection, second].map(({ toServer, toClient }) => toServer.stalled && toClient.stalled)).toEqual([
      true,
      true,
    ]);
    expect([server.length, proxy.connections.length]).toEqual([0, 2]);
    proxy.resume('toClient');
    expect([connection.toClient.stalled, connection.toServer.stalled]).toEqual([false, true]);
    proxy.resume();
    await server.has(5);
    await until(() => second.toServer.delivered === 6);
  });

  it('refuses by a reset, by a closed port or by silence, and accepts again on the same port', async () => {
    const { proxy, client, server, another } = await throughProxy();
    const { port } = proxy;
    await proxy.refuse('reset');
    const first = dial(port);
    await first.closed;
    expect(first.error?.code).toBe('ECONNRESET');
    await proxy.refuse('closed');
    const second = dial(port);
    await second.closed;
    expect(second.error?.code).toBe('ECONNREFUSED');
    await proxy.refuse('silent');
    const accepted = proxy.connection();
    const third = dial(port);
    await third.send('patient');
    const silent = await accepted;
    expect(silent.toServer.stalled).toBe(true);
    // What is open goes on all the while, and going on is not for those who wait.
    proxy.resume();
    await client.send('x');
    await server.has(1);
    expect([silent.toServer.stalled, silent.toServer.delivered]).toEqual([true, 0]);
    await proxy.accept();
    await until(() => silent.toServer.delivered === 7);
    expect(proxy.port).toBe(port);
    const waiting = await another();
    expect(waiting.connection.number).toBe(3);
    expect(() => proxy.refuse('rudely' as Refusal)).toThrow('not rudely');
  });

  it('keeps a silent client waiting when all is stalled, and lets go of one that is cut', async () => {
    const { proxy } = await throughProxy();
    await proxy.refuse('silent');
    proxy.stall('toServer');
    const accepted = proxy.connection();
    const client = dial(proxy.port);
    const connection = await accepted;
    await proxy.accept();
    expect([connection.toServer.stalled, connection.toClient.stalled]).toEqual([true, false]);
    connection.cut();
    await connection.closed;
    await client.closed;
  });

  it('rejects when another has the port that it wants back', async () => {
    const { proxy } = await throughProxy();
    await proxy.refuse('closed');
    const thief = createServer().listen(proxy.port, '127.0.0.1');
    await once(thief, 'listening');
    await expect(proxy.accept()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    thief.close();
    await once(thief, 'close');
    await proxy.accept();
  });

  it('goes through TLS untouched, byte by byte', async () => {
    const server = createTlsServer(selfSigned(), (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    await using proxy = await chaosProxy({ target: { port }, toServer: { split: 1 }, toClient: { split: 3 } });
    const client = tlsConnect({ host: '127.0.0.1', port: proxy.port, rejectUnauthorized: false });
    client.write('Hello');
    const [echoed] = await once(client, 'data');
    expect(String(echoed)).toBe('Hello');
    client.destroy();
  });

  it('leaves nothing behind', async () => {
    const count = (kind: RegExp): number => process.getActiveResourcesInfo().filter((name) => kind.test(name)).length;
    const { port, server } = await tcpServer();
    // Those of earlier tests are on their way out; this server's own listener stays.
    await until(() => count(/TCP/) === 1);
    const timers = count(/Timeout/);
    const proxy = await chaosProxy({ target: { port }, toServer: { delay: 60_000, split: 1 }, toClient: { rate: 1 } });
    const clients = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const client = dial(proxy.port);
        await once(client.socket, 'connect');
        await client.send('held');
        return client;
      }),
    );
    await until(() => proxy.connections.length === 5 && proxy.connections.every(({ toServer }) => toServer.held === 4));
    proxy.stall();
    const next = proxy.connection();
    const refused = expect(next).rejects.toThrow('closed before');
    await Promise.all([proxy.close(), proxy.close()]);
    await refused;
    await expect(proxy.connection()).rejects.toThrow('closed before');
    await Promise.all(clients.map(({ closed }) => closed));
    await proxy.accept();
    expect(proxy.connections).toEqual([]);
    const late = dial(proxy.port);
    await late.closed;
    expect(late.error?.code).toBe('ECONNREFUSED');
    const open = (): Promise<number> => new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
    while ((await open()) > 0) await new Promise((resolve) => setImmediate(resolve));
    await until(() => count(/TCP/) === 1);
    expect(count(/Timeout/)).toBe(timers);
  });
});

describe('whatever is wrong', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('all arrives, in order, when nothing is cut: seed %i', async (seed) => {
    const random = new SeededRandom(seed);
    const faults = (): NonNullable<ChaosProxyOptions['toClient']> => ({
      ...(random.next() < 0.5 ? { delay: { min: 0, max: random.integer(0, 4) } } : {}),
      ...(random.next() < 0.5 ? { split: { min: random.integer(1, 50), max: 500 } } : {}),
      ...(random.next() < 0.5 ? { join: { within: random.integer(0, 3), bytes: random.integer(1, 2000) } } : {}),
      ...(random.next() < 0.3 ? { rate: 2_000_000 } : {}),
    });
    const maxBuffered = random.integer(1, 100_000);
    const options = { seed, maxBuffered, toClient: faults(), toServer: faults() };
    const { client, server, connection } = await throughProxy(options);
    const up = random.bytes(60_000);
    const down = random.bytes(60_000);
    const finished = Promise.all([client.has(down.length), server.has(up.length)]).then(() => true);
    const meddling = (async () => {
      let done = false;
      void finished.then(() => {
        done = true;
      });
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        const chance = random.next();
        if (chance < 0.2) connection.set({ toServer: faults(), toClient: faults() });
        else if (chance < 0.4) connection.stall(random.next() < 0.5 ? 'toClient' : 'toServer');
        else connection.resume();
      }
    })();
    for (let at = 0; at < 60_000; ) {
      const end = at + random.integer(1, 6000);
      await Promise.all([client.send(up.subarray(at, end)), server.send(down.subarray(at, end))]);
      at = end;
    }
    await finished;
    await meddling;
    expect(server.bytes.equals(up)).toBe(true);
    expect(client.bytes.equals(down)).toBe(true);
    connection.set({ toServer: {}, toClient: {} });
    connection.resume();
    client.socket.end();
    server.socket.end();
    await connection.closed;
    expect(connection).toMatchObject({ error: undefined, toServer: { held: 0 }, toClient: { held: 0 } });
  });
});
