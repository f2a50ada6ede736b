// A server in 64 MB of heap, under load with large messages and among peers of every bad kind. It does not run out of memory, and those who behave
// get every answer, in order.

import { deflateRawSync } from 'node:zlib';
import type { SeededRandom } from '@framewire/testing';
import { expect, it } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { frameOf, openedAt, requestFor } from '../../src/raw-handshake.ts';
import { RawSocket } from '../../src/raw-socket.ts';
import { chance, SEED } from '../../src/seed.ts';

const MIB = 1024 * 1024;
const HEAP = 64;
const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate';
/** How many of each bad kind come, so many at a time. */
const ROUNDS = 6;
const AT_ONCE = 10;
/** Zeroes, a thousand times larger than they are sent. */
const BOMB = deflateRawSync(new Uint8Array(16 * MIB), { level: 9 });

/** What bad peers do. They neither wait for answers nor close. */
const BAD: Readonly<Record<string, (port: number, random: SeededRandom) => Promise<RawSocket>>> = {
  async bomb(port) {
    const peer = await openedAt(port, '/echo', DEFLATE);
    await peer.send(frameOf('client', { opcode: 2, rsv1: true, payload: BOMB }));
    return peer;
  },
  /** One more byte, and it were done. */
  async 'a message that never ends'(port) {
    const peer = await openedAt(port, '/echo');
    await peer.send(frameOf('client', { opcode: 2, payload: new Uint8Array(MIB) }).subarray(0, -1));
    return peer;
  },
  async 'fragments of one byte'(port) {
    const peer = await openedAt(port, '/echo');
    const more = frameOf('client', { opcode: 0, fin: false, payload: Uint8Array.of(1) });
    await peer.send(frameOf('client', { opcode: 2, fin: false }));
    await peer.send(Buffer.concat(Array.from({ length: 20_000 }, () => more)));
    return peer;
  },
  /** Asks for a megabyte again and again, and reads nothing. */
  async 'a reader of nothing'(port) {
    const peer = await openedAt(port, '/flood');
    peer.pause();
    return peer;
  },
  async 'a flood of Pings'(port) {
    const peer = await openedAt(port, '/idle');
    peer.pause();
    const ping = frameOf('client', { opcode: 9, payload: new Uint8Array(125) });
    await peer.send(Buffer.concat(Array.from({ length: 5_000 }, () => ping)));
    return peer;
  },
  async rubbish(port, random) {
    const peer = await openedAt(port, '/echo');
    await peer.send(random.bytes(10_000));
    return peer;
  },
  async 'a length of 2 ** 62'(port) {
    const peer = await openedAt(port, '/echo');
    await peer.send(Buffer.from('82ff400000000000000000000000', 'hex'));
    return peer;
  },
  async 'half a head'(port) {
    const peer = await RawSocket.to(port);
    await peer.send(requestFor('/echo', `X: ${'x'.repeat(12_000)}`).subarray(0, -4));
    return peer;
  },
};

it(`a server survives in a heap of ${HEAP} MB, seed ${SEED}`, async ({ onTestFinished }) => {
  // Times are the defaults: a server that has so much to do is slow.
  const settings = { deflate: true, closeTimeout: 300, maxSendQueue: 2 * MIB };
  const server = new FaultProcess('fault-server.mjs', { nodeOptions: [`--max-old-space-size=${HEAP}`], settings });
  const client = new FaultProcess('fault-client.mjs');
  onTestFinished(async () => {
    await Promise.all([server.kill(), client.kill()]);
  });
  const { port } = await server.hears('ready');
  const url = `ws://127.0.0.1:${port}/numbers`;
  for (let id = 0; id < 20; id++) client.tell({ do: 'connect', id, url, talk: 'numbers' });
  const large = { maxMessageSize: MIB, maxSendQueue: 8 * MIB };
  for (let id = 20; id < 24; id++) {
    const options = { ...large, deflate: id % 2 === 0 };
    client.tell({ do: 'connect', id, url: `ws://127.0.0.1:${port}/echo`, options, talk: 'large' });
  }
  const random = chance();
  for (let round = 0; round < ROUNDS; round++) {
    const bad = await Promise.all(
      Object.values(BAD).flatMap((behave) => Array.from({ length: AT_ONCE }, () => behave(port, random))),
    );
    // Those who behave go on among them.
    const { id, count } = await client.hears('mark');
    await client.hears('mark', 30_000, (mark) => mark.id === id && mark.count > count);
    for (const peer of bad) peer.reset();
  }
  for (let id = 0; id < 24; id++) {
    await client.hears('mark', 30_000, (mark) => mark.id === id);
    client.tell({ do: 'close', id });
  }
  for (let i = 0; i < 24; i++) {
    const { closure, misplaced } = await client.hears('closed', 30_000);
    expect(closure).toMatchObject({ code: 1000, clean: true });
    expect(misplaced).toBe(0);
  }
  await server.empty();
  expect(server.lives).toBe(true);
  expect(server.printed).toBe('');
  expect(server.unheard('failed')).toEqual([]);
});
