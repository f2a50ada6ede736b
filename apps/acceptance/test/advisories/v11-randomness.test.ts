// V11: masking keys and the keys of opening handshakes come from the CSPRNG of Node, are evenly spread and never used again (RFC 6455, sections 4.1, 5.3
// and 10.3). We compare no secrets: the accept key is a hash of what both sides have seen, and what an application authorizes with is its own.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect } from '@framewire/node-client';
import { serve } from '@framewire/node-server';
import { acceptKey } from '@framewire/protocol';
import { expect, it } from 'vitest';
import { head } from '../../src/attack.ts';
import { output } from '../../src/child.ts';
import { at, node } from '../../src/runtimes.ts';

const FRAMES = 30_000;

/** The 32-bit keys of so many frames, on a few connections, and the keys of the handshakes. */
async function drawn(connections: number): Promise<{ masks: number[]; keys: string[] }> {
  const masks: number[] = [];
  const keys: string[] = [];
  const each = FRAMES / connections;
  const done: Promise<void>[] = [];
  const server = createServer((socket) => {
    // Whoever terminates may reset.
    socket.on('error', () => undefined);
    let rest: Buffer = Buffer.alloc(0);
    let count = 0;
    done.push(
      new Promise((resolve) => {
        socket.once('data', (request: Buffer) => {
          const key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(request.toString('latin1'))?.[1] ?? '';
          keys.push(key);
          const accept = `Sec-WebSocket-Accept: ${acceptKey(key)}`;
          socket.write(head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', accept));
          socket.on('data', (chunk: Buffer) => {
            rest = Buffer.concat([rest, chunk]);
            // A header, a mask and one byte.
            for (; rest.length >= 7; rest = rest.subarray(7)) {
              masks.push(rest.readUInt32BE(2));
              if (++count === each) resolve();
            }
          });
        });
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (let i = 0; i < connections; i++) {
    const connection = await connect(url);
    for (let sent = 0; sent < each; sent++) {
      if (!connection.send(new Uint8Array(1))) await connection.drained();
    }
    await done[i];
    connection.terminate();
  }
  server.close();
  return { masks, keys };
}

it('V11: masks are evenly spread, follow from none before, and come once', async () => {
  const { masks } = await drawn(3);
  expect(masks.length).toBe(FRAMES);
  // Of so many numbers of 32 bits, 0.1 pairs are the same by chance.
  expect(FRAMES - new Set(masks).size).toBeLessThanOrEqual(3);
  for (const shift of [0, 8, 16, 24]) {
    const counts = new Float64Array(256);
    for (const mask of masks) counts[(mask >>> shift) & 255] = (counts[(mask >>> shift) & 255] as number) + 1;
    const expected = FRAMES / 256;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: one in ten million is further out on either side.
    expect(chiSquare).toBeGreaterThan(155);
    expect(chiSquare).toBeLessThan(390);
  }
  // Each bit changes from one mask to the next in half of all cases: 0.5 +- 6 deviations.
  for (let bit = 0; bit < 32; bit++) {
    let changes = 0;
    for (let i = 1; i < masks.length; i++) changes += (((masks[i] as number) ^ (masks[i - 1] as number)) >>> bit) & 1;
    expect(Math.abs(changes / FRAMES - 0.5)).toBeLessThan(0.02);
  }
});

it('V11: keys of handshakes are 16 bytes each, and come once', async () => {
  const keys: string[] = [];
  const server = await serve((connection) => connection.close().then(() => undefined), {
    host: '127.0.0.1',
    port: 0,
    authorize: (request) => {
      keys.push(request.headers.get('sec-websocket-key') ?? '');
    },
  });
  for (let i = 0; i < 200; i++) await (await connect(server.url)).closed;
  await server.close();
  expect(new Set(keys).size).toBe(200);
  const nonces = keys.map((key) => Buffer.from(key, 'base64'));
  expect(nonces.every(({ length }) => length === 16)).toBe(true);
  // 3,200 bytes: each value is expected 12.5 times.
  const counts = new Map<number, number>();
  for (const byte of Buffer.concat(nonces)) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  expect(counts.size).toBeGreaterThan(250);
  expect(Math.max(...counts.values())).toBeLessThan(40);
});

it('V11: both come from crypto and from nothing else', async () => {
  const printed = await output([node(24), at('peers/random-source.mjs')]);
  expect(JSON.parse(printed)).toEqual({ nonce: true, masks: true, drawn: true });
});
