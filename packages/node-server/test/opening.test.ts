import { once } from 'node:events';
import { handshakeError, REFUSALS } from '@framewire/protocol';
import { bytewise, everySplit, FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { type HandshakeError, refuse, type ServeOptions, type UpgradeRequest } from '../src/index.ts';
import { ACCEPT, closeFrame, KEY, request, textFrame } from './support/raw-client.ts';
import { type Deferred, deferred, echo, later, rawClient, start, until } from './support/servers.ts';

type RefusalCode = HandshakeError['code'];

interface Row {
  readonly code: RefusalCode;
  readonly what: string;
  readonly raw: string;
  readonly options?: ServeOptions;
  readonly headers?: Readonly<Record<string, string>>;
}

const UPGRADE = { connection: 'close, Upgrade', upgrade: 'websocket' };

const rows: readonly Row[] = [
  { code: 'BAD_METHOD', what: 'a POST', raw: request({}, 'POST / HTTP/1.1'), headers: { allow: 'GET' } },
  { code: 'BAD_METHOD', what: 'a HEAD', raw: request({}, 'HEAD / HTTP/1.1') },
  { code: 'BAD_METHOD', what: 'the preface of HTTP/2', raw: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { code: 'BAD_HTTP_VERSION', what: 'HTTP/1.0', raw: request({}, 'GET / HTTP/1.0') },
  { code: 'HEAD_INVALID', what: 'no HTTP at all', raw: 'hello\r\n\r\n' },
  { code: 'HEAD_INVALID', what: 'a bare line feed', raw: request().replace('\r\n', '\n') },
  { code: 'HEAD_INVALID', what: 'a space before a colon', raw: request({ 'X ': '1' }) },
  { code: 'HEAD_TOO_LARGE', what: '101 fields', raw: request(Object.fromEntries(many(96))) },
  { code: 'HEAD_TOO_LARGE', what: '16 KiB', raw: request({ 'X-Long': 'x'.repeat(16_384) }) },
  { code: 'TARGET_INVALID', what: 'no path', raw: request({}, 'GET * HTTP/1.1') },
  { code: 'TARGET_INVALID', what: 'the URL of another host', raw: request({}, 'GET http://evil.example/ HTTP/1.1') },
  { code: 'HOST_INVALID', what: 'no Host', raw: request({ Host: undefined }) },
  { code: 'HOST_INVALID', what: 'two Hosts', raw: request({ host: 'other.example' }) },
  { code: 'BODY_UNEXPECTED', what: 'a Content-Length', raw: request({ 'Content-Length': '5' }) },
  { code: 'BODY_UNEXPECTED', what: 'a Transfer-Encoding', raw: request({ 'Transfer-Encoding': 'chunked' }) },
  { code: 'UPGRADE_MISSING', what: 'a plain GET', raw: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', headers: UPGRADE },
  { code: 'UPGRADE_MISSING', what: 'another protocol', raw: request({ Upgrade: 'h2c' }), headers: UPGRADE },
  {
    code: 'UPGRADE_MISSING',
    what: 'no Upgrade in Connection',
    raw: request({ Connection: 'close' }),
    headers: UPGRADE,
  },
  ...['8', '7', '013', ''].map((version): Row => {
    const headers = { ...UPGRADE, 'sec-websocket-version': '13' };
    const raw = request({ 'Sec-WebSocket-Version': version });
    return { code: 'VERSION_UNSUPPORTED', what: `version ${version}`, raw, headers };
  }),
  { code: 'VERSION_UNSUPPORTED', what: 'no version', raw: request({ 'Sec-WebSocket-Version': undefined }) },
  { code: 'KEY_INVALID', what: 'no key', raw: request({ 'Sec-WebSocket-Key': undefined }) },
  { code: 'KEY_INVALID', what: '15 bytes', raw: request({ 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }) },
  { code: 'KEY_INVALID', what: 'two keys', raw: request({ 'sec-websocket-key': KEY }) },
  { code: 'ORIGIN_REFUSED', what: 'a stranger', raw: request({ Origin: 'http://evil.example' }) },
  { code: 'ORIGIN_REFUSED', what: 'another scheme', raw: request({ Origin: 'https://example.com' }) },
  { code: 'ORIGIN_REFUSED', what: 'a sandboxed page', raw: request({ Origin: 'null' }) },
  { code: 'SUBPROTOCOL_INVALID', what: 'no tokens', raw: request({ 'Sec-WebSocket-Protocol': 'a b' }) },
  { code: 'SUBPROTOCOL_INVALID', what: 'one twice', raw: request({ 'Sec-WebSocket-Protocol': 'a, a' }) },
  {
    code: 'SUBPROTOCOL_REQUIRED',
    what: 'none in common',
    raw: request({ 'Sec-WebSocket-Protocol': 'b' }),
    options: { subprotocols: ['a'], requireSubprotocol: true },
  },
  { code: 'EXTENSIONS_INVALID', what: 'no grammar', raw: request({ 'Sec-WebSocket-Extensions': 'a;;b' }) },
];

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`X-${i}`, 'x']);
}

