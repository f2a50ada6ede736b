// `pnpm bench:deflate`: memory of the server process for each compressing connection, ours beside ws's, with and without context takeover.
// Each case has a process of its own. Its connections have all sent a compressed message and got one back; then they idle, and after a
// garbage collection what the process has more than before is divided among them. The exit code says nothing about targets.

import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { DEFLATE_SERVERS, type DeflateServerName, startDeflateServer } from './deflate-servers.ts';
import { answer, PinnedProcess } from './pinned-process.ts';

const SCRIPT = fileURLToPath(import.meta.url);

const { values: options } = parseArgs({
  options: {
    role: { type: 'string', default: 'controller' },
    connections: { type: 'string', default: '1000' },
    size: { type: 'string', default: '4096' },
    messages: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});

/** What a process takes, in bytes. */
interface Memory {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

interface Case {
  readonly name: DeflateServerName;
  readonly takeover: boolean;
  readonly compress: boolean;
}

interface Result extends Case {
  /** Per connection. */
  readonly used: Memory;
}

if (options.role === 'server') {
  answer({
    start: async (of: Case) => (await startDeflateServer(of.name, of.takeover, of.compress)).port,
    memory: settledMemory,
  });
} else await control();

async function control(): Promise<void> {
  const cases = [false, true].flatMap((takeover) =>
    DEFLATE_SERVERS.map((name): Case => ({ name, takeover, compress: true })),
  );
  const plain = DEFLATE_SERVERS.map((name): Case => ({ name, takeover: false, compress: false }));
  const results: Result[] = [];
  for (const one of [...plain, ...cases]) results.push(await measure(one));
  if (options.json) {
    console.log(JSON.stringify({ node: process.version, options, results }, null, 2));
    return;
  }
  const { connections, size, messages } = options;
  console.log(`Node ${process.version} on ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}.`);
  console.log(
    `${connections} connections, each of which sent and got back ${messages} messages of ${size} B, and idles now.`,
  );
  console.log('Memory of the server process for each, KiB.\n');
  console.log(
    `${''.padEnd(26)}${'server'.padEnd(12)}${'RSS'.padStart(8)}${'heap'.padStart(8)}${'external'.padStart(10)}`,
  );
  for (const { name, takeover, compress, used } of results) {
    const how = compress ? `${takeover ? 'with' : 'no'} context takeover` : 'no compression';
    console.log(
      `${how.padEnd(26)}${name.padEnd(12)}${kib(used.rss).padStart(8)}${kib(used.heap).padStart(8)}${kib(used.external).padStart(10)}`,
    );
  }
}

async function measure(one: Case): Promise<Result> {
  const server = new PinnedProcess(SCRIPT, ['--role', 'server'], 0, ['--expose-gc']);
  try {
    const port = await server.ask<number>('start', one);
    // What is made once, and what the allocator keeps, is not the connections'.
    await converse(port, one, 50, (sockets) => closeAll(sockets));
    const before = await server.ask<Memory>('memory');
    const count = Number(options.connections);
    const after = await converse(port, one, count, async (sockets) => {
      const memory = await server.ask<Memory>('memory');
      await closeAll(sockets);
      return memory;
    });
    const each = (of: keyof Memory): number => (after[of] - before[of]) / count;
    return { ...one, used: { rss: each('rss'), heap: each('heap'), external: each('external') } };
  } finally {
    server.end();
  }
}

/** Opens so many connections, and lets each send its messages and get them back, compressed or not. */
async function converse<T>(
  port: number,
  { takeover, compress }: Case,
  count: number,
  then: (sockets: readonly WebSocket[]) => Promise<T>,
): Promise<T> {
  const sockets: WebSocket[] = [];
  const perMessageDeflate = compress && {
    threshold: 0,
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
  };
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate });
    sockets.push(socket);
    await once(socket, 'open');
    if (compress !== socket.extensions.includes('permessage-deflate')) throw new Error('It does not compress.');
    for (let n = 0; n < Number(options.messages); n++) {
      const message = text(i * 1000 + n);
      socket.send(message);
      const [came] = (await once(socket, 'message')) as [Buffer];
      if (came.toString() !== message) throw new Error('A message came back changed.');
    }
  }
  return then(sockets);
}

async function closeAll(sockets: readonly WebSocket[]): Promise<void> {
  const closed = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.close();
  await Promise.all(closed);
}

/** Text that compresses to about a third, as JSON does. */
function text(seed: number): string {
  let made = '';
  for (let i = seed; made.length < Number(options.size); i++)
    made += `{"id":${(i * 2_654_435_761) % 1_000_003},"name":"user"},`;
  return made.slice(0, Number(options.size));
}

async function settledMemory(): Promise<Memory> {
  for (let i = 0; i < 5; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external };
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
