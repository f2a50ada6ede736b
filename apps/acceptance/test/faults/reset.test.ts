// A TCP reset in every state of a connection, in both roles: exactly one end, with the code the Close frames tell, no exception that nobody
// caught, and nothing left behind. The victims are processes of their own, with not one listener for errors.

import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { deflateRawSync } from 'node:zlib';
import type { SeededRandom } from '@framewire/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../../packages/node-server/test/support/self-signed.ts';
import { FaultProcess, type PlainClosure } from '../../src/fault-process.ts';
import {
  answerTo,
  closeOf,
  frameOf,
  listenRaw,
  openedAt,
  type RawServer,
  requestFor,
} from '../../src/raw-handshake.ts';
import { RawSocket } from '../../src/raw-socket.ts';
import { chance, SEED } from '../../src/seed.ts';

type Side = 'client' | 'server';

/** A connection whose opening handshake is done, up to its reset. */
interface State {
  readonly state: string;
  /** What the victim does with it. */
  readonly talk?: 'queue' | 'bye';
  readonly isDeflated?: boolean;
  /** @param side whose bytes we send */
  readonly upTo?: (peer: RawSocket, side: Side, random: SeededRandom) => Promise<void>;
  readonly end?: Partial<PlainClosure>;
  /** Messages that may have come as a whole; else none. */
  readonly mostReceived?: number;
}

const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover';
const ROUNDS = 5;

/** Cut somewhere, with at least one byte on either side. */
function part(bytes: Uint8Array, random: SeededRandom, first = 1, last: number = bytes.length - 1): Uint8Array {
  return bytes.subarray(0, random.integer(first, last));
}

/** Its Close came: a header of two bytes, a masking key if it is a client's, the code and `bye`. */
function itsClose(peer: RawSocket, side: Side): Promise<void> {
  return peer.until(() => peer.rest.length === (side === 'client' ? 7 : 11));
}

const STATES: readonly State[] = [
  { state: 'before any frame' },
  {
    state: 'in a frame header',
    // 65,536 bytes have a header of ten bytes, and four of a client's masking key.
    upTo: async (peer, side, random) => {
      const frame = frameOf(side, { opcode: 2, payload: random.bytes(65_536) });
      await peer.send(part(frame, random, 1, side === 'client' ? 13 : 9));
    },
  },
  {
    state: 'in a payload',
    upTo: async (peer, side, random) => {
      const frame = frameOf(side, { opcode: 2, payload: random.bytes(random.integer(1000, 60_000)) });
      await peer.send(part(frame, random, 20));
    },
  },
  {
    state: 'between fragments',
    upTo: async (peer, side, random) => {
      await peer.send(frameOf(side, { opcode: 2, fin: false, payload: random.bytes(100) }));
      for (let more = random.integer(0, 3); more > 0; more--) {
        await peer.send(frameOf(side, { opcode: 0, fin: false, payload: random.bytes(100) }));
      }
    },
  },
  {
    state: 'in a compressed message',
    isDeflated: true,
    upTo: async (peer, side, random) => {
      const payload = deflateRawSync(random.bytes(5000));
      await peer.send(part(frameOf(side, { opcode: 2, fin: false, rsv1: true, payload }), random, 20));
    },
  },
  {
    state: 'between the fragments of a compressed message',
    isDeflated: true,
    upTo: async (peer, side, random) => {
      const payload = deflateRawSync(random.bytes(5000));
      await peer.send(frameOf(side, { opcode: 2, fin: false, rsv1: true, payload: part(payload, random) }));
    },
  },
  {
    state: 'while it inflates a message',
    isDeflated: true,
    mostReceived: 1,
    upTo: async (peer, side, random) => {
      // Further apart than its window, so that it does not shrink.
      const payload = deflateRawSync(Buffer.alloc(900_000, random.bytes(50_000)));
      await peer.send(frameOf(side, { opcode: 2, rsv1: true, payload }));
    },
  },
  { state: 'while it compresses messages', isDeflated: true, talk: 'queue' },
  {
    state: 'while it has much to send',
    talk: 'queue',
    upTo: async (peer) => {
      await peer.until(({ received }) => received.length > 10_000);
      peer.pause();
    },
  },
  {
    state: 'after its Close',
    talk: 'bye',
    upTo: itsClose,
    end: { sent: { code: 4001 } },
  },
  {
    state: 'in the Close that answers its own',
    talk: 'bye',
    upTo: async (peer, side, random) => {
      await itsClose(peer, side);
      await peer.send(part(closeOf(side, 4001), random));
    },
    end: { sent: { code: 4001 } },
  },
  {
    state: 'after our Close, which it has answered',
    upTo: async (peer, side) => {
      const before = peer.received.length;
      await peer.send(closeOf(side, 4002));
      // A header of two bytes, two of the code, and four of a client's masking key.
      await peer.until(({ received }) => received.length >= before + (side === 'client' ? 4 : 8));
    },
    end: { code: 4002, clean: true, sent: { code: 4002 } },
  },
];

