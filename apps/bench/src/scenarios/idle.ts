// What a connection costs that says nothing: after one message, or before any. Heap is told where the sockets are objects of JavaScript;
// elsewhere resident memory alone.

import { type Contestant, only } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import type { Process } from '../process.ts';
import type { ContestantResult } from '../report.ts';
import { bun, deno, framewire, net, uWebSockets, websocket, ws } from './echo-contestants.ts';
import { memoryOfEach } from './memory.ts';

/** Whoever comes first, and stays. */
const FIRST = 1000;
const SIZE = 20;

const ALL: readonly Contestant[] = [framewire, ws, websocket, net, uWebSockets, bun, deno];
/** Whose sockets are not objects of the heap that is told. */
const RESIDENT_ONLY: readonly string[] = ['uWebSockets.js', 'Bun', 'Deno'];
/** Whose heap a full run looks into. */
const TAKEN_APART: readonly string[] = ['framewire', 'ws', 'net'];

export const idleScenarios: readonly Scenario[] = [
  idle('idle', 5000, SIZE, ALL, true, 'each echoed one message'),
  idle('idle-fresh', 5000, 0, [framewire, ws, net], false, 'none ever said anything'),
  idle('idle-1000', 1000, SIZE, [framewire, ws], false, 'each echoed one message'),
  idle('idle-15000', 15_000, SIZE, [framewire, ws], false, 'each echoed one message'),
];

function idle(
  id: string,
  count: number,
  size: number,
  contestants: readonly Contestant[],
  inQuick: boolean,
  what: string,
): Scenario {
  return defineScenario({
    id,
    group: 'idle',
    title: `${count.toLocaleString('en')} idle connections, ${what}`,
    at: { axis: 'connections', value: count },
    inQuick,
    async run(context) {
      const results: ContestantResult[] = [];
      for (const contestant of context.quick ? only(['framewire', 'ws'], contestants) : contestants) {
        const result = await measure(context, contestant, count, size, id === 'idle' && !context.quick);
        if (result !== undefined) results.push(result);
      }
      return { results };
    },
  });
}

async function measure(
  context: ScenarioContext,
  contestant: Contestant,
  count: number,
  size: number,
  takesApart: boolean,
): Promise<ContestantResult | undefined> {
  const { name } = contestant;
  const server = await context.contestant(contestant);
  if (server === undefined) return undefined;
  context.progress(name);
  const crowd = await context.program('crowd');
  const join = (some: number) =>
    crowd.ask('join', { port: server.ready.listening, count: some, webSocket: name !== 'net', size });
  try {
    const metrics = await memoryOfEach(server, { first: FIRST, more: count }, join);
    const lost = await crowd.ask<number>('lost');
    if (lost > 0) throw new Error(`The server ended ${lost} connections.`);
    const { rss } = metrics;
    const result: ContestantResult = {
      contestant: name,
      metrics: RESIDENT_ONLY.includes(name) ? { rss } : metrics,
      loadWasBottleneck: false,
    };
    if (!takesApart || !TAKEN_APART.includes(name)) return result;
    return { ...result, heapParts: await takenApart(server, FIRST + count, () => crowd.ask('leave')) };
  } catch (error) {
    context.unavailable(name, `while it idles: ${(error as Error).message}`);
    return undefined;
  } finally {
    await crowd.ask('leave');
    await server.stop();
  }
}

/** What the heap holds less of when all have left, for each of them. */
async function takenApart(
  server: Process,
  connections: number,
  leave: () => Promise<unknown>,
): Promise<NonNullable<ContestantResult['heapParts']>> {
  const held = await server.ask<Record<string, number>>('heapParts');
  await leave();
  // Collects garbage, when the sockets have closed.
  await server.ask('heap');
  const left = await server.ask<Record<string, number>>('heapParts');
  const parts = Object.entries(held).map(([part, bytes]): [string, number] => [
    part,
    (bytes - (left[part] ?? 0)) / connections,
  ]);
  return Object.fromEntries(parts.filter(([, bytes]) => bytes >= 1));
}
