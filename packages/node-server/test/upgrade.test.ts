import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { everySplit, FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import {
  type Handler,
  type HandshakeError,
  type UpgradeOptions,
  type UpgradeRequest,
  type UpgradeServer,
  UsageError,
  upgrade,
} from '../src/index.ts';
import { closeFrame, RawClient, request, textFrame } from './support/raw-client.ts';
import { selfSigned } from './support/self-signed.ts';
import { deferred, echo, later, listen, rawClient, until } from './support/servers.ts';

function plainServer(): HttpServer {
  return createServer((incoming, response) => response.end(`plain ${incoming.url}`));
}

function attach(http: HttpServer, handler: Handler = echo, options: UpgradeOptions = {}): UpgradeServer {
  const server = upgrade(http, handler, options);
  later(() => server.close({ deadline: 0 }));
  return server;
}

describe('upgrade', () => {
  it('takes the WebSocket handshakes of an HTTP server, and nothing else', async () => {
    const http = plainServer();
    attach(http);
    const where = await listen(http);
    const client = await rawClient(where);
    client.send(request(), textFrame('hello'));
    expect(await client.texts(1)).toEqual(['hello']);
    const plain = await rawClient(where);
    plain.send('GET /page HTTP/1.0\r\n\r\n');
    expect((await plain.response()).body).toBe('plain /page');
  });

  it('takes those of an HTTPS server', async () => {
    const pair = selfSigned();
    const http = createHttpsServer(pair, (_, response) => response.end('plain'));
    const urls: string[] = [];
    attach(http, (connection, incoming) => {
      urls.push(`${incoming.url} ${incoming.secure} ${incoming.tls?.getProtocol()}`);
      return echo(connection, incoming);
    });
    const { address } = await listen(http);
    const { port } = address as AddressInfo;
    const socket = connectTls({ port, host: '127.0.0.1', ca: pair.cert, servername: 'localhost' });
    later(() => socket.destroy());
    const client = await RawClient.over(socket, 'secureConnect');
    client.send(request({ Origin: 'https://example.com' }), textFrame('secret'));
    expect(await client.texts(1)).toEqual(['secret']);
    expect(urls).toEqual(['wss://example.com/ true TLSv1.3']);
  });

  it('takes frames that come with the request, wherever the bytes are cut', async () => {
    const http = plainServer();
    attach(http);
    const where = await listen(http);
    const bytes = Buffer.concat([Buffer.from(request(), 'latin1'), textFrame('one'), textFrame('two')]);
    for (const chunks of everySplit(bytes)) {
      const client = await rawClient(where);
      await client.sendSlowly(chunks);
      expect(await client.texts(2)).toEqual(['one', 'two']);
      client.socket.destroy();
    }
  });

  it('refuses what is wrong, as serve does', async () => {
    const http = plainServer();
    const refused: HandshakeError[] = [];
    attach(http, echo, { onRefused: (error) => refused.push(error) });
    const where = await listen(http);
    const client = await rawClient(where);
    client.send(request({ 'Sec-WebSocket-Version': '8' }));
    const { status, headers } = await client.response();
    expect([status, headers.get('sec-websocket-version'), headers.get('upgrade')]).toEqual([426, '13', 'websocket']);
    const other = await rawClient(where);
    other.send(request({ 'Content-Length': '3' }), 'abc');
    expect((await other.response()).status).toBe(400);
    expect(refused.map(({ code }) => code)).toEqual(['VERSION_UNSUPPORTED', 'BODY_UNEXPECTED']);
  });

  it('is not touched by any timeout of the HTTP server', async () => {
    const http = createServer({
      headersTimeout: 40,
      requestTimeout: 40,
      keepAliveTimeout: 40,
      connectionsCheckingInterval: 5,
    });
    http.timeout = 40;
    const verdict = deferred<undefined>();
    attach(http, echo, { authorize: ({ path }) => (path === '/slow' ? verdict.promise : undefined) });
    const where = await listen(http);
    const open = await rawClient(where);
    open.send(request());
    await open.head();
    const judged = await rawClient(where);
    judged.send(request({}, 'GET /slow HTTP/1.1'));
    // Those are touched: one that does not finish its head, and then one that says nothing, one after the other.
    for (const text of ['GET / HTTP/1.1\r\n', '']) {
      const plain = await rawClient(where);
      plain.send(text);
      await plain.finished;
    }
    verdict.resolve(undefined);
    await judged.head();
    for (const client of [open, judged]) {
      client.send(textFrame('still here'));
      expect(await client.texts(1)).toEqual(['still here']);
    }
  });

  it('runs the deadline of the handshake while authorize does', async () => {
    const clock = new FakeClock();
    const http = plainServer();
    let judged = false;
    attach(http, echo, {
      clock,
      handshakeTimeout: 100,
      authorize: () => {
        judged = true;
        return new Promise<undefined>(() => {});
      },
    });
    const client = await rawClient(await listen(http));
    client.send(request());
    await until(() => judged);
    clock.advance(100);
    expect((await client.response()).status).toBe(503);
  });

  it.each(['reset', 'end'] as const)('survives a client that goes while authorize runs: %s', async (how) => {
    const http = plainServer();
    const requests: UpgradeRequest[] = [];
    const verdict = deferred<undefined>();
    const server = attach(http, echo, {
      authorize: (incoming) => {
        requests.push(incoming);
        return verdict.promise;
      },
    });
    const client = await rawClient(await listen(http));
    client.send(request());
    await until(() => requests.length === 1);
    const aborted = once(requests[0]?.signal as AbortSignal, 'abort');
    if (how === 'reset') client.reset();
    else client.socket.end();
    await aborted;
    verdict.resolve(undefined);
    await server.close();
    expect(server.connections.size).toBe(0);
  });

  it('survives a client that resets while it is refused', async () => {
    const http = plainServer();
    const where = await listen(http);
    const server = attach(http, echo, { onRefused: () => client.reset() });
    const client = await rawClient(where);
    client.send(request({ Origin: 'http://evil.example' }));
    await once(client.socket, 'close');
    await server.close();
  });
});

describe('closing', () => {
  it('drains the connections and leaves the HTTP server as it was', async () => {
    const http = plainServer();
    const server = attach(http);
    const where = await listen(http);
    const client = await rawClient(where);
    client.send(request());
    await client.head();
    expect(server.connections.size).toBe(1);
    server.broadcast('bye');
    const closed = server.close();
    expect(http.listenerCount('upgrade')).toBe(0);
    const frames = await client.receiveFrames(2);
    expect(frames.map(({ opcode }) => opcode)).toEqual([1, 8]);
    client.send(closeFrame(1001));
    await closed;
    expect(http.listening).toBe(true);
    const plain = await rawClient(where);
    plain.send(request({ Connection: 'Upgrade, close' }));
    expect((await plain.response()).body).toBe('plain /');
  });

  it('lets the HTTP server close, which waits for upgraded sockets', async () => {
    const http = plainServer();
    const server = attach(http);
    const client = await rawClient(await listen(http));
    client.send(request());
    await client.head();
    const httpClosed = new Promise((resolve) => http.close(resolve));
    const disposed = server[Symbol.asyncDispose]();
    await client.receiveFrames(1);
    client.send(closeFrame(1001));
    await disposed;
    await httpClosed;
  });
});

describe('what upgrade is given', () => {
  it.each([[undefined], [null], [{}], [8080]])('must be an HTTP server, not %s', (server) => {
    expect(() => upgrade(server as unknown as HttpServer, echo)).toThrow(UsageError);
  });

  it('must be a handler, and options that are right', () => {
    const http = plainServer();
    expect(() => upgrade(http, undefined as unknown as Handler)).toThrow(UsageError);
    expect(() => upgrade(http, echo, { match: '/chat' } as unknown as UpgradeOptions)).toThrow(UsageError);
    expect(() => upgrade(http, echo, { closeTimeout: -1 })).toThrow(UsageError);
    expect(http.listenerCount('upgrade')).toBe(0);
  });

  it('may be an authorize that gives the handler its context', async () => {
    const http = plainServer();
    const users: string[] = [];
    const server = upgrade<{ user: string }>(http, (_, { context }) => void users.push(context.user), {
      authorize: async () => ({ user: 'ann' }),
    });
    later(() => server.close({ deadline: 0 }));
    const client = await rawClient(await listen(http));
    client.send(request());
    await client.head();
    expect(users).toEqual(['ann']);
  });

  it('must not promise a context that nobody makes', () => {
    // @ts-expect-error without authorize there is no context
    void (() => upgrade<{ user: string }>(plainServer(), () => {}, {}));
    // @ts-expect-error the context has no such property
    void (() => upgrade(plainServer(), (_, { context }) => context.user, { authorize: () => ({ name: 'ann' }) }));
    void (() => upgrade(plainServer(), (_, { context }) => void context.name, { authorize: () => ({ name: 'ann' }) }));
  });
});

describe('the limits of upgrade', () => {
  it('hold for handshakes under way, and who has asked gets an answer', async () => {
    const http = plainServer();
    const verdict = deferred<undefined>();
    let judged = 0;
    const refused: [HandshakeError, string][] = [];
    attach(http, echo, {
      maxPendingHandshakes: 1,
      retryAfter: 2_000,
      authorize: () => {
        judged++;
        return verdict.promise;
      },
      onRefused: (error, address) => void refused.push([error, address]),
    });
    const where = await listen(http);
    const first = await rawClient(where);
    first.send(request());
    await until(() => judged === 1);
    const second = await rawClient(where);
    second.send(request());
    const response = await second.response();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(refused).toMatchObject([
      [{ code: 'UNAVAILABLE', cause: { option: 'maxPendingHandshakes', limit: 1 } }, '127.0.0.1'],
    ]);
    // Other requests of the HTTP server are its own affair.
    const plain = await rawClient(where);
    plain.send('GET /page HTTP/1.0\r\n\r\n');
    expect((await plain.response()).body).toBe('plain /page');
    verdict.resolve(undefined);
    expect(await first.head()).toContain('101');
  });

  it('hold for connections of one address', async () => {
    const http = plainServer();
    attach(http, echo, { maxConnectionsPerAddress: 1, retryAfter: false });
    const where = await listen(http);
    const first = await rawClient(where);
    first.send(request());
    await first.head();
    const second = await rawClient(where);
    second.send(request());
    const response = await second.response();
    expect([response.status, response.headers.has('retry-after')]).toEqual([503, false]);
  });
});
