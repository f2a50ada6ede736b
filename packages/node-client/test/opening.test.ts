import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BINARY,
  CLOSE,
  encodeCloseStatus,
  encodeFrame,
  type Frame,
  ResponseHeadDecoder,
  TEXT,
} from '@framewire/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ConnectOptions, connect } from '../src/index.ts';
import { attempt, failureOf } from './support/failures.ts';
import { cert, key } from './support/localhost-certificate.ts';
import { type Answer, closedPort, type RawRequest, rawServer, switching } from './support/raw-server.ts';

function frame(opcode: Frame['opcode'], payload: string | Uint8Array): Uint8Array {
  return encodeFrame({ opcode, fin: true, rsv1: false, payload: Buffer.from(payload) });
}

/** Sends a response and leaves the connection open. */
function says(response: (request: RawRequest) => string): Answer {
  return (socket, request) => void socket.write(response(request), 'latin1');
}

async function failureFor(answer: Answer, options: ConnectOptions = {}) {
  const server = await rawServer(answer);
  const ended = server.nextEnd();
  const error = await failureOf(attempt(`ws://127.0.0.1:${server.port}/`, options));
  // The client leaves no socket behind.
  await ended;
  return error;
}

describe('a response that does not complete the handshake', () => {
  it.each([
    ['a wrong Accept', 'ACCEPT_MISMATCH', () => switching({ accept: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' } as RawRequest)],
    [
      'an Accept in other case',
      'ACCEPT_MISMATCH',
      ({ accept }) => switching({ accept: accept.toUpperCase() } as RawRequest),
    ],
    ['no Accept', 'ACCEPT_MISMATCH', () => 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ['two Accepts', 'ACCEPT_MISMATCH', (request) => switching(request, `Sec-WebSocket-Accept: ${request.accept}`)],
    ['no Upgrade', 'UPGRADE_UNCONFIRMED', (request) => switching(request).replace('Upgrade: websocket\r\n', '')],
    ['another Upgrade', 'UPGRADE_UNCONFIRMED', (request) => switching(request).replace('websocket', 'h2c')],
    ['no Connection', 'UPGRADE_UNCONFIRMED', (request) => switching(request).replace('Connection: Upgrade\r\n', '')],
    [
      'another Connection',
      'UPGRADE_UNCONFIRMED',
      (request) => switching(request).replace('Connection: Upgrade', 'Connection: keep-alive'),
    ],
    ['HTTP/1.0', 'NOT_SWITCHED', (request) => switching(request).replace('HTTP/1.1', 'HTTP/1.0')],
    [
      'an extension nobody asked for',
      'EXTENSION_UNREQUESTED',
      (request) => switching(request, 'Sec-WebSocket-Extensions: permessage-deflate'),
    ],
    ['extensions that are none', 'EXTENSIONS_INVALID', (request) => switching(request, 'Sec-WebSocket-Extensions: ;')],
    [
      'a subprotocol nobody asked for',
      'SUBPROTOCOL_UNREQUESTED',
      (request) => switching(request, 'Sec-WebSocket-Protocol: chat'),
    ],
  ] as [string, string, (request: RawRequest) => string][])('is refused: %s', async (_name, code, response) => {
    const error = await failureFor(says(response));
    expect(error).toMatchObject({ code, phase: 'response', status: 101, response: { status: 101 } });
    expect(error.section).toMatch(/^RFC 6455/);
  });

  it.each([
    ['200 OK', 200],
    ['204 No Content', 204],
    ['301 Moved Permanently', 301],
    ['401 Unauthorized', 401],
    ['404 Not Found', 404],
    ['426 Upgrade Required', 426],
    ['503', 503],
  ])('is refused with its status and fields: %s', async (line, status) => {
    const error = await failureFor(
      says(
        () =>
          `HTTP/1.1 ${line}\r\nLocation: https://elsewhere.example/\r\nX-Why: because\r\nContent-Length: 3\r\n\r\nno!`,
      ),
    );
    expect(error).toMatchObject({ code: 'NOT_SWITCHED', phase: 'response', status });
    expect(error.message).toContain(line);
    expect(error.response?.fields).toContainEqual(['X-Why', 'because']);
    expect(error.response?.fields).toContainEqual(['Location', 'https://elsewhere.example/']);
  });

  it.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['the alert of a TLS server', '\x15\x03\x01\x00\x02\x02\x46'],
    ['bare line feeds', 'HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n'],
    ['a NUL', 'HTTP/1.1 101 Switching Protocols\r\nX: \0\r\n\r\n'],
    ['a folded field', 'HTTP/1.1 101 Switching Protocols\r\nX: 1\r\n 2\r\n\r\n'],
    ['space before a colon', 'HTTP/1.1 101 Switching Protocols\r\nX : 1\r\n\r\n'],
    ['an empty line first', '\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 101 Switching Protocols\r\n\r\n'],
  ])('is refused as no HTTP/1.1 at all: %s', async (_name, response) => {
    const error = await failureFor(says(() => response));
    expect(error).toMatchObject({ code: 'HEAD_INVALID', phase: 'response', status: 0 });
    expect(error.response).toBe(undefined);
  });

  it.each([
    ['fields', 'X-Endless: and on\r\n', 'HTTP/1.1 101 Switching Protocols\r\n'],
    ['a field', 'and on ', 'HTTP/1.1 101 Switching Protocols\r\nX-Endless: '],
    ['a status line', 'and on ', 'HTTP/1.1 101 '],
  ])('is refused when its head never ends: %s', async (_name, part, start) => {
    let sent = 0;
    const error = await failureFor((socket) => {
      socket.write(start);
      const more = (): void => {
        if (socket.destroyed) return;
        sent += part.length;
        socket.write(part, more);
      };
      more();
    });
    expect(error).toMatchObject({ code: 'HEAD_TOO_LARGE', phase: 'response', status: 0 });
    // What was in the buffers of the system comes on top.
    expect(sent).toBeLessThan(10 * 1024 * 1024);
  });

  it('is refused by the limits that are set', async () => {
    const response = (request: RawRequest): string => switching(request, `X-Long: ${'x'.repeat(300)}`);
    expect(await failureFor(says(response), { maxHeadBytes: 300 })).toMatchObject({ code: 'HEAD_TOO_LARGE' });
    expect(await failureFor(says(response), { maxFields: 3 })).toMatchObject({ code: 'HEAD_TOO_LARGE' });
  });

  it('comes from an HTTP server that knows no WebSocket', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(404, { 'X-Powered-By': 'nothing' }).end('Not here.');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const error = await failureOf(attempt(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`));
    expect(error).toMatchObject({ code: 'NOT_SWITCHED', status: 404, response: { reason: 'Not Found' } });
    expect(error.response?.fields).toContainEqual(['X-Powered-By', 'nothing']);
  });
});

describe('subprotocols', () => {
  const OFFER = { subprotocols: ['chat.v2', 'chat.v1'] };

  it('are offered in order, and the one chosen is told', async () => {
    const server = await rawServer(says((request) => switching(request, 'Sec-WebSocket-Protocol: chat.v1')));
    const connection = await connect(`ws://127.0.0.1:${server.port}/`, OFFER);
    expect(connection.subprotocol).toBe('chat.v1');
    expect(server.requests[0]?.head.fields).toContainEqual(['Sec-WebSocket-Protocol', 'chat.v2, chat.v1']);
    connection.terminate();
  });

  it('are required when offered, as browsers do', async () => {
    const error = await failureFor(says(switching), OFFER);
    expect(error).toMatchObject({ code: 'SUBPROTOCOL_REQUIRED', phase: 'response' });
  });

  it('need not be agreed on when that is said', async () => {
    const server = await rawServer(says(switching));
    const connection = await connect(`ws://127.0.0.1:${server.port}/`, { ...OFFER, requireSubprotocol: false });
    expect(connection.subprotocol).toBe('');
    connection.terminate();
  });

  it.each(['chat.v3', 'CHAT.V1', 'chat.v1, chat.v2'])('are refused when they were not offered: %s', async (chosen) => {
    const error = await failureFor(
      says((request) => switching(request, `Sec-WebSocket-Protocol: ${chosen}`)),
      OFFER,
    );
    expect(error).toMatchObject({ code: 'SUBPROTOCOL_UNREQUESTED' });
  });
});

describe('informational responses', () => {
  const HINT = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n';

  it('may come before the final one', async () => {
    const server = await rawServer(
      says((request) => `HTTP/1.1 100 Continue\r\n\r\n${HINT.repeat(7)}${switching(request)}`),
    );
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(connection.state).toBe('open');
    connection.terminate();
  });

  it('may come in segments of their own', async () => {
    const server = await rawServer((socket, request) => {
      const parts = ['HTTP/1.1 100 Conti', 'nue\r\n\r\n', HINT, `${HINT}HTTP`, switching(request).slice(4)];
      const next = (): void => {
        const part = parts.shift();
        if (part !== undefined) socket.write(part, () => void setImmediate(next));
      };
      next();
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(connection.state).toBe('open');
    connection.terminate();
  });

  it('are refused when they do not end', async () => {
    const error = await failureFor((socket) => void socket.write(HINT.repeat(1000)));
    expect(error).toMatchObject({ code: 'NOT_SWITCHED', status: 103 });
  });
});

describe('bytes behind the response', () => {
  const FRAMES = Buffer.concat([frame(TEXT, 'one'), frame(BINARY, Uint8Array.of(1, 2, 3)), frame(TEXT, 'three')]);
  const CLOSING = frame(CLOSE, encodeCloseStatus(1000, 'done'));

  it('are frames, wherever the stream is cut', async () => {
    let cut = 0;
    const server = await rawServer((socket, request) => {
      const bytes = Buffer.concat([Buffer.from(switching(request)), FRAMES, CLOSING]);
      socket.setNoDelay(true);
      socket.write(bytes.subarray(0, cut));
      // The client's kernel may join the two; over all cuts, most stay apart.
      setImmediate(() => setImmediate(() => socket.end(bytes.subarray(cut))));
    });
    const length = switching({ accept: 'x'.repeat(28) } as RawRequest).length + FRAMES.length + CLOSING.length;
    for (cut = 0; cut <= length; cut++) {
      const connection = await connect(`ws://127.0.0.1:${server.port}/`);
      const messages: unknown[] = [];
      for await (const message of connection) messages.push(message);
      expect(messages).toEqual(['one', Uint8Array.of(1, 2, 3), 'three']);
      expect(await connection.closed).toMatchObject({ code: 1000, reason: 'done', clean: true });
    }
  }, 30_000);

  it('are delivered when the stream ends right behind them', async () => {
    const server = await rawServer(
      (socket, request) => void socket.end(Buffer.concat([Buffer.from(switching(request)), FRAMES])),
    );
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    const closure = await connection.closed;
    expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'LOST' } });
    const messages: unknown[] = [];
    const reading = (async () => {
      for await (const message of connection) messages.push(message);
    })();
    await expect(reading).rejects.toBe(closure.error);
    expect(messages.length).toBe(3);
  });
});

describe('no connection', () => {
  it('is told with the cause of it', async () => {
    const port = await closedPort();
    const error = await failureOf(attempt(`ws://127.0.0.1:${port}/`));
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'connect', status: 0 });
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED', port });
    expect(error.message).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
    expect(error.response).toBe(undefined);
  });

  it('is told for each address of a name', async () => {
    const port = await closedPort();
    const error = await failureOf(
      attempt(`ws://two.example:${port}/`, {
        lookup: (_hostname, _options, callback) =>
          callback(null, [
            { address: '127.0.0.1', family: 4 },
            { address: '127.0.0.2', family: 4 },
          ]),
      }),
    );
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'connect' });
    expect(error.cause).toBeInstanceOf(AggregateError);
    expect(error.message).toContain(`ECONNREFUSED 127.0.0.1:${port}; `);
    expect(error.message).toContain(`ECONNREFUSED 127.0.0.2:${port}`);
  });

  it('is told when the name is not known', async () => {
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.example'), { code: 'ENOTFOUND' });
    const error = await failureOf(
      attempt('ws://nowhere.example/', { lookup: (_hostname, _options, callback) => callback(notFound, '') }),
    );
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'connect', cause: { code: 'ENOTFOUND' } });
  });

  it('is told when an error is no Error', async () => {
    const odd = new AggregateError(['one', new Error('two')]);
    const error = await failureOf(
      attempt('ws://odd.example/', { lookup: (_hostname, _options, callback) => callback(odd, '') }),
    );
    expect(error.message).toContain('one; two.');
    expect(error.cause).toBe(odd);
  });
});

