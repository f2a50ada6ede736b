// V4: lengths of 64 bits, and lengths that grow. Whatever a header claims, it is failed as soon as the header is there, in both roles, and nothing
// is allocated for it.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import { connect } from '@framewire/node-client';
import { acceptKey } from '@framewire/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCode, head, longHeader, masked, opened } from '../../src/attack.ts';
import { MeasuredServer } from '../../src/measured-server.ts';
import { RawSocket, type Way } from '../../src/raw-socket.ts';

const MIB = 1024 * 1024;

const LENGTHS: readonly (readonly [name: string, length: bigint, code: number])[] = [
  ['2^31 - 1', 2n ** 31n - 1n, 1009],
  ['2^31', 2n ** 31n, 1009],
  ['2^31 + 1', 2n ** 31n + 1n, 1009],
  ['2^32 + 1', 2n ** 32n + 1n, 1009],
  ['2^53 - 1', 2n ** 53n - 1n, 1009],
  ['2^53', 2n ** 53n, 1009],
  ['2^53 + 1', 2n ** 53n + 1n, 1009],
  ['2^63 - 1', 2n ** 63n - 1n, 1009],
  ['2^63', 2n ** 63n, 1002],
  ['2^64 - 1', 2n ** 64n - 1n, 1002],
];
const WAYS: readonly Way[] = ['whole', 'byte by byte', 'with rubbish behind'];

describe('V4: a server of ours', () => {
  let server: MeasuredServer;

  beforeAll(async () => {
    server = await MeasuredServer.start();
    // Warm: what is made once is there.
    for (const way of WAYS) {
      const socket = await opened(server.port);
      await socket.send(longHeader(0x82, 2n ** 40n, true), way);
      expect(await closeCode(socket)).toBe(1009);
      socket.destroy();
    }
  });

  afterAll(async () => {
    expect(server.lives).toBe(true);
    expect(server.printed).toBe('');
    await server.stop();
  });

  it.each(LENGTHS)('fails a frame of %s bytes at its header', async (_, length, code) => {
    const before = await server.measure();
    for (const way of WAYS) {
      for (const first of [0x81, 0x82, 0x02]) {
        const socket = await opened(server.port);
        await socket.send(longHeader(first, length, true), way);
        expect(await closeCode(socket), way).toBe(code);
        socket.destroy();
      }
    }
    const after = await server.measure();
    expect(after.peak - before.peak).toBeLessThan(16 * MIB);
    expect(after.held - before.held).toBeLessThan(MIB);
  });

  it.each(LENGTHS)('fails a continuation of %s bytes at its header', async (_, length, code) => {
    const socket = await opened(server.port);
    await socket.send(Buffer.concat([masked(2, Buffer.of(1), { fin: false }), longHeader(0x80, length, true)]));
    expect(await closeCode(socket)).toBe(code);
    socket.destroy();
  });

  it.each([0x88, 0x89, 0x8a])('fails a control frame (%i) that claims more than 125 bytes', async (first) => {
    for (const [, length] of LENGTHS) {
      const socket = await opened(server.port);
      await socket.send(longHeader(first, length, true));
      expect(await closeCode(socket)).toBe(1002);
      socket.destroy();
    }
  });

  it('fails the fragment with which a message outgrows the limit, at its header', async () => {
    const socket = await opened(server.port);
    // Each is fine by itself.
    const part = Buffer.alloc(300_000);
    await socket.send(
      Buffer.concat([masked(2, part, { fin: false }), ...[1, 2].map(() => masked(0, part, { fin: false }))]),
    );
    await socket.send(masked(0, part, { fin: false }).subarray(0, 14));
    expect(await closeCode(socket)).toBe(1009);
    socket.destroy();
  });
});

describe('V4: a client of ours', () => {
  let raw: NetServer;
  const answers: Buffer[] = [];
  const sockets: Promise<RawSocket>[] = [];

  beforeAll(async () => {
    raw = createServer({ allowHalfOpen: true }, (bare) => {
      const socket = new RawSocket(bare);
      sockets.push(
        (async () => {
          const key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(await socket.head())?.[1] ?? '';
          const accept = `Sec-WebSocket-Accept: ${acceptKey(key)}`;
          await socket.send(
            head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', accept),
          );
          await socket.send(answers.shift() ?? Buffer.alloc(0));
          void socket.finished.then(() => socket.end());
          return socket;
        })(),
      );
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
  });

  afterAll(async () => {
    for (const socket of sockets) (await socket).destroy();
    raw.close();
  });

  it.each(LENGTHS)('fails a frame of %s bytes at its header', async (_, length, code) => {
    for (const bytes of [
      longHeader(0x82, length, false),
      Buffer.concat([Buffer.of(0x02, 1, 1), longHeader(0x80, length, false)]),
    ]) {
      answers.push(bytes);
      const { arrayBuffers } = process.memoryUsage();
      const connection = await connect(`ws://127.0.0.1:${(raw.address() as AddressInfo).port}/`);
      connection.listen({ message: () => undefined });
      expect((await connection.closed).sent?.code).toBe(code);
      expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(4 * MIB);
    }
  });
});
