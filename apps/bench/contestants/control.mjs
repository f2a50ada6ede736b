// What every server under test does beside its work: it says where it listens and which version it is, tells its memory when asked, and
// ends when its standard input ends. Plain JavaScript, for Bun and Deno and every version of Node run this file as it is.

import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Says that the server listens, and answers until standard input ends.
 * `commands` maps a name to what is done: it gets the argument and returns the answer, or a promise of it.
 */
export function announce(port, version, commands = {}) {
  const all = { heap, heapParts, profileStart, profileStop, ...commands };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const space = line.indexOf(' ');
    const name = space === -1 ? line : line.slice(0, space);
    try {
      if (all[name] === undefined) throw new Error(`It has no command ${name}.`);
      write((await all[name](space === -1 ? undefined : JSON.parse(line.slice(space)))) ?? null);
    } catch (error) {
      write({ error: String(error?.message ?? error) });
    }
  });
  lines.on('close', () => process.exit());
  write({ listening: port, version });
}

/** Bytes, after garbage was collected as often as it takes to find all of it. */
async function heap() {
  for (let i = 0; i < 5; i++) {
    if (globalThis.gc !== undefined) globalThis.gc();
    else globalThis.Bun?.gc(true);
    await sleep(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}

// In Node only: nobody else is asked.

async function heapParts() {
  return (await import('./heap-parts.mjs')).heapParts();
}

async function profileStart() {
  await (await import('./profile.mjs')).profileStart();
}

async function profileStop() {
  return (await import('./profile.mjs')).profileStop();
}

function write(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