/** The places at which an opening can come to a halt. */
interface Halt {
  readonly phase: string;
  /** Starts an opening that halts there, and resolves when it has. */
  reach(options: ConnectOptions): Promise<ReturnType<typeof attempt> & { readonly socket?: Socket }>;
}

async function halted(answer: Answer, options: ConnectOptions, secure = false, isThere = (): boolean => true) {
  let arrived: (socket: Socket) => void = () => {};
  const arrival = new Promise<Socket>((resolve) => {
    arrived = resolve;
  });
  const answered: Answer = (socket, request) => {
    answer(socket, request);
    arrived(socket);
  };
  // What a TLS client says first is no request, so nothing is read of it.
  const server = await rawServer(answered, secure ? { connected: (socket) => arrived(socket) } : {});
  const one = attempt(`${secure ? 'wss' : 'ws'}://127.0.0.1:${server.port}/`, options);
  const socket = await arrival;
  if (secure) await once(socket, 'readable');
  while (!isThere()) await nextTurn();
  return { ...one, socket };
}

const HALTS: readonly Halt[] = [
  {
    phase: 'connect',
    reach: async (options) => {
      let asked: () => void = () => {};
      const asking = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const one = attempt('ws://slow.example/', { ...options, lookup: () => asked() });
      await asking;
      return one;
    },
  },
  { phase: 'tls', reach: (options) => halted(() => {}, options, true) },
  { phase: 'request', reach: (options) => halted(() => {}, options) },
  {
    phase: 'response',
    reach: (options) => {
      const push = vi.spyOn(ResponseHeadDecoder.prototype, 'push');
      onTestFinished(() => push.mockRestore());
      return halted(
        (socket) => void socket.write('HTTP/1.1 101 Swit'),
        options,
        false,
        () => push.mock.calls.length > 0,
      );
    },
  },
];

