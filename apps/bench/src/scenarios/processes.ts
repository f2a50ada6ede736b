// One server in several processes that share a port, by node:cluster or by the operating system. They may run on any core, the load on one of
// them. Its application signs each message: where it does nothing at all, the load needs half as much of the cores as the server, and with two
// cores there would be nothing to see but that.

import { availableParallelism } from 'node:os';
import { type Contestant, inNode } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import type { LoadResult } from '../echo-load.ts';
import { interleave } from '../interleave.ts';
import { canPin, type Process } from '../process.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, sample } from '../sample.ts';

/** Ways to share a port. */
const WAYS = [
  ['framewire', 'cluster'],
  ['framewire (reusePort)', 'reusePort'],
] as const;
const LOAD = { connections: 50, inflight: 16, size: 20 };

export const processesScenarios: readonly Scenario[] = [1, 2].map((count) =>
  defineScenario({
    id: `processes-${count}`,
    group: 'processes',
    title: `Echo of 20 B that the application signs, 50 connections, 16 in flight on each, ${count === 1 ? 'one process' : `${count} processes`}`,
    at: { axis: 'processes', value: count },
    inQuick: false,
    run: (context) => run(context, count),
  }),
);

interface Entry {
  readonly name: string;
  readonly tested: readonly number[];
  readonly load: Process;
}

async function run(context: ScenarioContext, count: number): Promise<{ results: ContestantResult[] }> {
  const { rounds, roundTime, warmUp } = context.effort;
  const entries: Entry[] = [];
  try {
    for (const [name, how] of WAYS) {
      const server = await context.contestant(onAnyCore(inNode(name, 'processes.mjs', { args: [`${count}`, how] })));
      if (server === undefined) continue;
      const load = await context.program('echo-load');
      await load.ask('connect', { ...LOAD, key: name, port: server.ready.listening, webSocket: true });
      entries.push({ name, tested: await server.ask<number[]>('pids'), load });
      await load.ask('run', { key: name, time: warmUp });
    }
    const samples = await interleave(rounds, entries, ({ name, tested, load }) =>
      sample(tested, load.pid, async () => {
        return (await load.ask<LoadResult>('run', { key: name, time: roundTime })).messages;
      }),
    );
    const note = `server and load share ${availableParallelism()} cores`;
    return { results: [...samples].map(([{ name }, taken]) => resultOf(name, taken, note)) };
  } finally {
    for (const { name, load } of entries) await load.ask('disconnect', name);
  }
}

/** Takes back what pins a contestant to one core. */
function onAnyCore(contestant: Contestant): Contestant {
  if (!canPin) return contestant;
  const cores = `0-${availableParallelism() - 1}`;
  return { ...contestant, command: 'taskset', args: ['-c', cores, contestant.command, ...contestant.args] };
}
