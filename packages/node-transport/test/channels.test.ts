import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { FakeClock } from '@framewire/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionClosed, LimitHit, MessageReceived, MessageSent } from '../src/channels.ts';
import { SocketConnection } from '../src/node-connection.ts';
import { settle, type TransportOptions } from '../src/settings.ts';
import { shareFrames } from '../src/shared-frames.ts';
import { BYTES_RECEIVED, BYTES_SENT, MESSAGES_SENT, type Tally } from '../src/tally.ts';
import { duplexPair } from './support/pairs.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** What is told on a channel until the test is over. */
function listenTo<T>(name: string, also?: (told: T) => void): T[] {
  const told: T[] = [];
  const hear = (message: unknown): void => {
    told.push(message as T);
    also?.(message as T);
  };
  subscribe(name, hear);
  undo.push(() => unsubscribe(name, hear));
  return told;
}

interface Joined {
  readonly server: SocketConnection;
  readonly client: SocketConnection;
  readonly clock: FakeClock;
  readonly tally: Tally;
}

/** A server's connection with an owner as its shell is, and a client's without. */
async function join(options: TransportOptions = {}, isClientThere = true): Promise<Joined> {
  const clock = new FakeClock();
  const { near, far } = await duplexPair();
  const info = { url: 'ws://a/', subprotocol: '' };
  const settings = settle({ clock, ...options }, 'server');
  const owner = { connection: undefined as SocketConnection | undefined, ended: () => {} };
  const server = new SocketConnection(near, info, settings, owner as { connection: SocketConnection; ended(): void });
  owner.connection = server;
  const client = new SocketConnection(far, info, settle({ clock }, 'client'));
  server.start(new Uint8Array(0));
  if (isClientThere) client.start(new Uint8Array(0));
  return { server, client, clock, tally: settings.tally };
}

const taken = (connection: SocketConnection, count: number): Promise<unknown[]> =>
  new Promise((resolve) => {
    const messages: unknown[] = [];
    connection.listen({ message: (message) => messages.push(message) === count && resolve(messages) });
  });

describe('the channels of messages', () => {
  it('tell of each that is sent and received, at both ends, with the connection and the message itself', async () => {
    const sent = listenTo<MessageSent>('framewire:message:sent');
    const received = listenTo<MessageReceived>('framewire:message:received');
    const { server, client } = await join();
    const all = taken(server, 2);
    const bytes = new Uint8Array([1, 2, 3]);
    client.send('hello');
    client.send(bytes);
    const messages = await all;
    expect(sent.map(({ role, message }) => [role, message])).toEqual([
      ['client', 'hello'],
      ['client', bytes],
    ]);
    expect(sent[1]?.message).toBe(bytes);
    expect(sent[0]?.connection).toBe(client);
    expect(received.map(({ role }) => role)).toEqual(['server', 'server']);
    expect(received[0]?.connection).toBe(server);
    expect(received[1]?.message).toBe(messages[1]);
  });

  it('tell of a message before it is delivered', async () => {
    const order: string[] = [];
    listenTo('framewire:message:received', () => order.push('told'));
    const { server, client } = await join();
    const over = new Promise<void>((resolve) => {
      server.listen({
        message: () => {
          order.push('delivered');
          resolve();
        },
      });
    });
    client.send('x');
    await over;
    expect(order).toEqual(['told', 'delivered']);
  });

  it('tell of a broadcast, and of streams without their message', async () => {
    const sent = listenTo<MessageSent>('framewire:message:sent');
    const received = listenTo<MessageReceived>('framewire:message:received');
    const { server, client, tally } = await join();
    const streams = client.streams();
    server.sendShared(shareFrames(Buffer.from('8102 6869'.replace(' ', ''), 'hex')), 'hi');
    const next = streams.next();
    await next;
    const second = streams.next();
    await server.sendStream(['a', 'b'], { type: 'text' });
    expect(await (await second).value?.text()).toBe('ab');
    expect(sent.map(({ message }) => message)).toEqual(['hi', undefined]);
    expect(received.map(({ role }) => role)).toEqual(['client', 'client']);
    expect(received[1]?.message).toBe(undefined);
    expect(tally.count(MESSAGES_SENT)).toBe(2);
  });

  it('tell nothing of what is not sent any more', async () => {
    const { server, client, tally } = await join();
    await Promise.all([server.close(), client.closed]);
    const sent = listenTo<MessageSent>('framewire:message:sent');
    expect(server.send('late')).toBe(false);
    await server.sendStream(['late']).catch(() => {});
    expect(sent).toEqual([]);
    expect(tally.count(MESSAGES_SENT)).toBe(0);
  });
});

describe('framewire:connection:closed', () => {
  it('tells of each end once, with its cause', async () => {
    const told = listenTo<ConnectionClosed>('framewire:connection:closed');
    const { server, client } = await join();
    const closures = await Promise.all([server.close(3000, 'bye'), client.closed]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.map(({ role, cause }) => [role, cause]).sort()).toEqual([
      ['client', 'peer-closed'],
      ['server', 'closed-here'],
    ]);
    for (const { role, connection, closure } of told) {
      expect(connection).toBe(role === 'server' ? server : client);
      expect(closure).toBe(closures[role === 'server' ? 0 : 1]);
    }
  });
});

