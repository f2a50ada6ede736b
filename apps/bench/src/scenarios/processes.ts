// One server in several processes that share a port. They may run on any core, the load on one of them: with two cores, two processes and the load
// have to share, and the rate says how much of the cores is left for the server.

import { availableParallelism } from 'node:os';
import { type Contestant, inNode } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import type { LoadResult } from '../echo-load.ts';
import { canPin } from '../process.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, type Sample, sample } from '../sample.ts';

const LOAD = { connections: 50, inflight: 16, size: 20 };

export const processesScenarios: readonly Scenario[] = [1, 2].map((count) =>
  defineScenario({
    id: `processes-${count}`,
    group: 'processes',
    title: `Echo, 20 B, 50 connections, 16 in flight on each, ${count === 1 ? 'one process' : `${count} processes`}`,
    at: { axis: 'processes', value: count },
    inQuick: false,
    run: (context) => run(context, count),
  }),
);

async function run(context: ScenarioContext, count: number): Promise<{ results: ContestantResult[] }> {
  const { rounds, roundTime, warmUp } = context.effort;
  const contestant = onAnyCore(inNode('framewire', 'processes.mjs', { args: [`${count}`] }));
  const server = await context.fresh(contestant);
  if (server === undefined) return { results: [] };
  const load = await context.program('echo-load');
  const key = `framewire x ${count}`;
  await load.ask('connect', { ...LOAD, key, port: server.ready.listening, webSocket: true });
  try {
    await load.ask('run', { key, time: warmUp });
    const tested = await server.ask<number[]>('pids');
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      samples.push(
        await sample(tested, load.pid, async () => {
          return (await load.ask<LoadResult>('run', { key, time: roundTime })).messages;
        }),
      );
    }
    const cores = availableParallelism();
    const result = resultOf('framewire', samples, `by node:cluster; server and load share ${cores} cores`);
    return { results: [result] };
  } finally {
    await load.ask('disconnect', key);
  }
}

/** Takes back what pins a contestant to one core. */
function onAnyCore(contestant: Contestant): Contestant {
  if (!canPin) return contestant;
  const cores = `0-${availableParallelism() - 1}`;
  return { ...contestant, command: 'taskset', args: ['-c', cores, contestant.command, ...contestant.args] };
}
