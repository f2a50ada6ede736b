import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ScenarioContext } from '../src/define-scenario.ts';
import { Process } from '../src/process.ts';
import { withProfiles } from '../src/profile.ts';
import type { ContestantResult } from '../src/report.ts';
import { net } from '../src/scenarios/echo-contestants.ts';

const RESULTS: readonly ContestantResult[] = ['net', 'ws'].map((contestant) => ({
  contestant,
  metrics: {},
  loadWasBottleneck: false,
}));
const contextOf = (quick: boolean) => ({ quick }) as unknown as ScenarioContext;

describe('a profile', () => {
  it('tells the shares of what a process was busy with, and of no other', async () => {
    const server = await Process.start(net, 0);
    try {
      // Collecting garbage is work that is seen.
      const work = () => server.ask('heap');
      const [ours, theirs] = await withProfiles(contextOf(false), RESULTS, () => server, work);
      const shares = Object.values(ours?.profile ?? {});
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
      expect(Object.keys(ours?.profile ?? {})).toContain('garbage collection');
      expect(theirs).not.toHaveProperty('profile');
    } finally {
      await server.stop();
    }
  });

  it('is left out of a quick run', async () => {
    const results = await withProfiles(
      contextOf(true),
      RESULTS,
      () => undefined,
      async () => undefined,
    );
    expect(results).toEqual(RESULTS);
  });
});

describe('the heap of an idle server', () => {
  it('is told by the classes of what it holds', async () => {
    const server = await Process.start(net, 0);
    const sockets: Socket[] = [];
    try {
      for (let count = 0; count < 200; count++) sockets.push(await connected(server.ready.listening ?? 0));
      const parts = await server.ask<Record<string, number>>('heapParts');
      expect((parts.Socket ?? 0) / sockets.length).toBeGreaterThan(100);
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.stop();
    }
  });
});

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
