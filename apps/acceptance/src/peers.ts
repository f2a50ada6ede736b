// The real peers of the interop tests, and which of them are on this machine. In CI all must be; elsewhere a missing one is named.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program that speaks WebSocket: as a client it gets our URL, as a server it prints its port. */
export interface Peer {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

function at(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

const BUN = at('node_modules/.bin/bun');
const DENO = at('node_modules/.bin/deno');

function node(version: 20 | 22 | 24 | 26): string {
  return at(`node_modules/node-${version}/bin/node`);
}

/** The interpreter that has this module: the one of the system's packages need not be the first in PATH. */
function pythonWith(module: string): string {
  const found = ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );
  return found ?? `python3 with ${module}`;
}

export const CLIENTS: readonly Peer[] = [
  { name: 'ws on Node 20', command: [node(20), at('peers/echo-client.mjs')] },
  { name: 'WebSocket of Node 22', command: [node(22), at('peers/echo-client.mjs')] },
  { name: 'WebSocket of Node 24', command: [node(24), at('peers/echo-client.mjs')] },
  { name: 'WebSocket of Node 26', command: [node(26), at('peers/echo-client.mjs')] },
  { name: 'Bun', command: [BUN, at('peers/echo-client.mjs')] },
  { name: 'Deno', command: [DENO, 'run', '--allow-all', at('peers/echo-client.mjs')] },
  { name: 'websockets of Python', command: [pythonWith('websockets'), at('peers/websockets_client.py')] },
  { name: 'aiohttp of Python', command: [pythonWith('aiohttp'), at('peers/aiohttp_client.py')] },
];

export const SERVERS: readonly Peer[] = [
  { name: 'ws on Node 24', command: [node(24), at('peers/echo-server.mjs')] },
  { name: 'Bun', command: [BUN, at('peers/echo-server.mjs')] },
  { name: 'Deno', command: [DENO, 'run', '--allow-all', at('peers/echo-server.mjs')] },
  { name: 'websockets of Python', command: [pythonWith('websockets'), at('peers/websockets_server.py')] },
];

/** Whether the peer is on this machine. In CI a missing one is an error. */
export function isHere({ name, command }: Peer): boolean {
  const here =
    existsSync(command[0]) || (!command[0].includes(' ') && spawnSync(command[0], ['--version']).status === 0);
  if (!here && process.env.CI === 'true') throw new Error(`CI tests every peer, and ${name} is missing.`);
  if (!here) console.log(`Not tested: ${name} is not on this machine (${command[0]}).`);
  return here;
}

/** Runs a client to its end and returns the line of JSON it printed. */
export async function runClient(
  { command: [program, ...args] }: Peer,
  url: string,
  more: readonly string[] = [],
): Promise<unknown> {
  const child = spawn(program, [...args, url, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  await once(child, 'close');
  const { out, err } = output;
  try {
    return JSON.parse(out());
  } catch {
    throw new Error(`The client printed no result.\n${out()}${err()}`);
  }
}

/** Starts a server; gives its port, and a way to stop it. */
export async function startServer({
  command: [program, ...args],
}: Peer): Promise<{ port: number; stop(): Promise<void> }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { err } = collect(child);
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const line: unknown = await Promise.race([
    once(lines, 'line').then(([first]) => first),
    ended.then(() => Promise.reject(new Error(`The server ended at once.\n${err()}`))),
  ]);
  return {
    port: Number(line),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function collect(child: ChildProcess): { out(): string; err(): string } {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return { out: () => out, err: () => err };
}