describe('framewire:limit', () => {
  it('tells the option, the figures and whose limit it was', async () => {
    const told = listenTo<LimitHit>('framewire:limit');
    const { server, client, tally } = await join({ maxMessageSize: 4 });
    server.listen({ message: () => {} });
    client.send('12345');
    expect((await server.closed).error?.code).toBe('VIOLATED');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ role: 'server', option: 'maxMessageSize', connection: server, remoteAddress: '' });
    expect(told[0]?.message).toMatch(/5 bytes, maxMessageSize is 4/);
    expect([...tally.limits]).toEqual([['maxMessageSize', 1]]);
    await client.closed;
  });

  it('is no news for counting: what is met while nobody listens is counted', async () => {
    const silent = await join({ keepalive: { interval: 4, deadline: 4 } }, false);
    for (let i = 0; i < 20; i++) silent.clock.advance(1);
    expect((await silent.server.closed).error?.code).toBe('PONG_TIMEOUT');
    expect([...silent.tally.limits]).toEqual([['keepalive.deadline', 1]]);
    const stuck = await join({ closeTimeout: 10, keepalive: false }, false);
    const closed = stuck.server.close();
    for (let i = 0; i < 20; i++) stuck.clock.advance(10);
    expect((await closed).error?.code).toBe('CLOSE_TIMEOUT');
    expect([...stuck.tally.limits]).toEqual([['closeTimeout', 1]]);
  });

  it('does not tell of a broken rule, which is no limit', async () => {
    const told = listenTo<LimitHit>('framewire:limit');
    const closings = listenTo<ConnectionClosed>('framewire:connection:closed');
    const { server, client, tally } = await join();
    // A server's frame at a server.
    server.received(Buffer.from('810168', 'hex'));
    await Promise.all([server.closed, client.closed]);
    expect(told).toEqual([]);
    expect([...tally.limits]).toEqual([]);
    expect(closings.find(({ role }) => role === 'server')?.cause).toBe('protocol-error');
  });

  it('tells of each message that is dropped for a slow peer', async () => {
    const told = listenTo<LimitHit>('framewire:limit');
    const { server, tally } = await join({ sendHighWater: 1, maxSendQueue: 1, slowConsumer: 'drop' });
    // Far more than the stream between them takes.
    server.send(new Uint8Array(1 << 20));
    expect([server.send('a'), server.send('b')]).toEqual([false, false]);
    expect(told.map(({ option }) => option)).toEqual(['maxSendQueue', 'maxSendQueue']);
    expect(tally.dropped).toBe(2);
    expect(server.droppedMessages).toBe(2);
    expect(tally.count(MESSAGES_SENT)).toBe(1);
    server.terminate();
  });
});

describe('framewire:error', () => {
  it('tells what the listener of a client threw', async () => {
    const told = listenTo('framewire:error');
    const { server, client } = await join();
    const error = new Error('broken');
    client.listen({
      message: () => {
        throw error;
      },
    });
    server.send('x');
    await Promise.all([client.closed, server.closed]);
    expect(told).toEqual([{ role: 'client', error, connection: client }]);
  });

  it('is not needed by anybody', async () => {
    const { server, client } = await join();
    client.listen({ message: () => Promise.reject(new Error('broken')) as never });
    server.send('x');
    expect((await client.closed).error?.code).toBe('LISTENER_FAILED');
    await server.closed;
  });
});

describe('a subscriber that throws', () => {
  it('is raised by Node as an uncaught exception of the process, and no connection notices', async () => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught: unknown[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error));
    undo.push(() => {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    });
    const error = new Error('of a subscriber');
    for (const name of ['message:sent', 'message:received', 'connection:closed']) {
      listenTo(`framewire:${name}`, () => {
        throw error;
      });
    }
    const { server, client } = await join();
    const all = taken(server, 2);
    client.send('one');
    client.send('two');
    expect(await all).toEqual(['one', 'two']);
    const [closure] = await Promise.all([client.close(), server.closed]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(closure).toMatchObject({ code: 1000, clean: true });
    expect(uncaught).toEqual(Array(6).fill(error));
  });
});

describe('the tally of a server', () => {
  it('counts bytes of frames both ways, Pings and round trips', async () => {
    const { server, client, tally, clock } = await join();
    const back = taken(client, 1);
    const there = taken(server, 1);
    client.send('12345');
    await there;
    server.send('123');
    await back;
    expect(tally.count(BYTES_RECEIVED)).toBe(2 + 4 + 5);
    expect(tally.count(BYTES_SENT)).toBe(2 + 3);
    const trip = server.ping();
    clock.advance(7);
    expect(await trip).toBe(7);
    await client.ping();
    expect(tally.pingsSent).toBe(1);
    expect(tally.pingsReceived).toBe(1);
    expect(tally.pongsReceived).toBe(1);
    expect(tally.roundTrips.snapshot()).toMatchObject({ count: 1, sum: 7 });
    await Promise.all([server.close(), client.closed]);
  });
});