/** A refusal as it must look on the wire. */
async function expectRefusal(
  options: ServeOptions,
  code: RefusalCode,
  send: (client: Awaited<ReturnType<typeof rawClient>>) => void,
): Promise<Map<string, string>> {
  const refused: HandshakeError[] = [];
  let addresses = '';
  const server = await start(
    () => {
      throw new Error('The handler must not be called.');
    },
    {
      ...options,
      onRefused: (error, remoteAddress) => {
        refused.push(error);
        addresses += remoteAddress;
      },
    },
  );
  const client = await rawClient(server);
  send(client);
  const { status, headers } = await client.response();
  expect(status).toBe(refused[0]?.status);
  expect(refused.map((error) => error.code)).toEqual([code]);
  expect(refused[0]?.section).toMatch(/^RFC \d+ /);
  expect(addresses).toBe('127.0.0.1');
  expect(headers.get('connection')).toContain('close');
  expect(client.error).toBe(undefined);
  expect(server.connections.size).toBe(0);
  return new Map(headers);
}

describe('what the server refuses', () => {
  it.each(rows)('$code: $what', async ({ code, raw, options = {}, headers = {} }) => {
    const { status, message } = REFUSALS[code];
    for (const chunks of [[Buffer.from(raw, 'latin1')], bytewise(Buffer.from(raw, 'latin1'))]) {
      const refused: HandshakeError[] = [];
      const server = await start(echo, { ...options, onRefused: (error) => refused.push(error) });
      const client = await rawClient(server);
      await client.sendSlowly(chunks);
      const response = await client.response();
      expect(response.status).toBe(status);
      for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(Number(response.headers.get('content-length'))).toBe(message.length + 1);
      expect(response.body).toBe(raw.startsWith('HEAD') ? '' : `${message}\n`);
      expect(refused.map((error) => [error.code, error.status])).toEqual([[code, status]]);
      expect(client.error).toBe(undefined);
    }
  });

  it('has a row for everything a server refuses on its own', () => {
    const others: RefusalCode[] = ['REFUSED', 'UNAVAILABLE', 'HANDSHAKE_TIMEOUT'];
    const codes = Object.entries(REFUSALS).filter(([, { status }]) => status !== 0);
    expect(new Set([...rows.map(({ code }) => code), ...others])).toEqual(new Set(codes.map(([code]) => code)));
  });

  it('sends the response also to a client that goes on sending', async () => {
    await expectRefusal({}, 'UPGRADE_MISSING', (client) => {
      client.send('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n'.replace('POST', 'GET'));
      client.send('x'.repeat(100_000));
    });
  });

  it('sends the response also to a client that has ended its sending side', async () => {
    await expectRefusal({}, 'UPGRADE_MISSING', (client) => {
      client.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    });
  });

  it('takes a limited number of bytes after the refusal', async () => {
    const server = await start();
    const client = await rawClient(server, true);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.head();
    const noise = Buffer.alloc(64 * 1024);
    const closed = once(client.socket, 'close').catch(() => {});
    while (!client.socket.destroyed && client.error === undefined) {
      await new Promise((resolve) => client.socket.write(noise, resolve));
    }
    await closed;
    expect(['ECONNRESET', 'EPIPE']).toContain(client.error?.code);
  });

  it('waits for a refused client to hang up, but not for long', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock });
    const client = await rawClient(server, true);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.finished;
    clock.advance(1_999);
    client.send('still here');
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(clock.pending).toBe(0);
    // Now that the socket is gone, what is sent to it comes back as a reset.
    const closed = new Promise((resolve) => client.socket.on('close', resolve));
    while (!client.socket.destroyed) await new Promise((resolve) => client.socket.write('x', resolve));
    await closed;
    expect(['ECONNRESET', 'EPIPE']).toContain(client.error?.code);
  });

  it('survives a client that resets while it is refused', async () => {
    const server = await start(echo, { onRefused: () => client.reset() });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client.socket, 'close');
    await server.close();
  });
});