/** What is true after every reset: one end, as the Close frames tell it, and nobody left. */
async function expectOneEnd(victim: FaultProcess, { end = {}, mostReceived = 0 }: Partial<State> = {}): Promise<void> {
  const { closure, received } = await victim.hears('closed');
  expect(closure).toMatchObject({ code: 1006, clean: false, ...end });
  expect(closure.error).toMatchObject({ name: 'ConnectionClosedError', code: end.clean === true ? 'CLOSED' : 'LOST' });
  expect(received).toBeLessThanOrEqual(mostReceived);
  await victim.empty();
  expect(victim.unheard('closed')).toEqual([]);
}

function expectUnharmed(victim: FaultProcess): void {
  expect(victim.lives).toBe(true);
  expect(victim.printed).toBe('');
  for (const kind of ['opened', 'closed', 'failed', 'refused'] as const) expect(victim.unheard(kind)).toEqual([]);
}

describe.each(['serve', 'upgrade'] as const)(`a server made with %s under resets, seed ${SEED}`, (made) => {
  let victim: FaultProcess;
  let port: number;

  beforeAll(async () => {
    victim = new FaultProcess('fault-server.mjs', { settings: { made, deflate: true } });
    port = (await victim.hears('ready')).port;
  });
  afterAll(() => victim.kill());

  it.each(STATES)('$state', async (state) => {
    const { talk = 'idle', isDeflated = false, upTo } = state;
    const random = chance();
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await openedAt(port, `/${talk}`, ...(isDeflated ? [DEFLATE] : []));
      await victim.hears('opened');
      await upTo?.(peer, 'client', random);
      peer.reset();
      await expectOneEnd(victim, state);
    }
    expectUnharmed(victim);
  });

  it('in the head', async () => {
    const random = chance();
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await RawSocket.to(port);
      await peer.send(part(requestFor('/idle'), random));
      await victim.until(({ sockets }) => sockets === 1, 'It did not accept');
      peer.reset();
      await victim.empty();
    }
    expectUnharmed(victim);
  });

  it('while authorize is awaited', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await RawSocket.to(port);
      await peer.send(requestFor('/wait'));
      await victim.hears('waiting');
      peer.reset();
      await victim.empty();
      victim.tell({ do: 'judge' });
    }
    // What authorize says then is of no interest to anybody.
    await victim.empty();
    expectUnharmed(victim);
  });

  it('has nobody left to wait for when it closes', async () => {
    victim.tell({ do: 'close' });
    await victim.hears('ready');
    expectUnharmed(victim);
  });
});

