// On sources: a contestant of ours is told so by its environment. The others are what is installed; in CI all of them must be.

import { afterEach, describe, expect, it } from 'vitest';
import { Load } from '../../src/echo-load.ts';
import type { EchoContestant } from '../../src/echo-measurement.ts';
import { Process, SERVER_CORE } from '../../src/process.ts';
import {
  bun,
  deno,
  framewire,
  net,
  uWebSockets,
  websocket,
  ws,
  wsWithAddon,
} from '../../src/scenarios/echo-contestants.ts';

const MB = 1 << 20;
const started: Process[] = [];
const loads: Load[] = [];

afterEach(async () => {
  for (const load of loads.splice(0)) load.close();
  await Promise.all(started.splice(0).map((process) => process.stop()));
});

/** Undefined where it is not installed. */
async function start(contestant: EchoContestant): Promise<Process | undefined> {
  const environment = { ...contestant.environment, NODE_OPTIONS: '--conditions=@framewire/source' };
  try {
    const process = await Process.start(
      contestant === framewire ? { ...contestant, environment } : contestant,
      SERVER_CORE,
    );
    started.push(process);
    return process;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.log(`Not tested: ${contestant.name}. ${(error as Error).message}`);
    return undefined;
  }
}

describe('the contestants', () => {
  const all = [framewire, ws, wsWithAddon, websocket, uWebSockets, bun, deno, net];

  it.each(all.map((contestant) => [contestant.name, contestant] as const))('%s echoes', async (_, contestant) => {
    const server = await start(contestant);
    if (server === undefined) return;
    expect(server.ready.version).toMatch(/\d+\.\d+\.\d+/);
    const webSocket = contestant.raw !== true;
    const port = server.ready.listening ?? 0;
    for (const message of [{ size: 20 }, { size: 20, text: true }, { size: 16 * MB, inflight: 1 }]) {
      const load = await Load.connect({ port, connections: 1, inflight: 4, webSocket, ...message });
      loads.push(load);
      expect((await load.run(20)).messages).toBeGreaterThan(0);
    }
  });

  it('run ws with and without its addon, as their names say', async () => {
    const [without, withAddon] = [await start(ws), await start(wsWithAddon)];
    expect(without?.ready.version).not.toContain('bufferutil');
    if (withAddon !== undefined) expect(withAddon.ready.version).toContain('with bufferutil');
    const neither = { ...ws, args: wsWithAddon.args };
    await expect(Process.start(neither, SERVER_CORE)).rejects.toThrow('It runs without bufferutil, against its name.');
  });

  it('tell their memory when asked', async () => {
    const server = await start(ws);
    const memory = await server?.ask<{ heapUsed: number; rss: number }>('heap');
    expect(memory?.heapUsed).toBeGreaterThan(1e6);
    expect(memory?.rss).toBeGreaterThan(memory?.heapUsed ?? 0);
  });
});
