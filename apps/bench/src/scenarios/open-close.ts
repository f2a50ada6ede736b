// Connections that are opened, and closed with 1000 as soon as they are open. The figure is what all of it costs the server, TCP included;
// `net` tells what of it is that of Node's sockets. It takes some ten thousand handshakes until the code is compiled, so the warm-up is long.

import { type Contestant, inNode, only } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import { interleave } from '../interleave.ts';
import type { Process } from '../process.ts';
import { PROFILE_TIME, withProfiles } from '../profile.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, type Sample, sample } from '../sample.ts';
import { quartiles } from '../statistics.ts';
import { bun, deno, framewire, uWebSockets, websocket, ws } from './echo-contestants.ts';
import { forAWhile } from './working.ts';

const ID = 'open-close';
const LANES = 16;
/** How much longer than elsewhere the warm-up is. */
const WARM_UP = 5;
const NOTES: Readonly<Record<string, string>> = {
  net: 'the least a server of Node can do: it checks nothing',
};

const SERVERS: readonly Contestant[] = [
  framewire,
  ws,
  websocket,
  inNode('net', 'net-handshake.mjs'),
  uWebSockets,
  bun,
  deno,
];

const QUICK = only(['framewire', 'ws', 'net'], SERVERS);

interface Times {
  readonly count: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
}

export const openCloseScenarios: readonly Scenario[] = [
  defineScenario({
    id: ID,
    group: 'open-close',
    title: `Opening and closing a connection, ${LANES} at a time`,
    inQuick: true,
    run,
  }),
];

async function run(context: ScenarioContext): Promise<{ results: ContestantResult[] }> {
  const { rounds, roundTime, warmUp } = context.effort;
  const load = await context.program('comings-and-goings');
  const failed = (name: string, error: unknown): void =>
    context.unavailable(name, `in ${ID}: ${(error as Error).message}`);
  const servers = new Map<string, Process>();
  const work = ({ ready: { listening: port } }: Process, time: number) =>
    forAWhile(
      time,
      () => load.ask('start', { port, lanes: LANES }),
      () => load.ask<Times>('stop'),
    );
  for (const contestant of context.quick ? QUICK : SERVERS) {
    const server = await context.contestant(contestant);
    if (server === undefined) continue;
    context.progress(contestant.name);
    try {
      await work(server, WARM_UP * warmUp);
      servers.set(contestant.name, server);
    } catch (error) {
      failed(contestant.name, error);
    }
  }
  const samples = await interleave(
    rounds,
    [...servers],
    async ([, server]): Promise<Sample & Times> => {
      let times: Times = { count: 0, p50: 0, p99: 0 };
      const taken = await sample([server.pid], load.pid, async () => {
        times = await work(server, roundTime);
        return times.count;
      });
      return { ...taken, ...times };
    },
    ([name], error) => failed(name, error),
  );
  const results = [...samples].map(([[name], taken]) => withTimes(resultOf(name, taken, NOTES[name]), taken));
  const serverOf = (name: string) => servers.get(name);
  const profiling = async (name: string) => {
    const server = serverOf(name);
    if (server !== undefined) await work(server, PROFILE_TIME);
  };
  return { results: await withProfiles(context, results, serverOf, profiling) };
}

function withTimes(result: ContestantResult, taken: readonly Times[]): ContestantResult {
  const p50 = quartiles(taken.map((times) => times.p50));
  const p99 = quartiles(taken.map((times) => times.p99));
  return { ...result, metrics: { ...result.metrics, p50, p99 } };
}