describe(`a server under resets in TLS, seed ${SEED}`, () => {
  let victim: FaultProcess;
  let port: number;
  let hello: Buffer;

  beforeAll(async () => {
    const { key, cert } = selfSigned();
    victim = new FaultProcess('fault-server.mjs', { settings: { tls: { key, cert } } });
    port = (await victim.hears('ready')).port;
    hello = await clientHello();
  });
  afterAll(() => victim.kill());

  it.each([
    ['before its first byte', () => 0, false],
    ['in the ClientHello', (random: SeededRandom) => random.integer(1, hello.length - 1), false],
    ['after the ServerHello', () => hello.length, true],
  ] as const)('%s', async (_, bytes, isAnswered) => {
    const random = chance();
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await RawSocket.to(port);
      await peer.send(hello.subarray(0, bytes(random)));
      if (isAnswered) await peer.until(({ received }) => received.length > 0);
      await victim.until(({ sockets }) => sockets === 1, 'It did not accept');
      peer.reset();
      await victim.empty();
    }
    expectUnharmed(victim);
  });

  it.each([
    ['before the head', () => ''],
    ['in the head', (random: SeededRandom) => requestFor('/idle').toString().slice(0, random.integer(1, 100))],
    ['in a frame', () => `${requestFor('/idle')}\x81`],
  ] as const)('%s', async (_, text) => {
    const random = chance();
    for (let round = 0; round < ROUNDS; round++) {
      const bare = connect(port, '127.0.0.1');
      const secured = connectTls({ socket: bare, rejectUnauthorized: false });
      secured.on('error', () => undefined);
      await once(secured, 'secureConnect');
      const said = text(random);
      secured.write(said, 'latin1');
      if (said.includes('\r\n\r\n')) await once(secured, 'data');
      bare.resetAndDestroy();
      if (said.includes('\r\n\r\n')) {
        await victim.hears('opened');
        await expectOneEnd(victim);
      }
      await victim.empty();
    }
    expectUnharmed(victim);
  });
});

describe(`a client under resets, seed ${SEED}`, () => {
  let victim: FaultProcess;
  let server: RawServer;
  let count = 0;

  beforeAll(async () => {
    server = await listenRaw();
    victim = new FaultProcess('fault-client.mjs');
    await victim.hears('ready');
  });
  afterAll(async () => {
    server.close();
    await victim.kill();
  });

  async function come(options: object = {}, talk = 'idle', scheme = 'ws'): Promise<RawSocket> {
    victim.tell({ do: 'connect', id: count++, url: `${scheme}://127.0.0.1:${server.port}/`, options, talk });
    return server.accepted();
  }

  it.each(STATES)('$state', async (state) => {
    const { talk, isDeflated = false, upTo } = state;
    const random = chance();
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await come({ deflate: isDeflated }, talk);
      await peer.send(answerTo(await peer.head(), ...(isDeflated ? [DEFLATE] : [])));
      await victim.hears('opened');
      await upTo?.(peer, 'server', random);
      peer.reset();
      await expectOneEnd(victim, state);
    }
    expectUnharmed(victim);
  });

  it.each([
    ['at once, in TLS', 'wss', undefined, { code: 'NOT_CONNECTED', phase: 'tls' }],
    ['before the response', 'ws', 0, { code: 'NOT_SWITCHED', phase: 'request' }],
    ['in the response', 'ws', 50, { code: 'NOT_SWITCHED', phase: 'response' }],
  ] as const)('%s', async (_, scheme, bytes, error) => {
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await come({}, 'idle', scheme);
      if (bytes === undefined) await peer.until(({ received }) => received.length > 0);
      else await peer.send(answerTo(await peer.head()).subarray(0, bytes));
      peer.reset();
      expect((await victim.hears('refused')).error).toMatchObject({ name: 'HandshakeError', ...error });
      await victim.empty();
    }
    expectUnharmed(victim);
  });
});

/** What a client of TLS says first. */
async function clientHello(): Promise<Buffer> {
  const server = await listenRaw();
  const client = connectTls({ port: server.port, host: '127.0.0.1' }).on('error', () => undefined);
  const peer = await server.accepted();
  await peer.until(({ received }) => received.length > 5 && received.length >= 5 + received.readUInt16BE(3));
  client.destroy();
  server.close();
  return peer.received;
}
