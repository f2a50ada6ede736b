// A server that goes down: nobody is cut off, nothing that was queued is lost, and it does not take long.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Connection, connect } from '@framewire/node-client';
import { type NodeConnection, serve } from '@framewire/node-server';
import { describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../demo/dist/server.js', import.meta.url));
const CONNECTIONS = 1000;
/** What the issue allows, and what the deadlines below are set to. */
const DEADLINE = 5000;

/** So many clients, connected a hundred at a time. */
async function crowd(url: string, count: number): Promise<Connection[]> {
  const all: Connection[] = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(100, count - all.length) }, () => connect(url));
    all.push(...(await Promise.all(some)));
  }
  return all;
}

async function messagesOf(connection: Connection): Promise<unknown[]> {
  const messages: unknown[] = [];
  for await (const message of connection) messages.push(message);
  return messages;
}

describe('a server that closes', () => {
  it('tells 1,000 connections 1001 at the rate it was given, behind what was queued, and is done within its deadline', async () => {
    const server = await serve((connection: NodeConnection) => connection.listen({ message: () => {} }), {
      host: '127.0.0.1',
      port: 0,
    });
    const clients = await crowd(server.url, CONNECTIONS);
    const received = clients.map(messagesOf);
    const numbers = Array.from({ length: 50 }, (_, number) => `${number} ${'.'.repeat(1000)}`);
    for (const text of numbers) server.broadcast(text);
    await server.close({ deadline: DEADLINE, rate: 1000, retryAfter: 2000, reason: 'maintenance' });
    expect(server.connections.size).toBe(0);
    const closures = await Promise.all(clients.map(({ closed }) => closed));
    // Had the deadline come first, those that were left would have been cut off: not clean, and 1006.
    expect(closures.filter(({ clean, code }) => clean && code === 1001)).toHaveLength(CONNECTIONS);
    expect(new Set(closures.map(({ reason }) => reason))).toEqual(new Set(['retry-after=2 maintenance']));
    for (const messages of await Promise.all(received)) expect(messages).toEqual(numbers);
  });
});

describe('the demo on SIGTERM', () => {
  it('fails its readiness, says 1001 to 1,000 connections behind their echoes, and exits with 0', async () => {
    const demo = spawn(process.execPath, [DEMO], { env: { ...process.env, HOST: '', PORT: '0' } });
    try {
      await drainDemo(demo);
    } finally {
      demo.kill('SIGKILL');
    }
  });
});

async function drainDemo(demo: ChildProcessWithoutNullStreams): Promise<void> {
  const [line] = await once(createInterface({ input: demo.stdout }), 'line');
  const url = String(line).replace('Framewire demo: ', '');
  expect((await fetch(new URL('ready', url))).status).toBe(200);

  const clients = await crowd(new URL('echo', url).href.replace('http', 'ws'), CONNECTIONS);
  const received = clients.map(messagesOf);
  const exit = once(demo, 'exit');
  for (const client of clients) client.send('before');
  // The last one's echo: the demo has read what the others sent before it.
  const last = await connect(new URL('echo', url).href.replace('http', 'ws'));
  last.send('last');
  for await (const _ of last) break;
  demo.kill('SIGTERM');
  // A balancer that asks learns it before it is turned away.
  while ((await fetch(new URL('ready', url))).status !== 503);
  const closures = await Promise.all(clients.map(({ closed }) => closed));
  expect(closures.filter(({ clean, code }) => clean && code === 1001)).toHaveLength(CONNECTIONS);
  expect(closures[0]?.reason).toBe('retry-after=1');
  for (const messages of await Promise.all(received)) expect(messages).toEqual(['before']);
  expect(await exit).toEqual([0, null]);
}
