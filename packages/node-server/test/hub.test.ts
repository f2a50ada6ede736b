import { Duplex } from 'node:stream';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import {
  type BroadcastOptions,
  type CloseOptions,
  type HandshakeError,
  type Message,
  type NodeConnection,
  UsageError,
} from '../src/index.ts';
import { Opening } from '../src/opening.ts';
import { makeHub } from './support/hubs.ts';
import { closeFrame, type RawClient, request, textFrame } from './support/raw-client.ts';
import { deferred, echo, rawClient, start, until } from './support/servers.ts';

/** So many clients of the server, with open connections. */
async function clients(server: Awaited<ReturnType<typeof start>>, count: number): Promise<RawClient[]> {
  const all: RawClient[] = [];
  for (let i = 0; i < count; i++) {
    const client = await rawClient(server);
    client.send(request());
    await client.head();
    all.push(client);
  }
  return all;
}

describe('connections', () => {
  it('are those that have not ended', async () => {
    const server = await start();
    expect(server.connections.size).toBe(0);
    const [a, b] = (await clients(server, 2)) as [RawClient, RawClient];
    expect(server.connections.size).toBe(2);
    const [first] = server.connections;
    a.send(closeFrame());
    await first?.closed;
    expect(server.connections.size).toBe(1);
    b.reset();
    await until(() => server.connections.size === 0);
  });

  it('may be limited, those counted whose handshake is being judged', async () => {
    const verdict = deferred<undefined>();
    let judged = 0;
    const refused: HandshakeError[] = [];
    const server = await start(echo, {
      maxConnections: 2,
      authorize: ({ path }) => {
        judged++;
        return path === '/wait' ? verdict.promise : undefined;
      },
      onRefused: (error) => refused.push(error),
    });
    const open = await rawClient(server);
    open.send(request());
    await open.head();
    const waiting = await rawClient(server);
    waiting.send(request({}, 'GET /wait HTTP/1.1'));
    await until(() => judged === 2);
    const third = await rawClient(server);
    third.send(request());
    expect((await third.response()).status).toBe(503);
    expect(refused.map(({ code }) => code)).toEqual(['UNAVAILABLE']);
    // A place is free again when a client goes, before or after its handshake.
    waiting.reset();
    await until(() => refused.length === 1 && judged === 2);
    const fourth = await rawClient(server);
    await until(() => server.connections.size === 1);
    fourth.send(request());
    expect(await fourth.head()).toContain('101');
    open.reset();
    await until(() => server.connections.size === 1);
    const fifth = await rawClient(server);
    fifth.send(request());
    expect(await fifth.head()).toContain('101');
    verdict.resolve(undefined);
  });

  it.each<[string, () => void]>([
    ['throw', () => throwFullDisk()],
    ['throw later', async () => throwFullDisk()],
  ])('are told apart from refusals, whose listener may %s', async (_, onRefused) => {
    const errors: unknown[] = [];
    const server = await start(echo, {
      onRefused,
      onError: (error) => errors.push(error),
    });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await client.response()).status).toBe(426);
    expect(errors).toMatchObject([{ message: 'full disk' }]);
  });
});

function throwFullDisk(): never {
  throw new Error('full disk');
}

