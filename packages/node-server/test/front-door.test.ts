import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { BINARY, encodeFrame } from '@framewire/protocol';
import { bytewise, FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { FrontDoor } from '../src/front-door.ts';
import { type HandshakeError, type ServeOptions, type Server, serve, type TlsInfo } from '../src/index.ts';
import { UpgradeTaker } from '../src/upgrade.ts';
import { makeHub } from './support/hubs.ts';
import { RawClient, request, textFrame } from './support/raw-client.ts';
import { selfSigned } from './support/self-signed.ts';
import { deferred, echo, later, rawClient, start, until } from './support/servers.ts';

/** An HTTP server that says what it was asked. */
function plainServer(): HttpServer {
  return createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    response.end(`${incoming.method} ${incoming.url} ${Buffer.concat(chunks)}`);
  });
}

describe('what is no WebSocket handshake goes to the HTTP server, its bytes untouched', () => {
  it.each<[string, string, string]>([
    ['a GET', 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'GET /a '],
    ['HTTP/1.0', 'GET /old HTTP/1.0\r\n\r\n', 'GET /old '],
    ['a body', 'POST /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello', 'POST /b hello'],
    [
      'a body in chunks',
      'PUT /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
      'PUT /c hello',
    ],
    ['several requests', `${'GET /d HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3)}GET /e HTTP/1.0\r\n\r\n`, 'GET /e '],
    [
      'an upgrade to something else',
      request({ Upgrade: 'h2c', Connection: 'Upgrade, close' }, 'GET /f HTTP/1.1'),
      'GET /f ',
    ],
    ['bytes beyond ASCII', 'GET /g HTTP/1.0\r\nX: \xe4\xf6\r\n\r\n', 'GET /g '],
    ['what only the HTTP server understands', `GET /h HTTP/1.0\r\n${'X: y\r\n'.repeat(200)}\r\n`, 'GET /h '],
  ])('%s', async (_, raw, answer) => {
    const server = await start(echo, { http: plainServer() });
    for (const chunks of [[Buffer.from(raw, 'latin1')], bytewise(Buffer.from(raw, 'latin1'))]) {
      const client = await rawClient(server);
      await client.sendSlowly(chunks);
      await client.finished;
      expect(client.received.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(client.received.toString().endsWith(answer)).toBe(true);
    }
  });

  it('a client that has ended its sending side gets its answer', async () => {
    const server = await start(echo, { http: plainServer() });
    const client = await rawClient(server);
    client.socket.end('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
    // What Node's HTTP server does then is its own affair: it must only be told.
    await client.finished;
    await once(client.socket, 'close');
  });

  it('what is no HTTP is refused by the HTTP server', async () => {
    const http = plainServer();
    const errors: unknown[] = [];
    http.on('clientError', (error, socket) => {
      errors.push(error);
      socket.end('HTTP/1.1 400 As you wish\r\n\r\n');
    });
    const server = await start(echo, { http });
    const client = await rawClient(server);
    client.send('\x16\x03\x01 is no HTTP\r\n\r\n');
    expect((await client.response()).reason).toBe('As you wish');
    expect(errors.length).toBe(1);
  });

  it('but what asks for WebSocket wrongly is refused here', async () => {
    const server = await start(echo, { http: plainServer() });
    const client = await rawClient(server);
    client.send(request({}, 'POST / HTTP/1.1'));
    expect((await client.response()).status).toBe(405);
  });

  it('a request head may be larger than ours when the HTTP server says so', async () => {
    const http = createServer({ maxHeaderSize: 64 * 1024 }, (incoming, response) => {
      response.end(String(incoming.headers['x-long']?.length));
    });
    const server = await start(echo, { http });
    const client = await rawClient(server);
    client.send(`GET / HTTP/1.0\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect((await client.response()).body).toBe('40000');
  });

  it('and its timeouts hold for what it was given', async () => {
    const http = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 }, () => {});
    const server = await start(echo, { http });
    const client = await rawClient(server);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel');
    expect((await client.response()).status).toBe(408);
  });

  it('an HTTP server that listens itself is left as it is', async () => {
    const http = plainServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    later(() => http.close());
    let told = 0;
    http.on('listening', () => told++);
    await start(echo, { http });
    expect(told).toBe(0);
  });

  it('an HTTP server whose listener throws costs that connection only', async () => {
    const http = plainServer();
    const errors: unknown[] = [];
    http.on('connection', () => {
      throw new Error('not today');
    });
    const server = await start(echo, { http, onError: (error) => errors.push(error) });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.0\r\n\r\n');
    await client.finished;
    expect(errors).toMatchObject([{ message: 'not today' }]);
    const other = await rawClient(server);
    other.send(request(), textFrame('alive'));
    expect(await other.texts(1)).toEqual(['alive']);
  });
});

describe('a connection the HTTP server keeps open', () => {
  it('may become a WebSocket later, as behind a proxy that uses connections again', async () => {
    const server = await start(echo, { http: plainServer() });
    const client = await rawClient(server);
    client.send('GET /first HTTP/1.1\r\nHost: example.com\r\n\r\n');
    await client.until((received) => received.includes('GET /first'));
    client.received = Buffer.alloc(0);
    client.send(request(), textFrame('early'));
    expect(await client.head()).toContain('101 Switching Protocols');
    client.send(textFrame('late'));
    expect(await client.texts(2)).toEqual(['early', 'late']);
    expect(server.connections.size).toBe(1);
  });

  it('is closed with the server when it is idle', async () => {
    const http = plainServer();
    http.keepAliveTimeout = 60_000;
    const server = await start(echo, { http });
    const client = await rawClient(server);
    client.send('GET /first HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until((received) => received.includes('GET /first'));
    await server.close();
    await client.finished;
    expect(http.listenerCount('upgrade')).toBe(0);
  });

  it('does not hold up the server when it is busy, and gets its answer', async () => {
    let answer: (() => void) | undefined;
    const http = createServer((_, response) => {
      answer = () => response.end('at last');
    });
    const server = await start(echo, { http });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await until(() => answer !== undefined);
    await server.close();
    answer?.();
    expect((await client.response()).body).toBe('at last');
  });
});

describe('TLS', () => {
  const pair = selfSigned();

  async function tlsClient(server: Server, options: ConnectionOptions = {}): Promise<RawClient> {
    const { port } = server.address as AddressInfo;
    const socket = connectTls({ port, host: '127.0.0.1', ca: pair.cert, servername: 'localhost', ...options });
    later(() => socket.destroy());
    return RawClient.over(socket, 'secureConnect');
  }

  function startTls(options: ServeOptions = {}, handler = echo): Promise<Server> {
    return start(handler, { tls: { ...pair }, ...options });
  }

  it('is spoken, and says http/1.1 to those who ask', async () => {
    const infos: (TlsInfo | undefined)[] = [];
    const urls: string[] = [];
    const server = await startTls({}, (connection, { tls, url, secure }) => {
      infos.push(tls);
      urls.push(`${url} ${secure}`);
      return echo(connection, undefined as never);
    });
    expect(server.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
    const client = await tlsClient(server, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect((client.socket as TLSSocket).alpnProtocol).toBe('http/1.1');
    client.send(request({ Origin: 'https://example.com' }), textFrame('secret'));
    expect(await client.texts(1)).toEqual(['secret']);
    expect(infos[0]?.getProtocol()).toBe('TLSv1.3');
    expect(urls).toEqual(['wss://example.com/ true']);
  });

  it('shows the certificate of the client', async () => {
    const own = selfSigned('ann');
    const names: string[] = [];
    const server = await startTls({
      tls: { ...pair, requestCert: true, ca: own.cert },
      authorize: ({ tls }) => {
        names.push(String(tls?.getPeerCertificate().subject.CN), String(tls?.authorized));
        return undefined;
      },
    });
    const client = await tlsClient(server, { ...own, ca: pair.cert });
    client.send(request());
    await client.head();
    expect(names).toEqual(['ann', 'true']);
  });

  it('ends before the HTTP server', async () => {
    const http = createServer((incoming, response) => {
      response.end(`${'encrypted' in incoming.socket} ${incoming.url}`);
    });
    const client = await tlsClient(await startTls({ http }));
    client.send('GET /tls HTTP/1.0\r\n\r\n');
    expect((await client.response()).body).toBe('true /tls');
  });

  it('takes its share of the time for the handshake', async () => {
    const clock = new FakeClock();
    const server = await startTls({ clock, keepalive: false });
    // One that never begins, and one that is done with TLS after half of the time.
    const silent = await rawClient(server);
    await until(() => clock.pending === 1);
    clock.advance(5_000);
    const slow = await tlsClient(server);
    slow.send('GET / HTTP/1.1\r\n');
    // One that is done makes sure that what the slow one sent was read.
    const other = await tlsClient(server);
    other.send(request());
    await other.head();
    clock.advance(5_000);
    await silent.finished;
    expect(slow.ended).toBe(false);
    expect(clock.pending).toBe(1);
    // Its time began with its first packet.
    clock.advance(5_000);
    expect((await slow.response()).status).toBe(408);
  });

  it.each(['reset', 'end'] as const)('is not waited for when the client goes: %s', async (how) => {
    const clock = new FakeClock();
    const server = await startTls({ clock });
    const client = await rawClient(server);
    client.send('\x16\x03\x01');
    await until(() => clock.pending === 1);
    if (how === 'end') client.socket.end();
    else client.reset();
    await until(() => clock.pending === 0);
    await server.close();
  });

  it('fails for what is no TLS, and nothing else happens', async () => {
    const clock = new FakeClock();
    const server = await startTls({ clock });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.finished;
    await until(() => clock.pending === 0);
    await server.close();
  });

  it('is broken off when the server closes', async () => {
    const clock = new FakeClock();
    const server = await startTls({ clock });
    const client = await rawClient(server);
    await until(() => clock.pending === 1);
    await server.close();
    await client.finished;
    expect(client.received.length).toBe(0);
  });

  it('works on a Unix socket', async () => {
    const { socketPath } = await unixPath();
    const server = await startTls({ socketPath });
    const socket = connectTls({ path: socketPath, ca: pair.cert, servername: 'localhost' });
    later(() => socket.destroy());
    const client = await RawClient.over(socket, 'secureConnect');
    client.send(request(), textFrame('local'));
    expect(await client.texts(1)).toEqual(['local']);
    expect(server.url).toBe('wss://localhost');
  });

  it('tells what is wrong with its options', async () => {
    await expect(startTls({ tls: { key: 'no key', cert: 'no certificate' } })).rejects.toThrow(/^tls: /);
  });
});

async function unixPath(): Promise<{ socketPath: string }> {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const directory = await mkdtemp(join(tmpdir(), 'framewire-'));
  later(() => rm(directory, { recursive: true }));
  return { socketPath: join(directory, 'socket') };
}

describe('with unstableSharedRead', () => {
  it('messages are theirs for good who got them', async () => {
    const kept: Uint8Array[][] = [];
    const server = await start(
      (connection) => {
        const messages: Uint8Array[] = [];
        kept.push(messages);
        connection.listen({ message: (message) => void messages.push(message as Uint8Array) });
      },
      { unstableSharedRead: true },
    );
    const sent = [20, 300, 5000, 40_000, 200_000, 20].map((size, seed) =>
      Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8) + seed) & 255),
    );
    const frames = sent.map((payload) => encodeFrame({ opcode: BINARY, fin: true, rsv1: false, payload }, 0x12345678));
    const clients = await Promise.all([1, 2, 3].map(() => rawClient(server)));
    for (const client of clients) client.send(request());
    for (let round = 0; round < 3; round++)
      for (const frame of frames) for (const client of clients) client.send(frame);
    await until(() => kept.length === 3 && kept.every((messages) => messages.length === 18));
    for (const messages of kept) expect(messages.map(sum)).toEqual([...sent, ...sent, ...sent].map(sum));
    expect(kept[0]?.[4]).toEqual(sent[4]);
  });

  it('what is no handshake goes to the HTTP server all the same, and a handshake behind it comes back', async () => {
    const server = await start(echo, { unstableSharedRead: true, http: plainServer() });
    const client = await rawClient(server);
    const body = 'x'.repeat(300_000);
    client.send(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await until(
      () =>
        client.received.toString().endsWith(`POST /a ${body}\r\n0\r\n\r\n`) ||
        client.ended ||
        client.received.toString().endsWith(`POST /a ${body}`),
    );
    client.received = Buffer.alloc(0);
    client.send(request());
    await until(() => client.received.includes('\r\n\r\n'));
    expect(client.received.toString()).toMatch(/^HTTP\/1.1 101 /);
    client.received = Buffer.alloc(0);
    client.send(textFrame('hello'));
    client.send(textFrame('again'));
    await until(() => client.received.length >= 14);
    expect(client.received.toString('latin1')).toBe('\x81\x05hello\x81\x05again');
  });

  it('is a flag', async () => {
    expect(() => serve(echo, { port: 0, unstableSharedRead: 1 as never })).toThrow(
      /unstableSharedRead must be true or false/,
    );
  });
});

/** A number that tells arrays apart which differ anywhere. */
function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte, at) => (total * 31 + byte + at) | 0, 0);
}

describe('handshakes under way', () => {
  /** A server that takes few of them, and whom it refused. */
  async function few(options: ServeOptions): Promise<{ server: Server; refused: [HandshakeError, string][] }> {
    const refused: [HandshakeError, string][] = [];
    const server = await start(echo, {
      // Nobody makes room in so short a while.
      handshakeTimeout: 600_000,
      onRefused: (error, address) => void refused.push([error, address]),
      ...options,
    });
    return { server, refused };
  }

  /** A client of that address of this host. */
  async function clientFrom(server: Server, localAddress: string): Promise<RawClient> {
    const { port } = server.address as AddressInfo;
    const client = await RawClient.over(connect({ port, host: '127.0.0.1', localAddress }));
    later(() => client.socket.destroy());
    return client;
  }

  async function answered(client: RawClient): Promise<void> {
    client.send(request(), textFrame('there is room'));
    expect(await client.texts(1)).toEqual(['there is room']);
  }

  /** Resolves when the server takes somebody in again, which may be a while after somebody has gone. */
  async function room(server: Server, open: () => Promise<RawClient> = () => rawClient(server)): Promise<void> {
    for (;;) {
      try {
        return await answered(await open());
      } catch (error) {
        // It was reset, when it connected, asked or waited.
        if ((error as Error).name === 'AssertionError') throw error;
      }
    }
  }

  /** Connects, and is reset without a word. */
  async function turnedAway(server: Server): Promise<void> {
    const client = new RawClient(connect((server.address as AddressInfo).port, '127.0.0.1'));
    await client.finished;
    expect(client.received.length).toBe(0);
    expect(client.error?.code).toBe('ECONNRESET');
  }

  it('are as many as there may be: one more is reset, and the operator hears of it', async () => {
    const { server, refused } = await few({ maxPendingHandshakes: 2 });
    const first = await rawClient(server);
    const second = await rawClient(server);
    await turnedAway(server);
    expect(refused).toMatchObject([
      [{ code: 'UNAVAILABLE', status: 503, cause: { option: 'maxPendingHandshakes', limit: 2 } }, '127.0.0.1'],
    ]);
    expect(refused[0]?.[0].message).toContain('maxPendingHandshakes is 2.');
    // Who becomes a connection is no handshake any more.
    await answered(second);
    await answered(await rawClient(server));
    const third = await rawClient(server);
    await turnedAway(server);
    // Nor is who has gone.
    first.reset();
    third.reset();
    await room(server);
  });

  it('of one address are as many as it may have, and others have as many', async () => {
    const { server, refused } = await few({ maxPendingHandshakesPerAddress: 1 });
    const silent = await rawClient(server);
    await turnedAway(server);
    expect(refused).toMatchObject([[{ cause: { option: 'maxPendingHandshakesPerAddress', limit: 1 } }, '127.0.0.1']]);
    await answered(await clientFrom(server, '127.0.0.2'));
    await answered(silent);
    await answered(await rawClient(server));
    expect(refused.length).toBe(1);
  });

  it('include those that are being refused, which are not waited for long', async () => {
    const clock = new FakeClock();
    const { server, refused } = await few({ maxPendingHandshakes: 1, clock, keepalive: false });
    const bad = await rawClient(server, true);
    bad.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await bad.finished;
    await turnedAway(server);
    expect(refused.map(([{ code }]) => code)).toEqual(['UPGRADE_MISSING', 'UNAVAILABLE']);
    clock.advance(2_000);
    await room(server);
  });

  it('make room, when they were refused and have had a tenth of the time to read that', async () => {
    const clock = new FakeClock();
    const { server } = await few({ maxPendingHandshakes: 2, clock, keepalive: false });
    const bad = await rawClient(server, true);
    bad.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await bad.finished;
    const silent = await rawClient(server);
    await until(() => server.metrics().handshakes.started === 2);
    clock.advance(199);
    await turnedAway(server);
    clock.advance(1);
    await answered(await rawClient(server));
    await answered(silent);
    expect(server.metrics().handshakes).toMatchObject({
      started: 4,
      pending: 0,
      accepted: 2,
      refused: { UPGRADE_MISSING: 1, UNAVAILABLE: 1 },
    });
  });

  it('make room, the oldest first, when they have not asked after a tenth of their time', async () => {
    const clock = new FakeClock();
    const { server, refused } = await few({
      maxPendingHandshakes: 2,
      handshakeTimeout: 10_000,
      clock,
      keepalive: false,
    });
    const oldest = await rawClient(server);
    oldest.send('GET / HTTP/1.1\r\n');
    const silent = await rawClient(server);
    await until(() => clock.pending === 1);
    await turnedAway(server);
    clock.advance(999);
    await turnedAway(server);
    clock.advance(1);
    const third = await rawClient(server);
    await oldest.finished;
    expect(oldest.received.length).toBe(0);
    const fourth = await rawClient(server);
    await silent.finished;
    // These two are young.
    await turnedAway(server);
    await answered(third);
    await answered(fourth);
    expect(refused.map(([{ cause }, address]) => [cause, address])).toEqual(
      Array(5).fill([expect.objectContaining({ option: 'maxPendingHandshakes', limit: 2 }), '127.0.0.1']),
    );
    expect(server.metrics().handshakes).toMatchObject({
      started: 7,
      pending: 0,
      accepted: 2,
      refused: { UNAVAILABLE: 5 },
      abandoned: 0,
    });
  });

  it('do not make room while it is our turn to answer', async () => {
    const clock = new FakeClock();
    const verdict = deferred<undefined>();
    let judged = 0;
    const { server } = await few({
      maxPendingHandshakes: 1,
      handshakeTimeout: 10_000,
      clock,
      authorize: () => {
        judged++;
        return verdict.promise;
      },
    });
    const first = await rawClient(server);
    first.send(request());
    await until(() => judged === 1);
    clock.advance(9_000);
    await turnedAway(server);
    verdict.resolve(undefined);
    expect(await first.head()).toContain('101');
  });

  it.each([
    [63, 'make room'],
    [64, 'make none, for nobody looks at more,'],
  ])('of which %i older ones wait for our answer %s', async (slow, outcome) => {
    const clock = new FakeClock();
    let judged = 0;
    const { server } = await few({
      maxPendingHandshakes: slow + 1,
      handshakeTimeout: 10_000,
      clock,
      authorize: () => (judged++ < slow ? new Promise(() => {}) : undefined),
    });
    for (let i = 0; i < slow; i++) (await rawClient(server)).send(request());
    await until(() => judged === slow);
    clock.advance(1);
    const silent = await rawClient(server);
    await until(() => server.metrics().handshakes.started === slow + 1);
    clock.advance(999);
    // Those that wait are old enough, but it is our turn; the silent one is too young.
    await turnedAway(server);
    clock.advance(1);
    if (outcome === 'make room') {
      await answered(await rawClient(server));
      await silent.finished;
    } else {
      await turnedAway(server);
      expect(silent.ended).toBe(false);
    }
  });

  it('on a Unix socket, where nothing can be reset, are as many as there may be all the same', async () => {
    const { socketPath } = await unixPath();
    const { server, refused } = await few({ maxPendingHandshakes: 1, socketPath });
    const open = () => {
      const client = new RawClient(connect(socketPath));
      later(() => client.socket.destroy());
      return client;
    };
    const silent = open();
    await until(() => server.metrics().handshakes.pending === 1);
    const second = open();
    await second.finished;
    expect(second.received.length).toBe(0);
    expect(refused).toMatchObject([[{ cause: { option: 'maxPendingHandshakes', limit: 1 } }, '']]);
    await answered(silent);
  });

  it('of an address that has as many as it may have make no room either where others fill the server', async () => {
    const clock = new FakeClock();
    const { server, refused } = await few({
      maxPendingHandshakes: 2,
      maxPendingHandshakesPerAddress: 1,
      handshakeTimeout: 10_000,
      clock,
    });
    const other = await clientFrom(server, '127.0.0.2');
    await until(() => server.metrics().handshakes.pending === 1);
    const silent = await rawClient(server);
    await until(() => server.metrics().handshakes.pending === 2);
    clock.advance(9_000);
    await turnedAway(server);
    expect(refused).toMatchObject([[{ cause: { option: 'maxPendingHandshakesPerAddress', limit: 1 } }, '127.0.0.1']]);
    await answered(other);
    await answered(silent);
  });

  it('of one address make no room', async () => {
    const clock = new FakeClock();
    const { server } = await few({ maxPendingHandshakesPerAddress: 1, handshakeTimeout: 10_000, clock });
    const silent = await rawClient(server);
    await until(() => clock.pending === 1);
    clock.advance(9_000);
    await turnedAway(server);
    await answered(silent);
  });

  it('and connections leave no count behind, however they end', async () => {
    const hub = makeHub({ maxConnectionsPerAddress: 50, maxPendingHandshakesPerAddress: 50 });
    const http = plainServer();
    later(() => http.closeAllConnections());
    const door = new FrontDoor(hub, new UpgradeTaker(hub), { limits: {}, tls: undefined, http });
    await door.listen({ port: 0, host: '127.0.0.1' });
    later(() => door.close());
    const { port } = door.server.address() as AddressInfo;
    const { handshakes, connections } = hub.admission;
    const counts = () => [handshakes.total, handshakes.networks, connections.total, connections.networks];
    const clients: RawClient[] = [];
    const texts = [request(), request({ Origin: 'http://evil' }), 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.0\r\n\r\n', ''];
    for (const text of texts) {
      const client = await RawClient.over(connect({ port, host: '127.0.0.1', localAddress: '127.0.0.3' }));
      client.send(text);
      clients.push(client);
    }
    await until(() => hub.connections.size === 1 && handshakes.total > 1);
    expect(counts().slice(1)).toEqual([1, 1, 1]);
    for (const client of clients) client.reset();
    await until(() => counts().every((count) => count === 0));
  });

  it('do not include what was handed to the HTTP server', async () => {
    const http = plainServer();
    later(() => http.closeAllConnections());
    const { server, refused } = await few({ maxPendingHandshakes: 1, http });
    for (let i = 0; i < 3; i++) {
      const client = await rawClient(server);
      client.send('GET /page HTTP/1.1\r\nHost: a\r\n\r\n');
      await client.until((received) => received.includes('GET /page'));
    }
    await answered(await rawClient(server));
    expect(refused).toEqual([]);
  });

  it('include TLS: one more is reset before it', async () => {
    const pair = selfSigned();
    const { server, refused } = await few({ maxPendingHandshakes: 1, tls: pair });
    const silent = await rawClient(server);
    await turnedAway(server);
    expect(refused).toMatchObject([[{ cause: { option: 'maxPendingHandshakes' } }, '127.0.0.1']]);
    silent.reset();
    const { port } = server.address as AddressInfo;
    for (let i = 0; i < 2; i++) {
      await room(server, () => {
        const socket = connectTls({ port, host: '127.0.0.1', ca: pair.cert, servername: 'localhost' });
        later(() => socket.destroy());
        return RawClient.over(socket, 'secureConnect');
      });
    }
  });
});

describe('connections of one address', () => {
  it('are as many as it may have: one more gets a 503 that says when to come back, and others have as many', async () => {
    const refused: [HandshakeError, string][] = [];
    const server = await start(echo, {
      maxConnectionsPerAddress: 1,
      onRefused: (error, address) => void refused.push([error, address]),
    });
    const { port } = server.address as AddressInfo;
    const open = async (localAddress: string): Promise<RawClient> => {
      const client = await RawClient.over(connect({ port, host: '127.0.0.1', localAddress }));
      later(() => client.socket.destroy());
      client.send(request());
      return client;
    };
    const first = await open('127.0.0.1');
    await first.head();
    const second = await open('127.0.0.1');
    const response = await second.response();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(response.body).not.toContain('maxConnections');
    expect(await (await open('127.0.0.2')).head()).toContain('101');
    expect(refused).toMatchObject([
      [{ code: 'UNAVAILABLE', cause: { option: 'maxConnectionsPerAddress', limit: 1 } }, '127.0.0.1'],
    ]);
    first.reset();
    await until(() => server.connections.size === 1);
    expect(await (await open('127.0.0.1')).head()).toContain('101');
  });
});