describe('what the server accepts', () => {
  it('answers as RFC 6455 shows', async () => {
    const client = await rawClient(await start());
    client.send(request());
    expect(await client.head()).toBe(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${ACCEPT}`,
        '\r\n',
      ].join('\r\n'),
    );
  });

  it('picks a subprotocol and adds the fields of responseHeaders', async () => {
    const server = await start(echo, {
      subprotocols: ['b', 'a'],
      responseHeaders: ({ path }) => ({ 'Set-Cookie': ['a=1', 'b=2'], 'X-Path': path }),
    });
    const client = await rawClient(server);
    client.send(request({ 'Sec-WebSocket-Protocol': 'a, b' }, 'GET /p HTTP/1.1'));
    const head = await client.head();
    expect(head).toContain('Sec-WebSocket-Protocol: b\r\n');
    expect(head).toContain('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Path: /p\r\n');
    expect([...server.connections][0]?.subprotocol).toBe('b');
  });

  it('knows a request behind a proxy that ends TLS for what it was', async () => {
    const urls: string[] = [];
    const server = await start((_, { url, secure, tls }) => void urls.push(`${url} ${secure} ${tls}`), {
      secure: true,
    });
    const client = await rawClient(server);
    client.send(request({ Origin: 'https://example.com' }, 'GET /?a HTTP/1.1'));
    await client.head();
    expect(urls).toEqual(['wss://example.com/?a true undefined']);
  });

  it('takes frames that come with the request, wherever the bytes are cut', async () => {
    for (const count of [0, 1, 3]) {
      const frames = Array.from({ length: count }, (_, i) => textFrame(`message ${i}`));
      const bytes = Buffer.concat([Buffer.from(request(), 'latin1'), ...frames]);
      const server = await start();
      for (const chunks of everySplit(bytes)) {
        const client = await rawClient(server);
        await client.sendSlowly(chunks);
        expect(await client.texts(count)).toEqual(frames.map((_, i) => `message ${i}`));
        client.socket.destroy();
      }
    }
  });

  it('takes a whole conversation in one segment', async () => {
    const server = await start();
    const client = await rawClient(server);
    client.send(request(), textFrame('a'), textFrame('b'), closeFrame());
    const frames = await client.receiveFrames(3);
    expect(frames.map(({ opcode }) => opcode)).toEqual([1, 1, 8]);
    await client.finished;
  });
});

/** A server whose authorize waits for the test. */
async function judging(options: ServeOptions = {}) {
  const verdict: Deferred<unknown> = deferred<unknown>();
  const requests: UpgradeRequest[] = [];
  const errors: unknown[] = [];
  const refused: HandshakeError[] = [];
  const server = await start(echo, {
    authorize: (upgrade) => {
      requests.push(upgrade);
      return verdict.promise as Promise<undefined>;
    },
    onError: (error) => errors.push(error),
    onRefused: (error) => refused.push(error),
    ...options,
  });
  const client = await rawClient(server);
  return { server, client, verdict, requests, errors, refused };
}

describe('while authorize runs', () => {
  it('keeps frames that come early, and delivers them after the answer', async () => {
    const { client, verdict, requests } = await judging();
    client.send(request(), textFrame('one'));
    await until(() => requests.length === 1);
    client.send(textFrame('two'));
    await client.sendSlowly(bytewise(textFrame('three')));
    expect(client.received.length).toBe(0);
    verdict.resolve(undefined);
    expect(await client.texts(3)).toEqual(['one', 'two', 'three']);
  });

  it('refuses a client that sends more than a little before the answer', async () => {
    const { client, requests, refused } = await judging();
    client.send(request());
    await until(() => requests.length === 1);
    client.send('x'.repeat(16 * 1024 + 1));
    expect((await client.response()).status).toBe(400);
    expect(refused.map(({ code }) => code)).toEqual(['BODY_UNEXPECTED']);
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('refuses a client that sends too much with the request itself', async () => {
    const { client, refused, verdict } = await judging();
    client.send(request(), 'x'.repeat(16 * 1024 + 1));
    expect((await client.response()).status).toBe(400);
    expect(refused.map(({ code }) => code)).toEqual(['BODY_UNEXPECTED']);
    verdict.resolve(undefined);
  });

  it.each(['reset', 'end', 'destroy'] as const)('aborts the signal when the client is gone: %s', async (how) => {
    const { server, client, verdict, requests, errors } = await judging();
    client.send(request());
    await until(() => requests.length === 1);
    const { signal } = requests[0] as UpgradeRequest;
    expect(signal.aborted).toBe(false);
    if (how === 'reset') client.reset();
    else client.socket[how]();
    await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ name: 'ConnectionClosedError', code: 'LOST' });
    verdict.resolve(undefined);
    await server.close();
    expect(errors).toEqual([]);
    expect(server.connections.size).toBe(0);
  });

  it('does not open a connection whose client went in the same turn', async () => {
    const { server, client, verdict, requests } = await judging();
    client.send(request());
    await until(() => requests.length === 1);
    requests[0]?.signal.addEventListener('abort', () => verdict.resolve(undefined));
    client.reset();
    await once(requests[0]?.signal as AbortSignal, 'abort');
    await server.close();
    expect(server.connections.size).toBe(0);
  });

  it('ends with the deadline, which is no fault of the client', async () => {
    const clock = new FakeClock();
    const { client, verdict, requests, refused } = await judging({ clock, handshakeTimeout: 1_000 });
    client.send(request());
    await until(() => requests.length === 1);
    clock.advance(999);
    expect(requests[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect((await client.response()).status).toBe(503);
    expect(refused.map(({ code }) => code)).toEqual(['HANDSHAKE_TIMEOUT']);
    expect(requests[0]?.signal.reason).toBe(refused[0]);
    verdict.resolve(undefined);
  });

  it('refuses with a redirect, with fields and with a body', async () => {
    const server = await start(echo, {
      authorize: ({ path }) => {
        if (path === '/old') return refuse(307, { headers: { Location: '/new' } });
        return refuse(401, { headers: [['WWW-Authenticate', 'Bearer']], body: '{}' });
      },
    });
    const old = await rawClient(server);
    old.send(request({}, 'GET /old HTTP/1.1'));
    const redirect = await old.response();
    expect([redirect.status, redirect.headers.get('location')]).toEqual([307, '/new']);
    const other = await rawClient(server);
    other.send(request());
    const response = await other.response();
    expect(response).toMatchObject({ status: 401, reason: 'Unauthorized', body: '{}' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('gives the handler what it returned', async () => {
    const seen: string[] = [];
    const { serve } = await import('../src/index.ts');
    const server = await serve<{ user: string }>((_, { context }) => void seen.push(context.user), {
      port: 0,
      host: '127.0.0.1',
      authorize: async ({ query }) => ({ user: query.slice(1) }),
    });
    later(() => server.close({ deadline: 0 }));
    const client = await rawClient(server);
    client.send(request({}, 'GET /?ann HTTP/1.1'));
    await client.head();
    expect(seen).toEqual(['ann']);
  });

  it('answers 500 and tells onError when it rejects, and says no more', async () => {
    const { client, verdict, requests, errors } = await judging();
    client.send(request());
    await until(() => requests.length === 1);
    const error = new Error('the database password is wrong');
    verdict.reject(error);
    const response = await client.response();
    expect(response.status).toBe(500);
    expect(client.received.toString()).not.toContain('database');
    expect(errors).toEqual([error]);
  });
});

describe('the functions of the application', () => {
  const failure = new Error('no luck');
  const fail = (): never => {
    throw failure;
  };

  it.each<[string, ServeOptions]>([
    ['authorize', { authorize: fail }],
    ['responseHeaders', { responseHeaders: fail }],
    ['origins', { origins: fail }],
    ['subprotocols', { subprotocols: fail }],
  ])('may throw: %s', async (_, options) => {
    const errors: unknown[] = [];
    const server = await start(echo, { ...options, onError: (error) => errors.push(error) });
    const client = await rawClient(server);
    client.send(request({ Origin: 'http://a.example', 'Sec-WebSocket-Protocol': 'a' }));
    if (options.origins === undefined) {
      client.socket.destroy();
      const again = await rawClient(server);
      again.send(request({ 'Sec-WebSocket-Protocol': 'a' }));
      expect((await again.response()).status).toBe(500);
    } else {
      expect((await client.response()).status).toBe(500);
    }
    expect(errors).toEqual([failure]);
  });

  it.each([0, 200, 401])('may throw the HandshakeError of a client of theirs: status %i', async (status) => {
    const error = handshakeError('NOT_SWITCHED', undefined, { status });
    const errors: unknown[] = [];
    const server = await start(echo, {
      authorize: () => {
        throw error;
      },
      onError: (thrown) => errors.push(thrown),
    });
    const client = await rawClient(server);
    client.send(request());
    expect((await client.response()).status).toBe(500);
    expect(errors).toEqual([error]);
  });

  it.each([0, 200, 999])('may throw a HandshakeError with a status that refuses nobody: %i', async (status) => {
    const error = handshakeError('REFUSED', undefined, { status });
    const errors: unknown[] = [];
    const server = await start(echo, {
      origins: () => {
        throw error;
      },
      onError: (thrown) => errors.push(thrown),
    });
    const client = await rawClient(server);
    client.send(request({ Origin: 'http://example.com' }));
    expect((await client.response()).status).toBe(500);
    expect(errors).toEqual([error]);
  });

  it.each(['origins', 'subprotocols', 'responseHeaders'])('must not answer with a promise: %s', async (name) => {
    const errors: unknown[] = [];
    const slow = async () => {
      throw new Error('too late to matter');
    };
    const server = await start(echo, {
      [name]: slow,
      onError: (error: unknown) => errors.push(error),
    } as unknown as ServeOptions);
    const client = await rawClient(server);
    client.send(request({ Origin: 'http://example.com', 'Sec-WebSocket-Protocol': 'a' }));
    expect((await client.response()).status).toBe(500);
    expect(errors).toMatchObject([{ code: 'INVALID_OPTION', message: expect.stringMatching(`^${name} must answer`) }]);
  });

  it('may give fields that cannot be sent', async () => {
    const errors: unknown[] = [];
    const server = await start(echo, {
      responseHeaders: () => ({ 'X-Evil': 'a\r\nb: c' }),
      onError: (error) => errors.push(error),
    });
    const client = await rawClient(server);
    client.send(request());
    expect((await client.response()).status).toBe(500);
    expect(errors).toMatchObject([{ name: 'UsageError', code: 'INVALID_OPTION' }]);
  });

  it('may close the server', async () => {
    const server = await start(echo, {
      responseHeaders: () => {
        void server.close();
        return {};
      },
    });
    const client = await rawClient(server);
    client.send(request());
    expect((await client.response()).status).toBe(503);
    client.socket.end();
    await server.close();
  });
});

describe('the deadline', () => {
  it('answers 408 to a head that does not end', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock, handshakeTimeout: 5_000 });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\n');
    // Another client makes sure that the first one's bytes were read.
    const other = await rawClient(server);
    other.send(request());
    await other.head();
    for (let second = 0; second < 5; second++) {
      expect(client.ended).toBe(false);
      client.send(`X-${second}: x\r\n`);
      clock.advance(1_000);
    }
    expect((await client.response()).status).toBe(408);
    expect(server.connections.size).toBe(1);
  });

  it('closes a socket that says nothing without a word', async () => {
    const clock = new FakeClock();
    const refused: HandshakeError[] = [];
    const server = await start(echo, { clock, onRefused: (error) => refused.push(error) });
    const client = await rawClient(server);
    await until(() => clock.pending === 1);
    clock.advance(10_000);
    await client.finished;
    expect(client.received.length).toBe(0);
    expect(refused).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is over when the handshake is', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock, keepalive: false });
    const client = await rawClient(server);
    client.send(request());
    await client.head();
    expect(clock.pending).toBe(0);
    clock.advance(1_000_000);
    client.send(textFrame('still here'));
    expect(await client.texts(1)).toEqual(['still here']);
  });
});

describe('a peer that goes early', () => {
  it.each(['reset', 'end'] as const)('before it says anything: %s', async (how) => {
    const clock = new FakeClock();
    const server = await start(echo, { clock });
    const client = await rawClient(server);
    await until(() => clock.pending === 1);
    if (how === 'end') client.socket.end();
    else client.reset();
    await until(() => clock.pending === 0);
    await server.close();
  });

  it.each(['reset', 'end'] as const)('in the middle of the head: %s', async (how) => {
    const clock = new FakeClock();
    const server = await start(echo, { clock });
    const client = await rawClient(server);
    client.send('GET / HTTP/1.1\r\n');
    await until(() => clock.pending === 1);
    if (how === 'end') client.socket.end();
    else client.reset();
    await until(() => clock.pending === 0);
    await server.close();
  });

  it('right behind a whole request', async () => {
    const errors: unknown[] = [];
    const server = await start(echo, { onError: (error) => errors.push(error) });
    for (let i = 0; i < 50; i++) {
      const client = await rawClient(server);
      client.send(request());
      client.reset();
    }
    const client = await rawClient(server);
    client.send(request(), textFrame('alive'));
    expect(await client.texts(1)).toEqual(['alive']);
    expect(errors).toEqual([]);
  });
});

describe('hundreds of bad handshakes', () => {
  it('leave nothing behind: no timer, no socket, no place taken', async () => {
    const clock = new FakeClock();
    const server = await start(echo, { clock, keepalive: false, maxConnections: 1 });
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    for (let round = 0; round < 8; round++) {
      const bad = rows.filter(({ options }) => options === undefined);
      const clients = await Promise.all(bad.map(() => rawClient(server)));
      for (const [i, client] of clients.entries()) {
        const { raw } = bad[i] as Row;
        // Whole, cut in the middle and then reset, or whole with a reset on its heels.
        client.send(round % 3 === 1 ? raw.slice(0, raw.length / 2) : raw);
        if (round % 3 > 0) client.reset();
      }
      await Promise.all(clients.map((client) => client.finished));
    }
    await until(() => clock.pending === 0 && sockets() === before);
    const client = await rawClient(server);
    client.send(request(), textFrame('there is room'));
    expect(await client.texts(1)).toEqual(['there is room']);
    expect(clock.pending).toBe(0);
  });
});
