// TLS with a certificate nobody else has signed: our client and our server with each other and with ws, both ways, wrong authorities
// refused; and upgrade() on the HTTP servers people have, plain and secure.

import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, get, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Connection, connect, HandshakeError } from '@framewire/node-client';
import { type Server, serve, type UpgradeServer, upgrade } from '@framewire/node-server';
import express from 'express';
import fastify from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { selfSigned } from '../../../packages/node-server/test/support/self-signed.ts';
import { payloads, same } from '../peers/payloads.mjs';

const MINE = selfSigned();
const STRANGERS = selfSigned();
const LIMITS = { maxMessageSize: 8 * 1024 * 1024, maxSendQueue: 64 * 1024 * 1024 };
const TRUSTING = { ...LIMITS, tls: { ca: MINE.cert } };

async function echo(connection: Connection): Promise<void> {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}

/** Every kind and size goes there and comes back while we go on sending, and the closing handshake is clean. */
async function converse(url: string, tls?: { readonly ca: string }): Promise<void> {
  const connection = await connect(url, { ...LIMITS, ...(tls !== undefined && { tls }) });
  const sent = payloads();
  for (const payload of sent) connection.send(payload);
  let received = 0;
  for await (const message of connection) {
    expect(same(message, sent[received]), `message ${received}`).toBe(true);
    if (++received === sent.length) break;
  }
  expect(await connection.close(3001, 'fin 👋')).toMatchObject({ clean: true, code: 3001, receivedFirst: false });
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

async function failureOf(opening: Promise<Connection>): Promise<HandshakeError> {
  const error: unknown = await opening.then(
    () => 'it opened',
    (reason: unknown) => reason,
  );
  if (!(error instanceof HandshakeError)) throw new Error(`Not a HandshakeError: ${String(error)}`);
  return error;
}

describe('serve() with TLS', () => {
  let server: Server;

  beforeAll(async () => {
    const { key, cert } = MINE;
    server = await serve(echo, { host: '127.0.0.1', port: 0, ...LIMITS, tls: { key, cert } });
  });
  afterAll(() => server.close({ deadline: 0 }));

  it('says that it is wss', () => {
    expect(server.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
  });

  it('echoes every kind and size to our client', () => converse(server.url, TRUSTING.tls));

  it('is found by name, too', () => converse(server.url.replace('127.0.0.1', 'localhost'), TRUSTING.tls));

  it('echoes every kind and size to the client of ws', async () => {
    const socket = new WebSocket(server.url, { ca: MINE.cert });
    await once(socket, 'open');
    const sent = payloads();
    for (const payload of sent) socket.send(payload);
    const unchanged: boolean[] = [];
    socket.on('message', (data: Buffer, isBinary) => {
      unchanged.push(same(isBinary ? data : data.toString(), sent[unchanged.length]));
      if (unchanged.length === sent.length) socket.close(3001, 'fin 👋');
    });
    const [code] = await once(socket, 'close');
    expect(code).toBe(3001);
    expect(unchanged).toEqual(sent.map(() => true));
  });

  it.each([
    [
      'a certificate of another authority',
      { ca: STRANGERS.cert },
      /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE/,
    ],
    ['no authority but the public ones', {}, /SELF_SIGNED_CERT|UNABLE/],
    ['the certificate of another name', { ca: MINE.cert, servername: 'example.com' }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('is not trusted with %s', async (_, tls, code) => {
    const error = await failureOf(connect(server.url, { tls }));
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'tls', status: 0, section: 'RFC 6455 4.1' });
    expect((error.cause as NodeJS.ErrnoException).code).toMatch(code);
  });

  it('answers nobody who speaks no TLS, and goes on', async () => {
    const error = await failureOf(connect(server.url.replace('wss:', 'ws:')));
    expect(['request', 'response']).toContain(error.phase);
    await converse(server.url, TRUSTING.tls);
  });
});

describe('connect() with wss', () => {
  const servers: (HttpServer | HttpsServer)[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listening<S extends HttpServer | HttpsServer>(server: S): Promise<number> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return portOf(server);
  }

  it('talks to the server of ws', async () => {
    const https = createHttpsServer({ key: MINE.key, cert: MINE.cert });
    const webSockets = new WebSocketServer({ server: https, maxPayload: LIMITS.maxMessageSize });
    webSockets.on('connection', (socket) =>
      socket.on('message', (message: Buffer, binary) => socket.send(message, { binary })),
    );
    await converse(`wss://127.0.0.1:${await listening(https)}/`, TRUSTING.tls);
  });

  it('fails in the TLS phase with a server that speaks none', async () => {
    const port = await listening(createHttpServer());
    const error = await failureOf(connect(`wss://127.0.0.1:${port}/`, TRUSTING));
    expect(error).toMatchObject({ code: 'NOT_CONNECTED', phase: 'tls', status: 0 });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('upgrade()', () => {
  let webSockets: UpgradeServer | undefined;
  let httpServer: HttpServer | HttpsServer | undefined;
  afterEach(async () => {
    await webSockets?.close({ deadline: 0 });
    httpServer?.closeAllConnections();
    httpServer?.close();
  });

  /** `make` gets the HTTP server that the framework made, or makes one; the page of the framework is at `/`, our echo at `/echo`. */
  async function attached(server: HttpServer | HttpsServer): Promise<number> {
    httpServer = server;
    webSockets = upgrade(server, echo, { ...LIMITS, match: (path) => path === '/echo' });
    if (!server.listening) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return portOf(server);
  }

  const page: RequestListener = (_, response) => {
    response.end('the page');
  };

  async function serves(port: number): Promise<void> {
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the page');
    await converse(`ws://127.0.0.1:${port}/echo`);
    const error = await failureOf(connect(`ws://127.0.0.1:${port}/elsewhere`));
    expect(error).toMatchObject({ code: 'NOT_SWITCHED', status: 404, phase: 'response' });
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the page');
  }

  it('stands beside a plain HTTP server', async () => serves(await attached(createHttpServer(page))));

  it('stands beside Express', async () => {
    const app = express();
    app.get('/', (_, response) => void response.send('the page'));
    await serves(await attached(createHttpServer(app)));
  });

  it('stands beside what Express listens with', async () => {
    const app = express();
    app.get('/', (_, response) => void response.send('the page'));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await serves(await attached(server));
  });

  it('stands beside Fastify', async () => {
    const app = fastify({ forceCloseConnections: true });
    app.get('/', async () => 'the page');
    await app.listen({ port: 0, host: '127.0.0.1' });
    await serves(await attached(app.server));
    await app.close();
  });

  it('stands beside an HTTPS server', async () => {
    const { key, cert } = MINE;
    const port = await attached(createHttpsServer({ key, cert }, page));
    const response = await new Promise<string>((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, ca: MINE.cert }, (incoming) => {
        incoming.setEncoding('utf8').once('data', resolve);
      });
      request.on('error', reject);
    });
    expect(response).toBe('the page');
    await converse(`wss://127.0.0.1:${port}/echo`, TRUSTING.tls);
    expect(await failureOf(connect(`wss://127.0.0.1:${port}/echo`, { tls: { ca: STRANGERS.cert } }))).toMatchObject({
      code: 'NOT_CONNECTED',
      phase: 'tls',
    });
  });
});