describe('broadcast', () => {
  it('reaches everyone but those left out', async () => {
    const server = await start();
    const [a, b, c] = (await clients(server, 3)) as [RawClient, RawClient, RawClient];
    const [first, second, third] = [...server.connections] as [NodeConnection, NodeConnection, NodeConnection];
    server.broadcast('to all');
    server.broadcast('but the first', { except: first });
    server.broadcast('to the second', { filter: (connection) => connection === second });
    server.broadcast('to the third', { except: second, filter: (connection) => connection !== first });
    third.send('end');
    first.send('end');
    second.send('end');
    expect(await a.texts(2)).toEqual(['to all', 'end']);
    expect(await b.texts(4)).toEqual(['to all', 'but the first', 'to the second', 'end']);
    expect(await c.texts(4)).toEqual(['to all', 'but the first', 'to the third', 'end']);
  });

  it('keeps its place among the messages of a connection', async () => {
    const server = await start();
    const [client] = (await clients(server, 1)) as [RawClient];
    const [connection] = server.connections;
    connection?.send('1');
    server.broadcast('2');
    connection?.send('3');
    server.broadcast(Buffer.from('4'));
    expect(await client.texts(4)).toEqual(['1', '2', '3', '4']);
    expect(client.frames.map(({ opcode }) => opcode)).toEqual([1, 1, 1, 2]);
  });

  it('leaves out who is closing, and does not stop there', async () => {
    const server = await start();
    const [a, b] = (await clients(server, 2)) as [RawClient, RawClient];
    const [first] = server.connections;
    void first?.close();
    server.broadcast('late');
    expect((await a.receiveFrames(1)).map(({ opcode }) => opcode)).toEqual([8]);
    expect(await b.texts(1)).toEqual(['late']);
  });

  it('closes only those who read too slowly', async () => {
    const server = await start(echo, { sendHighWater: 1_000, maxSendQueue: 1_000_000, closeTimeout: 100 });
    const [slow, quick] = (await clients(server, 2)) as [RawClient, RawClient];
    const [first] = server.connections;
    slow.socket.pause();
    const message = 'x'.repeat(200_000);
    let ended = false;
    void first?.closed.then(() => {
      ended = true;
    });
    while (!ended) {
      server.broadcast(message);
      await quick.until(() => true);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await first?.closed).toMatchObject({ error: { code: 'SLOW_CONSUMER' } });
    expect(server.connections.size).toBe(1);
    server.broadcast('end');
    await quick.until((received) => received.subarray(-3).toString() === 'end');
  });

  it.each([[undefined], [1], [{}], [new ArrayBuffer(1)]])('throws for what is no message: %s', async (message) => {
    const hub = makeHub();
    expect(() => hub.broadcast(message as Message)).toThrow(UsageError);
  });

  it('throws for a filter that takes its time', async () => {
    const server = await start();
    const [client] = (await clients(server, 1)) as [RawClient];
    const filter = (async () => {
      throw new Error('too late to matter');
    }) as unknown as () => boolean;
    expect(() => server.broadcast('x', { filter })).toThrow('filter must answer at once');
    server.broadcast('y');
    expect(await client.texts(1)).toEqual(['y']);
  });

  it('throws for a filter that is no function', () => {
    expect(() => makeHub().broadcast('x', { filter: true } as unknown as BroadcastOptions)).toThrow(UsageError);
  });
});

