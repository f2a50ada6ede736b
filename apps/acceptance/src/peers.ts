// The real peers of the interop tests.

import { spawnSync } from 'node:child_process';
import { run, start } from './child.ts';
import { at, BUN, DENO, node, type Program } from './runtimes.ts';

/** The interpreter that has this module: the one of the system's packages need not be the first in PATH. */
function pythonWith(module: string): string {
  const found = ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );
  return found ?? `python3 with ${module}`;
}

/** Clients: each gets our URL as its last argument. */
export const CLIENTS: readonly Program[] = [
  { name: 'ws on Node 20', command: [node(20), at('peers/echo-client.mjs'), 'ws'] },
  { name: 'WebSocket of Node 22', command: [node(22), at('peers/echo-client.mjs'), 'native'] },
  { name: 'WebSocket of Node 24', command: [node(24), at('peers/echo-client.mjs'), 'native'] },
  { name: 'WebSocket of Node 26', command: [node(26), at('peers/echo-client.mjs'), 'native'] },
  { name: 'Bun', command: [BUN, at('peers/echo-client.mjs'), 'native'] },
  { name: 'Deno', command: [DENO, 'run', '--allow-all', at('peers/echo-client.mjs'), 'native'] },
  { name: 'websockets of Python', command: [pythonWith('websockets'), '-B', at('peers/websockets_client.py')] },
  { name: 'aiohttp of Python', command: [pythonWith('aiohttp'), '-B', at('peers/aiohttp_client.py')] },
];

/** Servers: each prints its port. */
export const SERVERS: readonly Program[] = [
  { name: 'ws on Node 24', command: [node(24), at('peers/echo-server.mjs')] },
  { name: 'Bun', command: [BUN, at('peers/echo-server.mjs')] },
  { name: 'Deno', command: [DENO, 'run', '--allow-all', at('peers/echo-server.mjs')] },
  { name: 'websockets of Python', command: [pythonWith('websockets'), '-B', at('peers/websockets_server.py')] },
];

/** Runs a client to its end and returns the line of JSON it printed. */
export async function runClient({ command }: Program, url: string): Promise<unknown> {
  const { stdout, stderr } = await run([...command, url]);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`The client printed no result.\n${stdout}${stderr}`);
  }
}

/** Starts a server; gives its port, and a way to stop it. */
export async function startServer({ command }: Program): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { line, stop } = await start(command);
  return { port: Number(line), stop };
}
