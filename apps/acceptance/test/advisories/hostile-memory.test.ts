// A hostile connection never holds more than 2 x maxMessageSize + 64 KiB: heap, array buffers and what else is outside of the heap, measured in the
// server again and again while a few connections do their worst in each way that a peer has. What the application sends is its own: it is bounded by
// maxSendQueue, which the last test adds. Before the handshake is done the bound is 32 KiB, which is tested with the limits of handshakes.

import { constants, deflateRawSync } from 'node:zlib';
import { SeededRandom } from '@framewire/testing';
import { afterEach, expect, it } from 'vitest';
import { fragments, longHeader, masked, opened } from '../../src/attack.ts';
import { MeasuredServer, type Setup } from '../../src/measured-server.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const BOUND = 2 * MIB + 64 * KIB;
const MAX_SEND_QUEUE = 4 * MIB;
const CONNECTIONS = 5;
const SAMPLES = 3;

let server: MeasuredServer;
afterEach(async () => {
  expect(server.printed).toBe('');
  await server.stop();
});

const noise = new SeededRandom(2).bytes(MIB);
const compressed = (bytes: Uint8Array): Uint8Array =>
  deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
/** A message but for its last frame. */
const unfinished = (payload: Uint8Array, size: number, rsv1 = false): Uint8Array =>
  Buffer.concat(fragments(2, payload, size, rsv1).slice(0, -1));
const many = (count: number, frame: Uint8Array): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, () => frame));

const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate';
const takeover: Setup = { options: { deflate: { receiveContextTakeover: true } } };
const silent: Setup = { application: 'silent' };

const WAYS: readonly (readonly [name: string, setup: Setup, bytes: Uint8Array])[] = [
  ...[100, 1000, 4095, 4096, 16_384, 65_536, 300_000].map(
    (size) => [`fragments of ${size} bytes that do not end`, {}, unfinished(noise, size)] as const,
  ),
  ['fragments of a text that do not end', {}, Buffer.concat(fragments(1, Buffer.alloc(MIB, 'x'), 1000).slice(0, -1))],
  ['a large frame that is announced', {}, longHeader(0x82, BigInt(MIB), true)],
  ['a large frame of which half has come', {}, masked(2, noise).subarray(0, MIB / 2 + 20)],
  ['a large frame but for its last byte', {}, masked(2, noise).subarray(0, -1)],
  [
    'a compressed message that does not end',
    takeover,
    unfinished(compressed(noise.subarray(0, MIB - 2000)), 5000, true),
  ],
  [
    'compressed messages that refer back',
    takeover,
    many(20, Buffer.concat(fragments(2, compressed(noise.subarray(0, 200_000)), 9000, true))),
  ],
  ['large messages that nobody reads', silent, many(5, masked(2, noise))],
  [
    'compressed messages that nobody reads',
    { ...silent, ...takeover },
    many(30, Buffer.concat(fragments(2, compressed(Buffer.alloc(MIB)), 9000, true))),
  ],
  ['messages of 100 KiB that nobody reads', silent, many(40, masked(2, noise.subarray(0, 100 * KIB)))],
  ['messages of 20 bytes that nobody reads', silent, many(50_000, masked(2, noise.subarray(0, 20)))],
  ['texts that nobody reads', silent, many(5000, masked(1, Buffer.from('\u00e9'.repeat(500))))],
  ['empty messages that nobody reads', silent, many(100_000, masked(2, noise.subarray(0, 0)))],
  [
    'Pings',
    { options: { maxControlFrames: { count: 1_000_000, window: 60_000 } } },
    many(20_000, masked(9, noise.subarray(0, 125))),
  ],
  ['a header that is cut', {}, masked(2, noise).subarray(0, 9)],
];

/** The most that a connection held, of several looks. */
async function most(setup: Setup, bytes: Uint8Array): Promise<number> {
  server = await MeasuredServer.start(setup);
  const fields = setup.options?.deflate === undefined ? [] : [DEFLATE];
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => opened(server.port, ...fields)));
  const { held } = await server.measure();
  for (const socket of sockets) await socket.send(bytes);
  let least = 0;
  for (let i = 0; i < SAMPLES; i++) least = Math.max(least, (await server.measure()).held - held);
  for (const socket of sockets) socket.destroy();
  return least / CONNECTIONS;
}

it.each(WAYS)('a connection holds no more than its bound with %s', async (_, setup, bytes) => {
  expect(await most(setup, bytes)).toBeLessThanOrEqual(BOUND);
});

it('a connection that never reads what the application sends holds maxSendQueue beside', async () => {
  expect(await most({ application: 'echo' }, many(30, masked(2, noise)))).toBeLessThanOrEqual(BOUND + MAX_SEND_QUEUE);
});