describe.each(HALTS)('an opening that halts in the phase $phase', ({ phase, reach }) => {
  it('ends when its time is up', async () => {
    const { clock, failure, socket } = await reach({ handshakeTimeout: 4000 });
    expect(clock.pending).toBe(1);
    clock.advance(3999);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    const error = await failureOf({ clock, failure });
    expect(error).toMatchObject({ code: 'HANDSHAKE_TIMEOUT', phase, status: 0 });
    expect(error.message).toContain('4000 ms');
    if (socket !== undefined) await once(socket.resume(), 'close');
  });

  it('ends when its signal is aborted, with the reason of that', async () => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const { clock, failure, socket } = await reach({ signal: controller.signal });
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    expect(clock.pending).toBe(0);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    if (socket !== undefined) await once(socket.resume(), 'close');
  });

  if (phase === 'connect') return;
  const code = phase === 'tls' ? 'NOT_CONNECTED' : 'NOT_SWITCHED';

  it('ends when the server closes the connection', async () => {
    const { clock, failure, socket } = await reach({});
    socket?.end();
    const error = await failureOf({ clock, failure });
    expect(error).toMatchObject({ code, phase, status: 0 });
    expect(error.message).toMatch(
      phase === 'tls'
        ? /before secure TLS/
        : phase === 'request'
          ? /without a response/
          : /in the middle of its response/,
    );
  });

  it('ends when the server resets the connection', async () => {
    const { clock, failure, socket } = await reach({});
    socket?.resetAndDestroy();
    const error = await failureOf({ clock, failure });
    expect(error).toMatchObject({ code, phase, status: 0, cause: { code: 'ECONNRESET' } });
  });
});

