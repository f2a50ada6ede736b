// V3: what a peer cuts small must not cost an object for each piece. Empty fragments, fragments of one byte, and reads of one byte, on many
// connections at once: each holds at most twice what it was sent and a little, measured in the heap of the server. And who raises the limit
// gets messages of 65,536 fragments.

import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { closeCode, masked, opened } from '../../src/attack.ts';
import { MeasuredServer, type Setup } from '../../src/measured-server.ts';
import type { RawSocket } from '../../src/raw-socket.ts';

const KIB = 1024;
const CONNECTIONS = 20;
/** Just below the limit of fragments, so that all of them are held. */
const FRAGMENTS = 16_000;
/** What a connection may hold beside twice its bytes: its objects, a block that is filled, what is left of a chunk. */
const ALLOWANCE = 16 * KIB;

const servers: MeasuredServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    expect(server.printed).toBe('');
    await server.stop();
  }
});

async function start(setup: Setup): Promise<MeasuredServer> {
  const server = await MeasuredServer.start(setup);
  servers.push(server);
  return server;
}

/** A message that does not end: a first fragment, and then so many others. */
function endless(count: number, payload: Uint8Array): Uint8Array {
  return Buffer.concat([
    masked(2, payload, { fin: false }),
    ...Array.from({ length: count - 1 }, () => masked(0, payload, { fin: false })),
  ]);
}

/** A Ping whose Pong says that everything before it was read. */
async function untilRead(socket: RawSocket): Promise<void> {
  await socket.send(masked(9, Buffer.from('all?')));
  while (!socket.rest.includes('all?')) await setTimeout(5);
}

const ATTACKS: readonly (readonly [name: string, size: number, attack: (socket: RawSocket) => Promise<void>])[] = [
  ['empty fragments', 0, (socket) => socket.send(endless(FRAGMENTS, Buffer.alloc(0)))],
  ['fragments of one byte', FRAGMENTS, (socket) => socket.send(endless(FRAGMENTS, Buffer.of(7)))],
  [
    'fragments of three bytes, read in small pieces',
    3 * 4000,
    (socket) => piecemeal(socket, endless(4000, Buffer.alloc(3))),
  ],
  [
    'one large frame, read byte by byte',
    3000,
    (socket) => piecemeal(socket, masked(2, Buffer.alloc(60_000)).subarray(0, 3008), 1),
  ],
];

async function piecemeal(socket: RawSocket, bytes: Uint8Array, size = 70): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    await socket.send(bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it.each(ATTACKS)('V3: a connection of %s holds no more than its bound', async (name, size, attack) => {
  const server = await start({ options: { maxMessageSize: 1024 * KIB } });
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => opened(server.port)));
  for (const socket of sockets) await untilRead(socket);
  const before = await server.measure();
  await Promise.all(sockets.map((socket) => attack(socket)));
  // In the middle of a frame no Ping can stand.
  if (name.startsWith('one large frame')) await setTimeout(100);
  else for (const socket of sockets) await untilRead(socket);
  const after = await server.measure();
  expect(after.connections).toBe(CONNECTIONS);
  expect((after.held - before.held) / CONNECTIONS).toBeLessThan(2 * size + ALLOWANCE);
  for (const socket of sockets) socket.destroy();
});

it.each([
  ['empty', 0],
  ['of one byte', 1],
])('V3: more fragments than the limit, %s, are answered with 1008', async (_, size) => {
  const server = await start({});
  const socket = await opened(server.port);
  await socket.send(endless(16_385, Buffer.alloc(size)));
  expect(await closeCode(socket)).toBe(1008);
  socket.destroy();
  const closures = await server.until(
    () => server.closures(),
    ({ length }) => length > 0,
  );
  expect(closures).toEqual([{ code: 1006, sent: 1008, error: 'TOO_MANY_FRAGMENTS' }]);
});

it.each([
  ['empty but one', 0],
  ['of one byte', 1],
  ['of sixteen bytes', 16],
])('V3: a message of 65,536 fragments, %s, passes when the limit is raised', async (_, size) => {
  const server = await start({ application: 'echo', options: { maxFragments: 65_536 } });
  const socket = await opened(server.port);
  const payload = Buffer.alloc(size, 5);
  const parts = [endless(65_535, payload), masked(0, Buffer.of(9)), masked(8, Buffer.of(3, 232))];
  await socket.send(Buffer.concat(parts));
  expect(await closeCode(socket)).toBe(1000);
  const length = 65_535 * size + 1;
  const head =
    size === 0 ? '8201' : Buffer.of(0x82, 127, 0, 0, 0, 0, 0, length >> 16, length >> 8, length).toString('hex');
  const wanted = length === 65_536 ? '827f0000000000010000' : head;
  const message = Buffer.concat([Buffer.from(wanted, 'hex'), Buffer.alloc(65_535 * size, 5), Buffer.of(9)]);
  expect(socket.rest.subarray(0, message.length).equals(message)).toBe(true);
  expect((await server.measure()).messages).toBe(1);
});
