// The servers of the guide to scaling, as they stand there, in real processes and threads: they share a port, outlive one of them, tell each
// other what is for all, and close as they were told.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type NodeConnection } from '@framewire/node-client';
import { transform } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { begin, type RunningProgram } from '../src/child.ts';
import { codeBlocks } from '../src/code-blocks.ts';
import { freePort } from '../src/free-port.ts';
import { at } from '../src/runtimes.ts';

const WORKERS = 2;

let folder: string;
let server: RunningProgram | undefined;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(at('node_modules/.scaling-'));
});
afterEach(() => server?.stop());
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the guide's server that holds these words, and waits until all its workers listen. */
async function startBlock(words: string, isWorker: string): Promise<RunningProgram> {
  const block = (await codeBlocks('docs/scaling.md')).find(({ code }) => code.includes(words));
  port = await freePort();
  const guide =
    block?.code.replaceAll('8080', String(port)).replaceAll('availableParallelism()', String(WORKERS)) ?? '';
  const { code } = await transform(guide, { loader: 'ts', target: 'es2022' });
  const file = join(folder, `${port}.mjs`);
  await writeFile(file, `${code}\nif (${isWorker}) console.log('It listens.');\n`);
  server = begin(['setpriv', '--pdeathsig', 'KILL', process.execPath, file]);
  for (let i = 0; i < WORKERS; i++) expect(await server.next()).toBe('It listens.');
  return server;
}

/** The next message. */
async function next(connection: NodeConnection): Promise<unknown> {
  for await (const message of connection) return message;
  return undefined;
}

async function echoes(connection: NodeConnection): Promise<void> {
  connection.send('hello');
  expect(await next(connection)).toBe('hello');
}

/** Connects until so many different workers have introduced themselves, and returns one connection to each. */
async function meet(count: number): Promise<Map<string, NodeConnection>> {
  const met = new Map<string, NodeConnection>();
  while (met.size < count) {
    const connection = await connect(`ws://127.0.0.1:${port}/`);
    const name = String(await next(connection));
    if (met.has(name)) await connection.close();
    else met.set(name, connection);
  }
  return met;
}

describe('processes under node:cluster', () => {
  it('share the clients out, replace one that dies, and close when they are told', async () => {
    const primary = await startBlock('You talk to process', 'cluster.isWorker');
    const [[first, victim] = [], [, other] = []] = await meet(WORKERS);
    process.kill(Number.parseInt(first?.replace('You talk to process ', '') ?? '', 10), 'SIGKILL');
    expect(await victim?.closed).toMatchObject({ clean: false, code: 1006 });
    await echoes(other as NodeConnection);

    expect(await primary.next()).toBe('It listens.');
    const met = await meet(WORKERS);
    expect(met.has(first as string)).toBe(false);
    const connections = [other as NodeConnection, ...met.values()];
    for (const connection of connections) await echoes(connection);
    const code = primary.end('SIGTERM');
    for (const { closed } of connections) expect(await closed).toMatchObject({ clean: true, code: 1001 });
    expect(await code).toBe(0);
  });

  it('have one port where a free one was asked for, and go on without one that closes', async () => {
    const file = join(folder, 'free-port.mjs');
    await writeFile(
      file,
      `import cluster from 'node:cluster';
      import { serve } from '@framewire/node-server';
      if (cluster.isPrimary) for (let i = 0; i < 2; i++) cluster.fork();
      else {
        const server = await serve((connection) => void connection.send(String(process.pid)), { port: 0, host: '127.0.0.1' });
        process.once('SIGUSR2', () => void server.close().then(() => console.log('closed')));
        console.log(server.address.port + ' ' + process.pid);
      }`,
    );
    server = begin(['setpriv', '--pdeathsig', 'KILL', process.execPath, file]);
    const [one = [], two = []] = [await server.next(), await server.next()].map((line) => line.split(' ').map(Number));
    port = Number(one[0]);
    expect(two[0]).toBe(port);
    expect([...(await meet(WORKERS)).keys()].sort()).toEqual([String(one[1]), String(two[1])].sort());
    process.kill(Number(one[1]), 'SIGUSR2');
    expect(await server.next()).toBe('closed');
    for (let i = 0; i < 4; i++) {
      expect(await next(await connect(`ws://127.0.0.1:${port}/`))).toBe(String(two[1]));
    }
  });

  it('tell each other what is for everyone', async () => {
    await startBlock("cluster.on('message'", 'cluster.isWorker');
    // They are given to the workers in turn.
    const connections = await Promise.all([1, 2, 3, 4].map(() => connect(`ws://127.0.0.1:${port}/`)));
    connections[0]?.send('to all');
    for (const connection of connections) expect(await next(connection)).toBe('to all');
    connections[1]?.send('and again');
    for (const connection of connections) expect(await next(connection)).toBe('and again');
  });
});

describe('threads with reusePort', () => {
  it('share the clients out, and close when they are told', async () => {
    const main = await startBlock('reusePort: true', '!isMainThread');
    const connections = [...(await meet(WORKERS)).values()];
    for (const connection of connections) await echoes(connection);
    const code = main.end('SIGTERM');
    for (const { closed } of connections) expect(await closed).toMatchObject({ clean: true, code: 1001 });
    expect(await code).toBe(0);
  });
});