describe('a signal', () => {
  it('that was aborted before opens nothing', async () => {
    let lookups = 0;
    const { clock, failure } = attempt('ws://never.example/', {
      signal: AbortSignal.abort('before'),
      lookup: () => void lookups++,
    });
    expect(await failure).toBe('before');
    expect(lookups).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('has no effect once the connection is open', async () => {
    const server = await rawServer(says(switching));
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const connection = await connect(`ws://127.0.0.1:${server.port}/`, { signal: controller.signal });
    expect(removed).toHaveBeenCalledTimes(1);
    controller.abort();
    await nextTurn();
    expect(connection.state).toBe('open');
    connection.terminate();
  });
});

describe('TLS', () => {
  const secured = (options: Parameters<typeof rawServer>[1] = {}) =>
    rawServer(says(switching), { tls: { cert, key }, ...options });

  it('opens a connection to a server whose certificate is trusted', async () => {
    const server = await secured();
    const connection = await connect(`wss://127.0.0.1:${server.port}/`, { tls: { ca: cert } });
    expect(connection.url).toBe(`wss://127.0.0.1:${server.port}/`);
    expect(connection.remoteAddress).toBe('127.0.0.1');
    connection.terminate();
  });

  it('sends the name it asks for, but no IP address, and offers HTTP/1.1 alone', async () => {
    const names: string[] = [];
    const protocols: string[][] = [];
    const server = await secured({
      tls: {
        cert,
        key,
        SNICallback: (name, callback) => {
          names.push(name);
          callback(null);
        },
        ALPNCallback: ({ protocols: offered }) => {
          protocols.push(offered);
          return offered[0];
        },
      },
    });
    const lookup: ConnectOptions['lookup'] = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const named = await connect(`wss://localhost:${server.port}/`, { tls: { ca: cert }, lookup });
    const numbered = await connect(`wss://127.0.0.1:${server.port}/`, { tls: { ca: cert } });
    expect(names).toEqual(['localhost']);
    expect(protocols).toEqual([['http/1.1'], ['http/1.1']]);
    named.terminate();
    numbered.terminate();
  });

  it.each([
    ['nobody has signed', {}, 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['names another host', { ca: cert }, 'other.example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('refuses a certificate that %s', async (_name, tls, hostname, code) => {
    const server = await secured();
    const lookup: ConnectOptions['lookup'] = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const error = await failureOf(attempt(`wss://${hostname}:${server.port}/`, { tls, lookup }));
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'tls', status: 0, cause: { code } });
    expect(server.requests).toEqual([]);
  });

  it('takes any certificate when told so, and checks it for another name when given one', async () => {
    const server = await secured();
    const careless = await connect(`wss://127.0.0.1:${server.port}/`, { tls: { rejectUnauthorized: false } });
    const named = await connect(`wss://127.0.0.1:${server.port}/`, { tls: { ca: cert, servername: 'localhost' } });
    careless.terminate();
    named.terminate();
  });

  it('asks a function whether it is the right server, and bears that the function throws', async () => {
    const server = await secured();
    const url = `wss://127.0.0.1:${server.port}/`;
    const asked: string[] = [];
    const checkServerIdentity = (hostname: string): undefined => {
      asked.push(hostname);
    };
    const connection = await connect(url, { tls: { ca: cert, checkServerIdentity } });
    expect(asked).toEqual(['127.0.0.1']);
    connection.terminate();
    for (const thrown of [new Error('not this one'), 'not this one']) {
      const refusing = (): never => {
        throw thrown;
      };
      const error = await failureOf(attempt(url, { tls: { ca: cert, checkServerIdentity: refusing } }));
      expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'tls', cause: { message: 'not this one' } });
    }
  });

  it('shows a certificate of its own', async () => {
    const server = await secured({ tls: { cert, key, ca: cert, requestCert: true } });
    const connection = await connect(`wss://127.0.0.1:${server.port}/`, { tls: { ca: cert, cert, key } });
    connection.terminate();
    const error = await failureOf(attempt(`wss://127.0.0.1:${server.port}/`, { tls: { ca: cert } }));
    expect(error.cause).toMatchObject({ code: expect.stringMatching(/CERTIFICATE_REQUIRED|ECONNRESET/) });
  });

  it('fails with a server that speaks none', async () => {
    const server = await rawServer(() => {}, {
      connected: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    });
    const error = await failureOf(attempt(`wss://127.0.0.1:${server.port}/`));
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'tls' });
    expect(String(error.cause)).toMatch(/wrong version number|packet length too long|ECONNRESET/);
  });
});
