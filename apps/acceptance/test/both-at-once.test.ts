// Our client and our server, both sending at once, messages of 4 MiB among thousands of small ones: every byte arrives, in order, with
// backpressure and without, and nothing that was queued is lost by a close.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectOptions, connect } from '@framewire/node-client';
import { type ServeOptions, type Server, serve } from '@framewire/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const MIB = 1024 * 1024;
const COUNT = 3_000;
const LIMITS = { maxMessageSize: 4 * MIB, maxSendQueue: 64 * MIB };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framewire-unix-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Message number `index` of a side: no two are alike, every size class comes, and six are 4 MiB. */
function message(side: number, index: number): string | Uint8Array {
  if (index % 500 === 250) return bytes(4 * MIB, side + index);
  if (index % 97 === 0) return bytes(65_530 + (index % 11), side + index);
  const size = (index * 37) % 300;
  return index % 2 === 0 ? bytes(size, side + index) : `${side}/${index} ${'né漢👋'.repeat(size >> 3)}`;
}

function bytes(size: number, seed: number): Uint8Array {
  const filled = new Uint8Array(size);
  const words = new Uint32Array(filled.buffer, 0, size >>> 2);
  let word = seed + 1;
  for (let at = 0; at < words.length; at++) {
    word = Math.imul(word, 1_664_525) + 1_013_904_223;
    words[at] = word;
  }
  for (let at = words.length * 4; at < size; at++) filled[at] = seed + at;
  return filled;
}

function equal(got: string | Uint8Array | undefined, wanted: string | Uint8Array): boolean {
  if (typeof got === 'string' || typeof wanted === 'string') return got === wanted;
  return got !== undefined && Buffer.compare(got, wanted) === 0;
}

async function sendAll(connection: Connection, side: number, waits: boolean): Promise<void> {
  for (let index = 0; index < COUNT; index++) {
    if (!connection.send(message(side, index)) && waits) await connection.drained();
  }
}

/** Reads all that the other side sends. Resolves with how many came as they were sent. */
async function receiveAll(connection: Connection, side: number): Promise<number> {
  let count = 0;
  for await (const got of connection) {
    if (!equal(got, message(side, count))) throw new Error(`Message ${count} of side ${side} came changed.`);
    if (++count === COUNT) break;
  }
  return count;
}

interface Kind {
  readonly kind: string;
  readonly listening: () => ServeOptions;
  readonly reaching: (server: Server) => [url: string, options: ConnectOptions];
}

const KINDS: readonly Kind[] = [
  {
    kind: 'TCP',
    listening: () => ({ host: '127.0.0.1', port: 0 }),
    reaching: (server) => [server.url, {}],
  },
  {
    kind: 'a Unix socket',
    listening: () => ({ socketPath: join(folder, 'socket') }),
    reaching: (server) => [server.url, { socketPath: String(server.address) }],
  },
];

describe.each(KINDS)('both at once over $kind', ({ listening, reaching }) => {
  let server: Server;
  let ours: Connection;
  let theirs: Connection;

  beforeEach(async () => {
    const accepted = Promise.withResolvers<Connection>();
    server = await serve(
      (connection) => {
        accepted.resolve(connection);
        return connection.closed.then(() => {});
      },
      { ...listening(), ...LIMITS },
    );
    const [url, options] = reaching(server);
    ours = await connect(url, { ...options, ...LIMITS });
    theirs = await accepted.promise;
  });
  afterEach(() => server.close({ deadline: 0 }));

  it.each([
    ['each waiting when it is told to', true],
    ['all queued in one turn', false],
  ] as const)('every byte arrives, %s', async (_, waits) => {
    const [, , fromServer, fromClient] = await Promise.all([
      sendAll(ours, 1, waits),
      sendAll(theirs, 2, waits),
      receiveAll(ours, 2),
      receiveAll(theirs, 1),
    ]);
    expect([fromServer, fromClient]).toEqual([COUNT, COUNT]);
    expect(await ours.close()).toMatchObject({ clean: true, code: 1000 });
  });

  it('nothing that is queued is lost when the sender closes at once', async () => {
    await sendAll(ours, 1, false);
    expect(ours.bufferedAmount).toBeGreaterThan(20 * MIB);
    const [closure, received] = await Promise.all([ours.close(4000, 'that was all'), receiveAll(theirs, 1)]);
    expect(received).toBe(COUNT);
    expect(closure).toMatchObject({ clean: true, sent: { code: 4000, reason: 'that was all' } });
    expect(await theirs.closed).toMatchObject({ clean: true, code: 4000, reason: 'that was all', receivedFirst: true });
  });
});