describe('close', () => {
  it('closes everyone with 1001, after what is queued', async () => {
    const server = await start();
    const [a, b] = (await clients(server, 2)) as [RawClient, RawClient];
    server.broadcast('last words');
    const closed = server.close({ reason: 'maintenance' });
    for (const client of [a, b]) {
      const [message, close] = await client.receiveFrames(2);
      expect(Buffer.from(message?.payload ?? []).toString()).toBe('last words');
      expect(close?.opcode).toBe(8);
      expect(Buffer.from(close?.payload ?? []).readUInt16BE()).toBe(1001);
      expect(Buffer.from(close?.payload ?? []).toString('utf8', 2)).toBe('maintenance');
      client.send(closeFrame(1001));
      client.socket.end();
    }
    await closed;
    expect(server.connections.size).toBe(0);
    await expect(rawClient(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lets a loop end as after any good conversation', async () => {
    const ends: string[] = [];
    const server = await start(async (connection) => {
      for await (const message of connection) ends.push(String(message));
      ends.push('done');
    });
    const [client] = (await clients(server, 1)) as [RawClient];
    client.send(textFrame('hello'));
    await until(() => ends.length === 1);
    const closed = server.close();
    await client.receiveFrames(1);
    client.send(closeFrame(1001));
    await closed;
    expect(ends).toEqual(['hello', 'done']);
  });

  it('waits for what handlers do last', async () => {
    const work = deferred();
    let done = false;
    const server = await start(async (connection) => {
      await connection.closed;
      await work.promise;
      done = true;
    });
    const [client] = (await clients(server, 1)) as [RawClient];
    const closed = server.close().then(() => done);
    await client.receiveFrames(1);
    client.send(closeFrame(1001));
    await until(() => server.connections.size === 0);
    work.resolve();
    expect(await closed).toBe(true);
  });

  it('ends by force what is left at the deadline: peers that do not answer, handlers that do not return', async () => {
    const clock = new FakeClock();
    const server = await start(() => new Promise<void>(() => {}), { clock, closeTimeout: 60_000 });
    const [client] = (await clients(server, 1)) as [RawClient];
    let ended = false;
    const closed = server.close({ deadline: 1_000 }).then(() => {
      ended = true;
    });
    await client.receiveFrames(1);
    clock.advance(999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    clock.advance(1);
    await closed;
    await client.finished;
    expect(server.connections.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('ends even when a stream does not tell of its own end', async () => {
    class Deaf extends Duplex {
      override _read(): void {}
      override _write(_chunk: unknown, _encoding: unknown, callback: () => void): void {
        callback();
      }
      override destroy(): this {
        return this;
      }
    }
    const clock = new FakeClock();
    const hub = makeHub({ clock });
    const opening = new Opening(hub, new Deaf());
    opening.read(new Deaf(), false);
    let ended = false;
    const closed = hub.close({ deadline: 0 }).then(() => {
      ended = true;
    });
    clock.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    clock.advance(1_000);
    await closed;
  });

  it('refuses the handshakes under way with 503', async () => {
    const verdict = deferred<undefined>();
    let judged: AbortSignal | undefined;
    const refused: HandshakeError[] = [];
    const server = await start(echo, {
      authorize: ({ signal }) => {
        judged = signal;
        return verdict.promise;
      },
      onRefused: (error) => refused.push(error),
    });
    const silent = await rawClient(server);
    const reading = await rawClient(server);
    reading.send('GET / HTTP/1.1\r\n');
    const judging = await rawClient(server);
    judging.send(request());
    await until(() => judged !== undefined);
    const closed = server.close();
    for (const client of [reading, judging]) {
      expect((await client.response()).status).toBe(503);
      client.socket.end();
    }
    await silent.finished;
    expect(silent.received.length).toBe(0);
    await closed;
    verdict.resolve(undefined);
    expect(judged?.reason).toMatchObject({ code: 'UNAVAILABLE' });
    expect(refused.map(({ code }) => code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });

  it('waits for who is being refused, until the deadline', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock });
    const client = await rawClient(server, true);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.finished;
    let ended = false;
    const closed = server.close({ deadline: 500 }).then(() => {
      ended = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    clock.advance(500);
    await closed;
  });

  it('may be called again, sooner than the first', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock, closeTimeout: 60_000 });
    const [client] = (await clients(server, 1)) as [RawClient];
    const first = server.close({ deadline: 30_000 });
    const second = server.close({ deadline: 1_000, reason: 'comes too late' });
    const [close] = await client.receiveFrames(1);
    expect(close?.payload.length).toBe(2);
    clock.advance(1_000);
    await Promise.all([first, second]);
    await server.close();
    expect(clock.pending).toBe(0);
  });

  it('is done at once when nobody is there', async () => {
    await (await start()).close();
  });

  it('is what `await using` calls', async () => {
    const server = await start();
    const [client] = (await clients(server, 1)) as [RawClient];
    const disposed = server[Symbol.asyncDispose]();
    await client.receiveFrames(1);
    client.send(closeFrame());
    await disposed;
    expect(server.connections.size).toBe(0);
  });

  it('may happen while a client resets', async () => {
    const server = await start();
    const all = await clients(server, 5);
    for (const client of all) client.reset();
    await server.close();
    expect(server.connections.size).toBe(0);
  });

  it('keeps the process alive until it is done', async () => {
    // Timers of the clock do not, so this one must be seen by the event loop.
    const hub = makeHub({ clock: new FakeClock() });
    const opening = new Opening(hub, new Duplex({ read() {} }));
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const closed = hub.close();
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before + 1);
    opening.terminate();
    await closed;
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before);
  });

  it.each([{ deadline: -1 }, { deadline: 2 ** 31 }, { deadline: '1' }, { reason: 'x'.repeat(124) }])(
    'checks its options: %j',
    (options) => {
      const hub = makeHub();
      expect(() => hub.close(options as CloseOptions)).toThrow(UsageError);
      expect(hub.closing).toBe(false);
    },
  );
});

describe('timers', () => {
  /** The calls that wait on the clock while so many sockets are silent, then are connections, and then are asked to close. */
  async function pendingCalls(count: number): Promise<number[]> {
    const clock = new FakeClock();
    const hub = makeHub({ clock });
    const sockets = Array.from({ length: count }, () => new Duplex({ read() {}, write: (_, __, done) => done() }));
    const pending: number[] = [];
    for (const socket of sockets) new Opening(hub, socket, { limits: {}, http: undefined }).read(socket, false);
    pending.push(clock.pending);
    for (const socket of sockets) socket.push(request());
    await until(() => hub.connections.size === count);
    pending.push(clock.pending);
    const closed = hub.close();
    pending.push(clock.pending);
    for (const socket of sockets) socket.destroy();
    await closed;
    pending.push(clock.pending);
    return pending;
  }

  it('are as many for a thousand as for one: one for handshakes, one for keepalive, one for closings', async () => {
    const one = await pendingCalls(1);
    // While it closes, there is its deadline, too.
    expect(one).toEqual([1, 1, 3, 0]);
    expect(await pendingCalls(1_000)).toEqual(one);
  });
});
