// Compressed conversations with the peers people have, in both roles, with each of our options, seen from the wire: what was agreed on, that
// messages arrive as they were, and that they were smaller on the way. pnpm interop has more peers; here are those whose zlib lives on between messages.

import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { connect } from '@framewire/node-client';
import { type DeflateOptions, type NodeConnection, type ServeOptions, serve } from '@framewire/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { patterned, same } from '../peers/payloads.mjs';
import { BROWSERS, isBrowserHere } from '../src/browsers.ts';
import { inPage } from '../src/page.ts';

const WORDS = JSON.stringify({
  user: 'somebody',
  text: 'All work and no play makes Jack a dull boy.',
  at: 1_700_000_000,
});
const MESSAGES = [
  '',
  'short',
  WORDS.repeat(10),
  WORDS.repeat(10),
  '漢字かな'.repeat(30_000),
  new TextEncoder().encode(WORDS.repeat(4000)),
  patterned(70_001),
  WORDS.repeat(10),
  new Uint8Array(2_000_000),
  'the end',
];
const LIMITS = { maxMessageSize: 8 * 1024 * 1024, maxSendQueue: 64 * 1024 * 1024 };

const OURS: readonly (readonly [name: string, options: true | DeflateOptions])[] = [
  ['by default', true],
  ['with context takeover', { threshold: 0, sendContextTakeover: true, receiveContextTakeover: true }],
  ['with context takeover of ours alone', { threshold: 0, sendContextTakeover: true, level: 9 }],
  [
    'with small windows',
    { threshold: 0, sendContextTakeover: true, receiveContextTakeover: true, sendWindowBits: 9, receiveWindowBits: 10 },
  ],
  ['with the smallest window of ours', { threshold: 0, sendContextTakeover: true, sendWindowBits: 8 }],
];

