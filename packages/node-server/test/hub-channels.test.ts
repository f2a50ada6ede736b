import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import type {
  ConnectionClosed,
  ConnectionOpened,
  ConnectionRefused,
  ErrorMet,
  LimitHit,
  MessageSent,
  NodeConnection,
} from '../src/index.ts';
import { closeFrame, type RawClient, request, textFrame } from './support/raw-client.ts';
import { echo, later, rawClient, start, until } from './support/servers.ts';

/** What is told on a channel until the test is over. */
function listenTo<T>(name: string): T[] {
  const told: T[] = [];
  const hear = (message: unknown): void => void told.push(message as T);
  subscribe(name, hear);
  later(() => unsubscribe(name, hear));
  return told;
}

async function opened(server: Awaited<ReturnType<typeof start>>, path = '/'): Promise<RawClient> {
  const client = await rawClient(server);
  client.send(request({}, `GET ${path} HTTP/1.1`));
  await client.head();
  return client;
}

describe('the diagnostics channels of a server', () => {
  it('tell of a connection with its request before its handler runs, and of its end', async () => {
    const order: string[] = [];
    const openings = listenTo<ConnectionOpened>('framewire:connection:opened');
    const closings = listenTo<ConnectionClosed>('framewire:connection:closed');
    const seen: NodeConnection[] = [];
    const server = await start((connection) => {
      order.push(`handler, ${openings.length} told`);
      seen.push(connection);
      connection.listen({ message: () => {} });
    });
    const client = await opened(server, '/chat?room=1');
    client.send(closeFrame(1001));
    await until(() => closings.length === 1);
    expect(order).toEqual(['handler, 1 told']);
    expect(openings).toEqual([
      { role: 'server', connection: seen[0], request: expect.objectContaining({ path: '/chat' }) },
    ]);
    expect(closings[0]).toMatchObject({
      role: 'server',
      cause: 'peer-going-away',
      closure: { code: 1001, clean: true },
    });
    expect(closings[0]?.connection).toBe(seen[0]);
  });

  it('tell of a refusal, and of the limit that led to it', async () => {
    const refusals = listenTo<ConnectionRefused>('framewire:connection:refused');
    const limits = listenTo<LimitHit>('framewire:limit');
    const server = await start(echo, { maxConnections: 1 });
    await opened(server);
    const second = await rawClient(server);
    second.send(request());
    await second.head();
    const third = await rawClient(server);
    third.send(request({ 'Sec-WebSocket-Version': '8' }));
    await third.head();
    expect(refusals.map(({ role, error, remoteAddress }) => [role, error.code, remoteAddress])).toEqual([
      ['server', 'UNAVAILABLE', '127.0.0.1'],
      ['server', 'UNAVAILABLE', '127.0.0.1'],
    ]);
    expect(limits).toHaveLength(2);
    expect(limits[0]).toMatchObject({ role: 'server', option: 'maxConnections', remoteAddress: '127.0.0.1' });
    expect(limits[0]?.message).toMatch(/maxConnections is 1/);
    expect(limits[0]?.connection).toBe(undefined);
  });

  it('tell of errors, with the connection where there is one', async () => {
    const told = listenTo<ErrorMet>('framewire:error');
    const handlers = new Error('of a handler');
    const listeners = new Error('of a listener');
    const hooks = new Error('of a hook');
    const server = await start(
      (connection, { path }) => {
        if (path === '/throws') throw handlers;
        connection.listen({
          message: () => {
            throw listeners;
          },
        });
      },
      {
        onError: () => {},
        authorize: ({ path }) => {
          if (path === '/hook') throw hooks;
        },
      },
    );
    await opened(server, '/hook');
    await opened(server, '/throws');
    (await opened(server)).send(textFrame('x'));
    await until(() => told.length === 3);
    expect(told.map(({ role, error }) => [role, error])).toEqual([
      ['server', hooks],
      ['server', handlers],
      ['server', listeners],
    ]);
    expect(told.map(({ connection }) => connection?.remoteAddress)).toEqual([undefined, '127.0.0.1', '127.0.0.1']);
  });

  it('tell of a broadcast once for each connection, with the message', async () => {
    const sent = listenTo<MessageSent>('framewire:message:sent');
    const server = await start();
    await opened(server);
    await opened(server);
    server.broadcast('hello');
    expect(sent.map(({ message }) => message)).toEqual(['hello', 'hello']);
    expect(new Set(sent.map(({ connection }) => connection))).toEqual(new Set(server.connections));
  });
});
