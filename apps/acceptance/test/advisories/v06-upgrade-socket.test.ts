// V6: the socket of an opening handshake is guarded from the first moment to the last. It is reset at every await there is: before a byte came, in
// TLS, within the head, while the application authorizes, while it is refused, right behind the answer. The process lives, and nothing is left of any.

import { once } from 'node:events';
import { type Socket, connect as tcp } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../../packages/node-server/test/support/self-signed.ts';
import { masked, openingRequest } from '../../src/attack.ts';
import { MeasuredServer, type Setup } from '../../src/measured-server.ts';

const TIMES = 10;
const REQUEST = openingRequest();
const REFUSED = Buffer.from(REQUEST.toString('latin1').replace('Version: 13', 'Version: 8'), 'latin1');
const FRAME = masked(1, Buffer.from('early'));

async function dialled(port: number): Promise<Socket> {
  const socket = tcp(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** Writes, and resets without a turn of the event loop between. */
function resetBehind(socket: Socket, bytes: Uint8Array): void {
  socket.write(bytes);
  socket.resetAndDestroy();
}

async function answered(socket: Socket): Promise<void> {
  await once(socket, 'data');
}

const STATES: readonly (readonly [name: string, attack: (socket: Socket) => Promise<void> | void])[] = [
  ['before the first byte', (socket) => void socket.resetAndDestroy()],
  ['behind the first byte', (socket) => resetBehind(socket, Buffer.from('G'))],
  ['in the middle of the head', (socket) => resetBehind(socket, REQUEST.subarray(0, 60))],
  ['before the last byte of the head', (socket) => resetBehind(socket, REQUEST.subarray(0, -1))],
  ['behind the request', (socket) => resetBehind(socket, REQUEST)],
  ['behind a request with its first frame', (socket) => resetBehind(socket, Buffer.concat([REQUEST, FRAME]))],
  ['behind a request that is refused', (socket) => resetBehind(socket, REFUSED)],
  [
    'when it has its refusal',
    async (socket) => {
      socket.write(REFUSED);
      await answered(socket);
      socket.resetAndDestroy();
    },
  ],
  [
    'when it has its refusal and goes on sending',
    async (socket) => {
      socket.write(REFUSED);
      await answered(socket);
      resetBehind(socket, Buffer.alloc(20_000));
    },
  ],
];

/** Where the answer comes at once. */
const ANSWERED: typeof STATES = [
  [
    'when it has its answer',
    async (socket) => {
      socket.write(REQUEST);
      await answered(socket);
      socket.resetAndDestroy();
    },
  ],
  [
    'behind its first frame',
    async (socket) => {
      socket.write(REQUEST);
      await answered(socket);
      resetBehind(socket, FRAME);
    },
  ],
  [
    'in the middle of a frame',
    async (socket) => {
      socket.write(REQUEST);
      await answered(socket);
      resetBehind(socket, FRAME.subarray(0, 5));
    },
  ],
];

const KINDS: readonly (readonly [name: string, setup: Setup])[] = [
  ['serve()', {}],
  ['serve() with an HTTP server', { http: 'beside' }],
  ['upgrade()', { http: 'upgrade' }],
];

describe.each(KINDS)('V6: %s', (_, setup) => {
  let open: MeasuredServer;
  let waiting: MeasuredServer;
  let rejecting: MeasuredServer;

  beforeAll(async () => {
    [open, waiting, rejecting] = await Promise.all([
      MeasuredServer.start({ ...setup, application: 'echo' }),
      MeasuredServer.start({ ...setup, authorize: 'held' }),
      MeasuredServer.start({ ...setup, authorize: 'rejects' }),
    ]);
  });

  afterAll(async () => {
    for (const server of [open, waiting, rejecting]) {
      expect((await server.census()).openingsAndConnections).toBe(0);
      await server.stop();
    }
  });

  /** The process lives, and nothing is left of anybody. */
  async function allGone(server: MeasuredServer): Promise<void> {
    await server.deserted();
    expect(server.lives).toBe(true);
    expect(server.printed).toBe('');
  }

  it.each([...STATES, ...ANSWERED])('survives a reset %s', async (_name, attack) => {
    await Promise.all(Array.from({ length: TIMES }, async () => attack(await dialled(open.port))));
    await allGone(open);
  });

  it.each(STATES)('survives a reset %s, where authorize rejects', async (_name, attack) => {
    await Promise.all(Array.from({ length: TIMES }, async () => attack(await dialled(rejecting.port))));
    await allGone(rejecting);
  });

  it('survives resets while the application authorizes, and says yes afterwards', async () => {
    const sockets = await Promise.all(Array.from({ length: TIMES }, () => dialled(waiting.port)));
    for (const [index, socket] of sockets.entries())
      socket.write(index % 2 === 0 ? REQUEST : Buffer.concat([REQUEST, FRAME]));
    await waiting.authorizing(TIMES);
    for (const socket of sockets) socket.resetAndDestroy();
    // Half of them are told before the server knows, and half after.
    await waiting.release();
    await allGone(waiting);
    expect((await waiting.heard()).refused).toEqual([]);
  });

  it('survives resets in the same turn as the answer', async () => {
    const sockets = await Promise.all(Array.from({ length: TIMES }, () => dialled(waiting.port)));
    for (const socket of sockets) socket.write(REQUEST);
    await waiting.authorizing(2 * TIMES);
    const released = waiting.release();
    for (const socket of sockets) socket.resetAndDestroy();
    await released;
    await allGone(waiting);
  });
});

describe('V6: serve() with TLS', () => {
  it('survives resets before, within and behind the handshake of TLS', async () => {
    const { key, cert } = selfSigned();
    const server = await MeasuredServer.start({ tls: { key, cert }, application: 'echo' });
    for (let i = 0; i < TIMES; i++) {
      (await dialled(server.port)).resetAndDestroy();
      resetBehind(await dialled(server.port), Buffer.from('160301', 'hex'));
      const within = await dialled(server.port);
      const secure = tlsConnect({ socket: within, rejectUnauthorized: false }).on('error', () => undefined);
      if (i % 2 === 0) within.resetAndDestroy();
      else {
        await once(secure, 'secureConnect');
        secure.write(i % 4 === 1 ? REQUEST : REQUEST.subarray(0, 50));
        if (i % 4 === 1) await once(secure, 'data');
        within.resetAndDestroy();
      }
    }
    await server.deserted();
    expect((await server.census()).openingsAndConnections).toBe(0);
    expect(server.lives).toBe(true);
    expect(server.printed).toBe('');
    await server.stop();
  });
});