/** Bytes on the wire each way, heads included. */
class Meter {
  toServer = 0;
  toClient = 0;
  head = '';
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  /** Stands before the port until the test is over. */
  static async before(port: number): Promise<Meter> {
    const server = createServer((near) => {
      const far = connectTcp(port, '127.0.0.1');
      near.on('data', (chunk) => {
        meter.toServer += chunk.length;
      });
      far.on('data', (chunk) => {
        if (meter.toClient === 0) meter.head = chunk.toString('latin1');
        meter.toClient += chunk.length;
      });
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const meter = new Meter((server.address() as AddressInfo).port);
    return meter;
  }

  get agreed(): string | undefined {
    return /\r\nsec-websocket-extensions: (.+)\r\n/i.exec(this.head)?.[1];
  }
}

/** Sends everything at once, and checks what comes back. */
async function converse(connection: NodeConnection): Promise<void> {
  for (const message of MESSAGES) connection.send(message);
  let received = 0;
  for await (const message of connection) {
    expect(same(message, MESSAGES[received]), `message ${received}`).toBe(true);
    if (++received === MESSAGES.length) break;
  }
  expect(received).toBe(MESSAGES.length);
}

const SIZE = MESSAGES.reduce((sum, message) => sum + Buffer.byteLength(message), 0);

async function serveOnce(
  deflate: ServeOptions['deflate'],
  handler: (connection: NodeConnection) => Promise<void>,
): Promise<{ port: number; done: Promise<void> }> {
  let finish: (result: Promise<void>) => void;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const options = { host: '127.0.0.1', port: 0, ...LIMITS, ...(deflate !== undefined && { deflate }) };
  const server = await serve((connection) => {
    const talk = handler(connection);
    finish(talk);
    return talk;
  }, options);
  onTestFinished(() => server.close({ deadline: 0 }));
  return { port: (server.address as AddressInfo).port, done };
}

async function wsServer(perMessageDeflate: object | boolean): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 2 ** 24, perMessageDeflate });
  server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe.each(OURS)('our side %s', (_, deflate) => {
  it.each([
    ['as it comes', true],
    ['without context takeover', { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 }],
    ['with small windows', { serverMaxWindowBits: 9, clientMaxWindowBits: 9, threshold: 0 }],
  ])('as server talks with ws %s', async (_theirs, perMessageDeflate) => {
    const { port, done } = await serveOnce(deflate, converse);
    const meter = await Meter.before(port);
    const socket = new WebSocket(`ws://127.0.0.1:${meter.port}/`, { perMessageDeflate, maxPayload: 2 ** 24 });
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    await done;
    expect(meter.agreed).toMatch(/^permessage-deflate/);
    expect(meter.toClient).toBeLessThan(SIZE / 10);
    expect(meter.toServer).toBeLessThan(SIZE / 10);
  });

  it.each([
    ['as it comes', true],
    ['with a small window', { threshold: 0, serverMaxWindowBits: 9 }],
  ])('as client talks with ws %s', async (_theirs, perMessageDeflate) => {
    const meter = await Meter.before(await wsServer(perMessageDeflate));
    const connection = await connect(`ws://127.0.0.1:${meter.port}/`, { ...LIMITS, deflate });
    await converse(connection);
    expect(await connection.close()).toMatchObject({ code: 1000, clean: true });
    expect(meter.agreed).toMatch(/^permessage-deflate/);
    expect(meter.toClient).toBeLessThan(SIZE / 10);
    expect(meter.toServer).toBeLessThan(SIZE / 10);
  });

  it('talks with itself', async () => {
    const { port, done } = await serveOnce(deflate, async (connection) => {
      for await (const message of connection) connection.send(message);
    });
    const meter = await Meter.before(port);
    const connection = await connect(`ws://127.0.0.1:${meter.port}/`, { ...LIMITS, deflate });
    await converse(connection);
    await connection.close();
    await done;
    expect(meter.toServer + meter.toClient).toBeLessThan(SIZE / 5);
  });

  it.for(BROWSERS)('as server talks with $name', async (browser, { skip }) => {
    skip(!isBrowserHere(browser));
    let talk: Promise<void> | undefined;
    const scene = {
      script: (port: number) => `
        const socket = new WebSocket('ws://127.0.0.1:${port}/');
        socket.binaryType = 'arraybuffer';
        socket.onmessage = ({ data }) => socket.send(data);
        globalThis.ended = new Promise((resolve) => {
          socket.onclose = ({ code }) => resolve([code, socket.extensions]);
        });`,
      handler: (connection: NodeConnection) => {
        talk = converse(connection);
        return talk;
      },
      options: { ...LIMITS, deflate },
    };
    await inPage(browser, scene, async (page) => {
      const [code, extensions] = (await page.evaluate('ended')) as [number, string];
      expect(code).toBe(1000);
      // Firefox cannot limit its window, and then there is no compression.
      const declined = browser.name === 'Firefox' && deflate !== true && deflate.receiveWindowBits !== undefined;
      expect(extensions).toMatch(declined ? /^$/ : /^permessage-deflate/);
      await talk;
    });
  });
});

describe('each message', () => {
  const NOISE = new Uint8Array(3000).map(() => Math.random() * 256);

  /** Bytes on the wire for the same message three times. */
  async function cost(deflate: DeflateOptions, message: string | Uint8Array, compress?: boolean): Promise<number> {
    const meter = await Meter.before(await wsServer(true));
    const connection = await connect(`ws://127.0.0.1:${meter.port}/`, { ...LIMITS, deflate });
    const before = meter.toServer;
    for (let i = 0; i < 3; i++) connection.send(message, { ...(compress !== undefined && { compress }) });
    await connection.close();
    return meter.toServer - before;
  }

  it('refers to the last only with context takeover', async () => {
    const half = Buffer.concat([NOISE, new Uint8Array(3000)]);
    expect(await cost({}, half)).toBeGreaterThan(3 * NOISE.length);
    const taken = await cost({ sendContextTakeover: true, receiveContextTakeover: true }, half);
    expect(taken).toBeLessThan(1.2 * NOISE.length);
  });

  it('is sent as it is where the sender says so', async () => {
    const text = 'x'.repeat(5000);
    expect(await cost({}, text)).toBeLessThan(1000);
    expect(await cost({}, text, true)).toBeLessThan(1000);
    expect(await cost({}, text, false)).toBeGreaterThan(15_000);
  });

  it('is sent as it is below the threshold', async () => {
    const text = 'x'.repeat(1023);
    expect(await cost({}, text)).toBeGreaterThan(3 * 1023);
    expect(await cost({ threshold: 1023 }, text)).toBeLessThan(300);
  });
});
