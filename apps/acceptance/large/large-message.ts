// `pnpm large`: one message of 4 GiB in each direction at once, between two processes with 64 MiB of heap. Both sides must see every byte, and
// neither may hold much of it. `-- --size BYTES` sends less, as the acceptance test does.

import { parseArgs } from 'node:util';
import { begin, start } from '../src/child.ts';
import { at, node } from '../src/runtimes.ts';

/** What one side saw. */
export interface SideReport {
  readonly sent: string;
  readonly received: string;
  readonly bytes: number;
  readonly parts: number;
  /** Most bytes of heap in use whenever it was looked at. */
  readonly heap: number;
  /** Most bytes of memory the process ever had. */
  readonly rss: number;
  /** What the other side closed with. */
  readonly code: number;
}

const HEAP = '--max-old-space-size=64';

/** Sends a message of `size` bytes in each direction, and returns what the server and the client saw. */
export async function exchangeLarge(size: number): Promise<{ server: SideReport; client: SideReport }> {
  const server = await start([node(24), HEAP, at('large/server.mjs'), String(size)]);
  const client = begin([node(24), HEAP, at('large/client.mjs'), String(size), server.line]);
  try {
    const [fromServer, fromClient] = await Promise.all([server.next(), client.next()]);
    return { server: JSON.parse(fromServer) as SideReport, client: JSON.parse(fromClient) as SideReport };
  } finally {
    await client.stop();
    await server.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { size: { type: 'string', default: String(4 * 1024 ** 3) } } });
  const size = Number(values.size);
  if (!Number.isSafeInteger(size) || size < 1) throw new Error('--size must be a whole number of bytes.');
  const began = performance.now();
  const { server, client } = await exchangeLarge(size);
  const seconds = (performance.now() - began) / 1000;
  const right = server.sent === client.received && client.sent === server.received;
  const complete = [server, client].every(({ bytes, code }) => bytes === size && code === 1000);
  const mib = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
  console.log(`${mib(size)} in each direction at once, in ${seconds.toFixed(1)} s, with 64 MiB of heap a process`);
  for (const [name, side] of Object.entries({ server, client })) {
    console.log(
      `${name}: received ${side.bytes} bytes in ${side.parts} parts; heap ${mib(side.heap)}, RSS ${mib(side.rss)} at most`,
    );
  }
  console.log(right && complete ? 'Every byte arrived, in order.' : 'What arrived is not what was sent.');
  process.exitCode = right && complete ? 0 : 1;
}

if (import.meta.main) await main();
