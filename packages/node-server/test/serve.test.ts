import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { encodeFrame } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { FrontDoor } from '../src/front-door.ts';
import { type Handler, refuse, type ServeOptions, serve, UsageError } from '../src/index.ts';
import { UpgradeTaker } from '../src/upgrade.ts';
import { makeHub } from './support/hubs.ts';
import { RawClient, request, textFrame } from './support/raw-client.ts';
import { selfSigned } from './support/self-signed.ts';
import { echo, later, rawClient, start } from './support/servers.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));

describe('serve', () => {
  it('resolves when it listens, and says where', async () => {
    const server = await start();
    const { port } = server.address as AddressInfo;
    expect(server.address).toMatchObject({ address: '127.0.0.1', port });
    expect(server.url).toBe(`ws://127.0.0.1:${port}`);
    const client = await rawClient(server);
    client.send(request(), textFrame('hello'));
    expect(await client.texts(1)).toEqual(['hello']);
  });

  it.each<[string, ServeOptions['deflate'], string | undefined]>([
    ['does not compress by default', undefined, undefined],
    ['compresses when it is told to', true, 'server_no_context_takeover; client_no_context_takeover'],
    [
      'takes contexts over when it is told to',
      { sendContextTakeover: true, receiveContextTakeover: true, sendWindowBits: 10 },
      'server_max_window_bits=10',
    ],
  ])('%s', async (_, deflate, params) => {
    const server = await start(echo, { ...(deflate !== undefined && { deflate }) });
    const client = await rawClient(server);
    client.send(request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }));
    const head = await client.head();
    expect(/\r\nSec-WebSocket-Extensions: (.+)\r\n/.exec(head)?.[1]).toBe(params && `permessage-deflate; ${params}`);
    if (params === undefined) return;
    client.send(encodeFrame({ opcode: 1, fin: true, rsv1: true, payload: deflateRawSync('x'.repeat(2000)) }, 7));
    await client.until((received) => received.length > head.length + 2);
    expect(client.received[head.length]).toBe(0xc1);
    expect(client.received.length).toBeLessThan(head.length + 100);
  });

  it('listens on all addresses by default', async () => {
    const server = await serve(echo, { port: 0 });
    later(() => server.close());
    const { port } = server.address as AddressInfo;
    expect(server.url).toBe(`ws://localhost:${port}`);
    const client = await rawClient(server);
    client.send(request());
    await client.head();
  });

  it.each<readonly [string, string]>([
    ['localhost', 'localhost'],
    ['0.0.0.0', 'localhost'],
    ...(hasIpv6 ? [['::1', '[::1]'] as const, ['::', 'localhost'] as const] : []),
  ])('gives a URL for the host %s', async (host, name) => {
    const server = await start(echo, { host });
    expect(server.url).toBe(`ws://${name}:${(server.address as AddressInfo).port}`);
  });

  it('listens on a Unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'framewire-'));
    later(() => rm(directory, { recursive: true }));
    const socketPath = join(directory, 'socket');
    const server = await start(echo, { socketPath });
    expect(server.address).toBe(socketPath);
    expect(server.url).toBe('ws://localhost');
    const socket = connect(socketPath);
    later(() => socket.destroy());
    const client = await RawClient.over(socket);
    client.send(request(), textFrame('local'));
    expect(await client.texts(1)).toEqual(['local']);
    expect([...server.connections][0]?.remoteAddress).toBe('');
  });

  it('rejects with the system’s own error when the port is busy', async () => {
    const { address } = await start();
    const { port } = address as AddressInfo;
    await expect(start(echo, { port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('takes the port again right after it has closed', async () => {
    const first = await start();
    const { port } = first.address as AddressInfo;
    await first.close();
    const second = await start(echo, { port });
    expect(second.url).toBe(first.url);
  });

  it('reports a failure to accept, and goes on', async () => {
    const errors: unknown[] = [];
    const hub = makeHub({ onError: (error) => errors.push(error) });
    const door = new FrontDoor(hub, new UpgradeTaker(hub), { limits: {}, tls: undefined, http: undefined });
    await door.listen({ port: 0, host: '127.0.0.1' });
    later(() => door.close());
    const failure = new Error('accept EMFILE');
    door.server.emit('error', failure);
    expect(errors).toEqual([failure]);
    const client = await rawClient({ address: door.server.address() as AddressInfo });
    client.send(request());
    await client.head();
    client.socket.destroy();
    await hub.close();
  });
});

describe('what serve is given', () => {
  const pair = selfSigned();

  it.each<[string, unknown]>([
    ['port', {}],
    ['port', { port: -1 }],
    ['port', { port: 65_536 }],
    ['port', { port: '80' }],
    ['port', { port: 1.5 }],
    ['host', { port: 0, host: '' }],
    ['host', { port: 0, host: 1 }],
    ['socketPath', { socketPath: '' }],
    ['socketPath', { socketPath: 1 }],
    ['socketPath', { socketPath: '/x', port: 0 }],
    ['socketPath', { socketPath: '/x', host: 'localhost' }],
    ['backlog', { port: 0, backlog: -1 }],
    ['tls', { port: 0, tls: {} }],
    ['tls', { port: 0, tls: true }],
    ['http', { port: 0, http: {} }],
    ['http', { port: 0, http: null }],
    ['plain HTTP server', { port: 0, http: createHttpsServer(pair) }],
    ['tls', { port: 0, tls: { key: 'x' } }],
    ['maxFields', { port: 0, maxFields: 0 }],
    ['origins', { port: 0, origins: ['example.com'] }],
    ['options', undefined],
    ['options', null],
  ])('is checked at the call: %s', (name, options) => {
    expect(() => serve(echo, options as ServeOptions)).toThrow(UsageError);
    expect(() => serve(echo, options as ServeOptions)).toThrow(name);
  });

  it('must be a handler', () => {
    expect(() => serve(undefined as unknown as Handler, { port: 0 })).toThrow(UsageError);
  });

  it('may be a backlog', async () => {
    const server = await start(echo, { backlog: 16 });
    expect(server.connections.size).toBe(0);
  });

  it('must not promise a context that nobody makes', () => {
    // @ts-expect-error without authorize there is no context
    void (() => serve<{ user: string }>(() => {}, { port: 0 }));
    void (() =>
      serve<{ user: string }>((_, { context }) => void context.user.length, {
        port: 0,
        authorize: async ({ headers }) => (headers.has('cookie') ? { user: 'ann' } : refuse(401)),
      }));
    void (() => serve((_, { context }) => void context.user.length, { port: 0, authorize: () => ({ user: 'ann' }) }));
    void (() =>
      serve(() => {}, { port: 0, authorize: ({ origin }) => (origin === undefined ? refuse(403) : undefined) }));
  });
});
