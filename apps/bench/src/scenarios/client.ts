// Clients under test, on the core of the servers; what they talk to is our server, on the core of the loads.

import { type Contestant, inBun, inDeno, inNode, only } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import { interleave } from '../interleave.ts';
import type { Process } from '../process.ts';
import { PROFILE_TIME, withProfiles } from '../profile.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, sample } from '../sample.ts';
import { forAWhile } from './working.ts';

const ID = 'client-20b-16';
const CONNECTIONS = 50;
const IN_FLIGHT = 16;
const SIZE = 20;

const CLIENTS: readonly Contestant[] = [
  inNode('framewire', 'client.mjs', { args: ['framewire'] }),
  inNode('ws', 'client.mjs', { args: ['ws'], environment: { WS_NO_BUFFER_UTIL: '1' } }),
  inNode('ws+bufferutil', 'client.mjs', { args: ['ws+bufferutil'] }),
  inNode('websocket', 'client.mjs', { args: ['websocket'] }),
  inNode('undici', 'client.mjs', { args: ['undici'] }),
  inNode('node-global', 'client.mjs', { args: ['native'] }),
  inBun('Bun', 'client.mjs', ['native']),
  inDeno('Deno', 'client.mjs', ['native']),
];

const QUICK = only(['framewire', 'ws', 'undici'], CLIENTS);

export const clientScenarios: readonly Scenario[] = [
  defineScenario({
    id: ID,
    group: 'client',
    title: `Clients: ${CONNECTIONS} connections, ${SIZE} B, ${IN_FLIGHT} in flight`,
    inQuick: true,
    run,
  }),
];

async function run(context: ScenarioContext): Promise<{ results: ContestantResult[] }> {
  const { rounds, roundTime, warmUp } = context.effort;
  const server = await context.program('echo-server');
  const failed = (name: string, error: unknown): void =>
    context.unavailable(name, `in ${ID}: ${(error as Error).message}`);
  const clients = new Map<string, Process>();
  for (const contestant of context.quick ? QUICK : CLIENTS) {
    const client = await context.contestant(contestant);
    if (client === undefined) continue;
    context.progress(contestant.name);
    try {
      const port = server.ready.listening;
      await client.ask('connect', { port, connections: CONNECTIONS, inflight: IN_FLIGHT, size: SIZE });
      await work(client, warmUp);
      clients.set(contestant.name, client);
    } catch (error) {
      failed(contestant.name, error);
    }
  }
  const samples = await interleave(
    rounds,
    [...clients],
    ([, client]) => sample([client.pid], server.pid, () => work(client, roundTime)),
    ([name], error) => failed(name, error),
  );
  const results = [...samples].map(([[name], taken]) => resultOf(name, taken));
  const clientOf = (name: string) => clients.get(name);
  const profiling = async (name: string) => {
    const client = clientOf(name);
    if (client !== undefined) await work(client, PROFILE_TIME);
  };
  return { results: await withProfiles(context, results, clientOf, profiling) };
}

/** Resolves with how many messages came back. */
async function work(client: Process, time: number): Promise<number> {
  const before = await client.ask<number>('messages');
  await forAWhile(
    time,
    () => client.ask('start'),
    () => client.ask('stop'),
  );
  return (await client.ask<number>('messages')) - before;
}
