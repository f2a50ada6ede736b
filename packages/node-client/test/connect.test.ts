import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fieldValues } from '@framewire/protocol';
import { describeConnectionContract } from '@framewire/testing/contract';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ConnectOptions, connect, UsageError } from '../src/index.ts';
import { peerOn } from './support/contract-session.ts';
import { rawServer, switching } from './support/raw-server.ts';

/** Opens a connection to a server that accepts everything, and returns the bytes of the request. */
async function requestOf(
  options: ConnectOptions = {},
  makeUrl = (port: number) => `ws://127.0.0.1:${port}/`,
): Promise<string> {
  const server = await rawServer((socket, request) => void socket.write(switching(request)));
  const connection = await connect(makeUrl(server.port), { ...options, requireSubprotocol: false });
  connection.terminate();
  return (server.requests[0]?.text ?? '').replaceAll(String(server.port), 'PORT');
}

describe('the request', () => {
  it('asks for what RFC 6455 says, and nothing more', async () => {
    const text = await requestOf({}, (port) => `ws://127.0.0.1:${port}/chat?room=1`);
    expect(text.replace(/Key: [A-Za-z0-9+/]{22}==/, 'Key: KEY')).toBe(
      [
        'GET /chat?room=1 HTTP/1.1',
        'Host: 127.0.0.1:PORT',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: KEY',
        'Sec-WebSocket-Version: 13',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('has a key of its own for each connection', async () => {
    const server = await rawServer((socket, request) => void socket.write(switching(request)));
    for (let i = 0; i < 20; i++) (await connect(`ws://127.0.0.1:${server.port}/`)).terminate();
    const keys = server.requests.flatMap(({ head }) => fieldValues(head.fields, 'sec-websocket-key'));
    expect(new Set(keys).size).toBe(20);
    expect(keys.every((key) => Buffer.from(key, 'base64').length === 16)).toBe(true);
  });

  it('offers compression when it is asked to', async () => {
    expect(await requestOf({ deflate: false })).not.toContain('Sec-WebSocket-Extensions');
    const server = await rawServer((socket, request) => {
      socket.write(switching(request, 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover'));
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`, {
      deflate: { threshold: 0, sendWindowBits: 10 },
    });
    expect(server.requests[0]?.text).toContain(
      '\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=10\r\n',
    );
    server.sockets[0]?.write(Uint8Array.of(0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00));
    for await (const message of connection) {
      expect(message).toBe('Hello');
      break;
    }
    connection.terminate();
  });

  it('fails when the answer does not fit what it offers', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(switching(request, 'Sec-WebSocket-Extensions: permessage-deflate'));
    });
    await expect(connect(`ws://127.0.0.1:${server.port}/`, { deflate: true })).rejects.toMatchObject({
      code: 'EXTENSION_UNREQUESTED',
    });
  });

  it('has the origin, the subprotocols and the headers that are set', async () => {
    const text = await requestOf({
      origin: 'https://app.example',
      subprotocols: ['b', 'a'],
      headers: { Authorization: 'Bearer token', 'X-Two': ['1', '2'] },
    });
    expect(text).toContain('\r\nOrigin: https://app.example\r\nSec-WebSocket-Protocol: b, a\r\n');
    expect(text).toContain('\r\nAuthorization: Bearer token\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n');
  });

  it('authenticates with what stands in the URL, unless the headers do', async () => {
    const makeUrl = (port: number): string => `ws://us%C3%A9r:pass@127.0.0.1:${port}/`;
    const basic = `Basic ${Buffer.from('usér:pass').toString('base64')}`;
    expect(await requestOf({}, makeUrl)).toContain(`\r\nAuthorization: ${basic}\r\n`);
    const text = await requestOf({ headers: { authorization: 'Bearer token' } }, makeUrl);
    expect(text).toContain('\r\nauthorization: Bearer token\r\n');
    expect(text).not.toContain('Basic');
  });

  it('is for a relative URL made on its base', async () => {
    const server = await rawServer((socket, request) => void socket.write(switching(request)));
    const connection = await connect('../chat?x', { baseUrl: `http://127.0.0.1:${server.port}/app/page` });
    expect(server.requests[0]?.head.target).toBe('/chat?x');
    expect(connection.url).toBe(`ws://127.0.0.1:${server.port}/chat?x`);
    connection.terminate();
  });
});

describe('connect', () => {
  it('takes a URL object, and tells the URL without the password', async () => {
    const server = await rawServer((socket, request) => void socket.write(switching(request)));
    const connection = await connect(new URL(`ws://user:secret@127.0.0.1:${server.port}/x`));
    expect(connection.url).toBe(`ws://127.0.0.1:${server.port}/x`);
    connection.terminate();
  });

  it('talks', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(switching(request));
      const { connection } = peerOn(socket);
      void connection.closed;
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(connection.state).toBe('open');
    expect(connection.remoteAddress).toBe('127.0.0.1');
    expect(await connection.ping()).toBeGreaterThan(0);
    expect(await connection.close(4000, 'bye')).toMatchObject({ code: 4000, clean: true });
  });

  it('has the limits of a client', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(switching(request));
      const { connection } = peerOn(socket);
      connection.send(new Uint8Array(17 * 1024 * 1024));
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    // Before anybody listens it might still be taken as a stream.
    connection.listen({ message: () => {} });
    expect(await connection.closed).toMatchObject({
      sent: { code: 1009 },
      error: { code: 'VIOLATED', cause: { code: 'MESSAGE_TOO_BIG' } },
    });
  });

  it('keeps the Nagle algorithm from holding back what is small', async () => {
    const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    onTestFinished(() => noDelay.mockRestore());
    const server = await rawServer((socket, request) => void socket.write(switching(request)));
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(noDelay.mock.calls).toEqual([[true]]);
    connection.terminate();
  });

  it('needs no listener to keep the process alive when the server misbehaves', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
      setImmediate(() => socket.resetAndDestroy());
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(await connection.closed).toMatchObject({ clean: false, error: { code: 'VIOLATED' } });
  });
});

describe('a Unix socket', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'framewire-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is connected to in place of the host of the URL', async () => {
    const path = join(directory, 'socket');
    const server = await rawServer((socket, request) => void socket.write(switching(request)), { path });
    const connection = await connect('ws://backend.example/chat', { socketPath: path });
    expect(connection.url).toBe('ws://backend.example/chat');
    expect(connection.remoteAddress).toBe('');
    expect(server.requests[0]?.text).toContain('GET /chat HTTP/1.1\r\nHost: backend.example\r\n');
    connection.terminate();
  });

  it('that is not there fails as a host does', async () => {
    const path = join(directory, 'nobody');
    await expect(connect('ws://backend.example/', { socketPath: path })).rejects.toMatchObject({
      name: 'HandshakeError',
      code: 'NOT_CONNECTED',
      phase: 'connect',
      cause: { code: 'ENOENT', address: path },
    });
  });
});

describe('wrong arguments', () => {
  it.each([
    ['INVALID_URL', '/relative', {}, /baseUrl/],
    ['INVALID_URL', 'ws://h/#x', {}, /fragment/],
    ['INVALID_URL', 'ftp://h/', {}, /ws:\/\//],
    ['INVALID_ARGUMENT', 'ws://h/', ['chat'], /subprotocols/],
    ['INVALID_OPTION', 'ws://h/', { handshakeTimeout: 0 }, /handshakeTimeout/],
    ['INVALID_OPTION', 'ws://h/', { subprotocols: 'chat' }, /subprotocols/],
    ['INVALID_OPTION', 'ws://h/', { subprotocols: ['a', 'a'] }, /subprotocols/],
    ['INVALID_OPTION', 'ws://h/', { subprotocols: ['not a token'] }, /subprotocols/],
    ['INVALID_OPTION', 'ws://h/', { origin: 'x\r\ny' }, /origin/],
    ['INVALID_OPTION', 'ws://h/', { headers: { 'X-Bad': 'x\r\nInjected: y' } }, /X-Bad/],
    ['INVALID_OPTION', 'ws://h/', { headers: { 'X Bad': 'x' } }, /X Bad/],
    ['INVALID_OPTION', 'ws://h/', { headers: { 'X-Bad': 7 } }, /X-Bad/],
    ['INVALID_OPTION', 'ws://h/', { headers: { Host: 'x' } }, /Host/],
    ['INVALID_OPTION', 'ws://h/', { headers: { upgrade: 'x' } }, /upgrade/],
    ['INVALID_OPTION', 'ws://h/', { headers: { 'Sec-WebSocket-Key': 'x' } }, /Sec-WebSocket-Key/],
    ['INVALID_OPTION', 'ws://a"b/', {}, /host/],
    ['INVALID_OPTION', 'ws://h/', { localAddress: 'nonsense' }, /nonsense/],
    ['INVALID_OPTION', 'ws://h/', { lookup: 7 }, /lookup/],
    ['INVALID_OPTION', 'wss://h/', { tls: { servername: 42 } }, /servername/],
    ['INVALID_OPTION', 'wss://h/', { tls: { session: 'x' } }, /session/],
    ['INVALID_OPTION', 'wss://h/', { tls: { checkServerIdentity: true } }, /checkServerIdentity/],
    ['INVALID_OPTION', 'wss://h/', { tls: { ca: 'nonsense', cert: 'nonsense', key: 'nonsense' } }, /Node/],
  ] as [string, string, ConnectOptions, RegExp][])(
    'reject with UsageError %s before anything is opened: %s %j',
    async (code, url, options, message) => {
      let lookups = 0;
      const lookup: ConnectOptions['lookup'] = () => void lookups++;
      const all = Array.isArray(options) ? options : { lookup, ...options };
      // An async function: what is wrong is told by its promise, and nothing is thrown beside it.
      const opening = connect(url, all);
      await expect(opening).rejects.toBeInstanceOf(UsageError);
      await expect(opening).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
      await nextTurn();
      expect(lookups).toBe(0);
    },
  );
});

describe('what remains after the end', () => {
  it('is nothing: no socket, no timer, no listener of a signal', async () => {
    const server = createServer(
      (socket) =>
        void socket.on('error', () => {}).once('data', () => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')),
    );
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { signal } = new AbortController();
    const connections = promisify(server.getConnections.bind(server));
    const count = (): number => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
    for (let i = 0; i < 10; i++) await connect(url, { signal }).catch(() => {});
    while ((await connections()) > 0) await nextTurn();
    const before = count();
    for (let i = 0; i < 200; i++) {
      await expect(connect(url, { signal })).rejects.toMatchObject({ code: 'NOT_SWITCHED', status: 403 });
    }
    while ((await connections()) > 0) await nextTurn();
    expect(count()).toBeLessThanOrEqual(before);
  });
});

describeConnectionContract('connect', {
  kind: 'node',
  open: async () => {
    let peer: ReturnType<typeof peerOn> | undefined;
    const server = await rawServer((socket, request) => {
      socket.write(switching(request, 'Sec-WebSocket-Protocol: chat.v1'));
      peer = peerOn(socket);
    });
    const url = `ws://127.0.0.1:${server.port}/chat?x`;
    const connection = await connect(url, { subprotocols: ['chat.v1'], maxMessageSize: 2 ** 26 });
    if (peer === undefined) throw new Error('The connection was opened without a peer.');
    const { connection: other } = peer;
    return {
      connection,
      peer,
      url,
      subprotocol: 'chat.v1',
      dispose: async () => {
        connection.terminate();
        other.terminate();
        await Promise.all([connection.closed, other.closed]);
      },
    };
  },
});
