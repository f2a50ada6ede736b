// What a peer can make us hold before its handshake is done: 32 KiB, with its socket and all that stands around it, measured.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient, request } from './support/raw-client.ts';

const KIB = 1024;
const HOSTILE_PEERS = 200;
const WARM_UP = 10;
const MAX_HEAD = 16 * KIB;
const PROGRAM = fileURLToPath(new URL('support/measured-server.ts', import.meta.url));

interface Measure {
  readonly inUse: number;
  readonly waiting: number;
}

type Act = 'refuses' | 'hands over' | 'authorizes';

let child: ChildProcess;
let ports: Readonly<Record<Act, number>>;
const clients: RawClient[] = [];

beforeAll(async () => {
  child = fork(PROGRAM, { execArgv: ['--conditions=@framewire/source', '--no-warnings'] });
  [ports] = await once(child, 'message');
});
afterAll(() => {
  child.kill('SIGKILL');
  for (const client of clients) client.socket.destroy();
});

async function measure(): Promise<Measure> {
  child.send('measure');
  const [measured] = (await once(child, 'message')) as [Measure];
  return measured;
}

/** So many clients that send these chunks. */
async function attack(act: Act, count: number, chunks: readonly Uint8Array[]): Promise<void> {
  for (let i = 0; i < count; i++) {
    const client = await RawClient.to(ports[act]);
    clients.push(client);
    // One is sent as it is in the worst case; the others need not take as long.
    if (i === 0) await client.sendSlowly(chunks);
    else client.send(...chunks);
  }
}

/** Bytes in use, as soon as they are nearly the same twice: then everything that was sent has come. */
async function settled(waiting: number): Promise<number> {
  for (let before = -1; ; ) {
    const measured = await measure();
    if (measured.waiting >= waiting && Math.abs(measured.inUse - before) < 16 * KIB) return measured.inUse;
    before = measured.inUse;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A request of exactly so many bytes, with as many fields as are allowed or as few as are needed. */
function head(size: number, fields: number, letter = 'v'): string {
  const rest = fields - 5;
  const plain = request();
  const perField = Math.floor((size - plain.length) / rest);
  const changes: Record<string, string> = {};
  for (let i = 0; i < rest; i++) {
    const name = `x${String(i).padStart(3, '0')}`;
    changes[name] = letter.repeat(perField - name.length - 4);
  }
  const text = request(changes);
  const last = `x${String(rest - 1).padStart(3, '0')}`;
  return request({ ...changes, [last]: `${changes[last]}${letter.repeat(size - text.length)}` });
}

function cut(text: string, size = 1000): Uint8Array[] {
  const bytes = Buffer.from(text, 'latin1');
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

const FULL = head(MAX_HEAD - 1, 100);
const LONG = 'p'.repeat(MAX_HEAD - 1000);
/** Nearly a whole head of distinct tokens of three letters. */
const TOKENS = Array.from({ length: 4000 }, (_, i) => (46_656 / 4 + i).toString(36)).join(',');

const rows: [string, Act, string, number][] = [
  ['sends a head up to its last byte but one', 'refuses', FULL.slice(0, -1), 0],
  ['sends it where an HTTP server may have to be given it', 'hands over', FULL.slice(0, -1), 0],
  ['waits for authorize with a head of many fields, not of ASCII', 'authorizes', head(MAX_HEAD - 1, 100, 'é'), 1],
  ['sends frames before the answer', 'authorizes', head(MAX_HEAD / 2, 100) + 'f'.repeat(MAX_HEAD / 2), 1],
  ['offers thousands of subprotocols', 'authorizes', request({ 'Sec-WebSocket-Protocol': TOKENS }), 1],
  ['asks for a path of many KiB', 'authorizes', request({}, `GET http://example.com/${LONG} HTTP/1.1`), 1],
];

describe('a hostile peer holds at most 32 KiB before its handshake is done', () => {
  it.each(rows)('that %s', async (_, act, text, waits) => {
    const chunks = cut(text);
    const { waiting } = await measure();
    // What is compiled and grown once is not the peers'.
    await attack(act, WARM_UP, chunks);
    const before = await settled(waiting + WARM_UP * waits);
    await attack(act, HOSTILE_PEERS, chunks);
    const after = await settled(waiting + (WARM_UP + HOSTILE_PEERS) * waits);
    const each = (after - before) / HOSTILE_PEERS;
    // Nearly as much as it sent, or it would not have been held at all.
    expect(each).toBeGreaterThan(0.9 * text.length);
    expect(each).toBeLessThan(32 * KIB);
  });
});
