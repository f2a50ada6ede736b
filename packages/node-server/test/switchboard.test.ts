import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { duplexPair } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { bytewise } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { type HandshakeError, type UpgradeOptions, type UpgradeServer, upgrade } from '../src/index.ts';
import { RawClient, request } from './support/raw-client.ts';
import { selfSigned } from './support/self-signed.ts';
import { later, listen, rawClient } from './support/servers.ts';

function plainServer(): HttpServer {
  return createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    response.end(`${incoming.method} ${incoming.url} ${Buffer.concat(chunks)}`);
  });
}

/** What Node from 22.21 and 24.9 on asks, which those before do not have. */
interface AskingServer extends HttpServer {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** Greets with a name. */
function attach(http: HttpServer, name: string, options: UpgradeOptions = {}): UpgradeServer {
  const server = upgrade(http, (connection) => void connection.send(name), options);
  later(() => server.close({ deadline: 0 }));
  return server;
}

async function greeting(where: Parameters<typeof rawClient>[0], target: string): Promise<string | undefined> {
  const client = await rawClient(where);
  client.send(request({}, `GET ${target} HTTP/1.1`));
  const [text] = await client.texts(1);
  client.socket.destroy();
  return text;
}

async function statusOf(where: Parameters<typeof rawClient>[0], target: string): Promise<number> {
  const client = await rawClient(where);
  client.send(request({}, `GET ${target} HTTP/1.1`));
  return (await client.response()).status;
}

describe('an HTTP server that several share', () => {
  it('gives each handshake to the first that wants it', async () => {
    const http = plainServer();
    attach(http, 'chat', { match: (path) => path === '/chat' });
    attach(http, 'rooms', { match: (path, head) => path.startsWith('/rooms/') && head.method === 'GET' });
    const where = await listen(http);
    expect(await greeting(where, '/chat?a=/rooms/')).toBe('chat');
    expect(await greeting(where, 'http://example.com/chat')).toBe('chat');
    expect(await greeting(where, '/rooms/1')).toBe('rooms');
    expect(await statusOf(where, '/')).toBe(404);
    expect(await statusOf(where, 'http://example.com?')).toBe(404);
  });

  it('tells the first of what nobody wants', async () => {
    const http = plainServer();
    const refused: HandshakeError[] = [];
    attach(http, 'chat', { match: () => false, onRefused: (error) => refused.push(error) });
    attach(http, 'rooms', { match: () => false });
    expect(await statusOf(await listen(http), '/')).toBe(404);
    expect(refused.map(({ code, status }) => [code, status])).toEqual([['REFUSED', 404]]);
  });

  it('leaves the rest to other listeners, WebSocket or not', async () => {
    const http = plainServer();
    attach(http, 'chat', { match: (path) => path === '/chat' });
    const others: string[] = [];
    http.on('upgrade', (incoming, socket) => {
      if (incoming.url === '/chat') return;
      others.push(String(incoming.headers.upgrade));
      socket.end('HTTP/1.1 418 Mine\r\n\r\n');
    });
    const where = await listen(http);
    expect(await greeting(where, '/chat')).toBe('chat');
    expect(await statusOf(where, '/other')).toBe(418);
    const client = await rawClient(where);
    client.send(request({ Upgrade: 'h2c' }));
    expect((await client.response()).status).toBe(418);
    expect(others).toEqual(['websocket', 'h2c']);
  });

  it('refuses with 500 when asking fails, and reports it', async () => {
    const http = plainServer();
    const errors: unknown[] = [];
    attach(http, 'chat', {
      match: () => {
        throw new Error('no idea');
      },
      onError: (error) => errors.push(error),
    });
    attach(http, 'rest');
    expect(await statusOf(await listen(http), '/')).toBe(500);
    expect(errors).toMatchObject([{ message: 'no idea' }]);
  });

  it('refuses with 500 when asking takes its time, and says so', async () => {
    const http = plainServer();
    const errors: unknown[] = [];
    attach(http, 'chat', {
      match: (async () => true) as unknown as () => boolean,
      onError: (error) => errors.push(error),
    });
    expect(await statusOf(await listen(http), '/')).toBe(500);
    expect(errors).toMatchObject([
      { name: 'UsageError', message: expect.stringContaining('match must answer at once') },
    ]);
  });

  it('loses its listener with the last of them', async () => {
    const http = plainServer();
    const [a, b] = [attach(http, 'a', { match: () => false }), attach(http, 'b')];
    expect(http.listenerCount('upgrade')).toBe(1);
    const where = await listen(http);
    await a.close();
    await a.close();
    expect(await greeting(where, '/')).toBe('b');
    await b.close();
    expect(http.listenerCount('upgrade')).toBe(0);
    attach(http, 'c');
    expect(await greeting(where, '/')).toBe('c');
  });
});

describe('a request behind one that is not answered yet', () => {
  it.each([
    ['WebSocket', 'websocket'],
    ['another protocol', 'h2c'],
  ])('is not answered out of turn: %s', async (_, protocol) => {
    let answer: (() => void) | undefined;
    const http: AskingServer = createServer((_incoming, response) => {
      answer = () => response.end('late');
    });
    const server = attach(http, 'chat');
    http.shouldUpgradeCallback = () => true;
    const client = await rawClient(await listen(http));
    client.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n', request({ Upgrade: protocol }));
    await client.finished;
    answer?.();
    expect(client.received.length).toBe(0);
    expect(server.connections.size).toBe(0);
  });
});

describe('a Node that asks what is an upgrade', () => {
  it('is told, and asks as before when all have left', async () => {
    const http: AskingServer = plainServer();
    const before = http.shouldUpgradeCallback;
    const server = attach(http, 'chat');
    expect(http.shouldUpgradeCallback === before).toBe(before === undefined);
    await server.close();
    expect(http.shouldUpgradeCallback).toBe(before);
  });

  it('is left alone when somebody else has told it something since', async () => {
    const http: AskingServer = plainServer();
    const server = attach(http, 'chat');
    const since = () => true;
    http.shouldUpgradeCallback = since;
    await server.close();
    expect(http.shouldUpgradeCallback).toBe(since);
  });

  it('still does what the application has told it', async () => {
    const http: AskingServer = plainServer();
    const asked: (string | undefined)[] = [];
    http.shouldUpgradeCallback = ({ url }) => {
      asked.push(url);
      return url === '/chat';
    };
    attach(http, 'chat');
    const where = await listen(http);
    expect(await greeting(where, '/chat')).toBe('chat');
    if (asked.length === 0) return; // an older Node
    const client = await rawClient(where);
    client.send(request({ Connection: 'Upgrade, close' }, 'GET /other HTTP/1.1'));
    expect((await client.response()).body).toBe('GET /other ');
    expect(asked).toEqual(['/chat', '/other']);
  });
});

/** From Node 25 on, the body of an upgrade request that is still to come has a stream of its own. */
const bodiesAreStreams = Number(process.versions.node.split('.')[0]) > 24;

describe.each([
  ['as this Node does it', false],
  ['as a Node does that does not ask', true],
])('a request that offers another protocol: %s', (_, neverAsks) => {
  function attachChat(http: AskingServer): void {
    attach(http, 'chat');
    if (neverAsks) http.shouldUpgradeCallback = () => true;
  }

  const h2c = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings, close', 'HTTP2-Settings': '' };

  it('is answered as if it had not asked', async () => {
    const http = plainServer();
    attachChat(http);
    const where = await listen(http);
    for (const chunks of [[Buffer.from(request(h2c))], bytewise(Buffer.from(request(h2c)))]) {
      const client = await rawClient(where);
      await client.sendSlowly(chunks);
      expect(await client.response()).toMatchObject({ status: 200, body: 'GET / ' });
    }
  });

  it.skipIf(neverAsks && bodiesAreStreams)('is answered with its body, and again on the same connection', async () => {
    const http = plainServer();
    attachChat(http);
    const client = await rawClient(await listen(http));
    const post = (target: string) =>
      client.send(request({ Upgrade: 'h2c', 'Content-Length': '5' }, `POST ${target} HTTP/1.1`), 'he', 'llo');
    for (let i = 0; i < 15; i++) {
      post(`/${i}`);
      await client.until((received) => received.includes(`POST /${i} hello`));
    }
    client.received = Buffer.alloc(0);
    client.send(request());
    expect(await client.texts(1)).toEqual(['chat']);
  });

  it('is answered over TLS, too', async () => {
    const pair = selfSigned();
    const http = createHttpsServer(pair, (_, response) => response.end('plain'));
    attachChat(http);
    const { address } = await listen(http);
    const { port } = address as AddressInfo;
    const socket = connectTls({ port, host: '127.0.0.1', ca: pair.cert, servername: 'localhost' });
    later(() => socket.destroy());
    const client = await RawClient.over(socket, 'secureConnect');
    client.send(request(h2c));
    expect((await client.response()).body).toBe('plain');
  });
});

describe('a handshake whose socket has gone before it was passed on', () => {
  it('is not counted, for nothing would tell of its end', async () => {
    const http = plainServer();
    const server = attach(http, 'chat');
    const [ours] = duplexPair();
    ours.destroy();
    await once(ours, 'close');
    const rawHeaders = ['Host', 'a', 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
    const incoming = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders, socket: ours };
    http.emit('upgrade', incoming as unknown as IncomingMessage, ours, Buffer.alloc(0));
    expect(server.metrics().handshakes).toMatchObject({ started: 0, pending: 0 });
    await server.close();
  });
});

describe('a request that offers another protocol, with its body still to come', () => {
  it('is turned away when there is no way back', async () => {
    const http = plainServer();
    attach(http, 'chat');
    const [ours, theirs] = duplexPair();
    const incoming = { method: 'POST', url: '/', httpVersion: '1.1', rawHeaders: ['Upgrade', 'h2c'], socket: {} };
    http.emit('upgrade', incoming as IncomingMessage, ours, Buffer.alloc(0));
    const client = new RawClient(theirs);
    expect((await client.response()).status).toBe(426);
    theirs.end();
  });
});

describe('a request that offers another protocol, in a head with so many fields that Node has left some out', () => {
  it.each([
    { most: undefined, fields: 1000, status: 431 },
    { most: 10, fields: 10, status: 431 },
    { most: 10, fields: 9, status: 200 },
    { most: 0, fields: 1000, status: 200 },
  ])('is turned away, for a missing Content-Length would let a body pass for a request: %o', async (row) => {
    const http = plainServer();
    attach(http, 'chat');
    if (row.most !== undefined) http.maxHeadersCount = row.most;
    const [ours, theirs] = duplexPair();
    const rawHeaders = ['Host', 'a', 'Connection', 'close', 'Upgrade', 'h2c'];
    while (rawHeaders.length < 2 * row.fields) rawHeaders.push('x', '1');
    const incoming = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders, socket: ours };
    http.emit('upgrade', incoming as unknown as IncomingMessage, ours, Buffer.alloc(0));
    const client = new RawClient(theirs);
    expect((await client.response()).status).toBe(row.status);
    theirs.end();
  });
});
