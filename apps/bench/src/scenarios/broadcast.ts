// A server that broadcasts 64 B in bursts of 16, all of a burst in one turn. The figure is what a delivery costs: one message at one receiver.

import { type Contestant, inBun, inNode, only } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import type { ContestantResult } from '../report.ts';
import { compareLoaded } from './compare-loaded.ts';

const SIZE = 64;
const BURST = 16;

const FRAMEWIRE = inNode('framewire', 'broadcast.mjs', { args: ['framewire', `${SIZE}`] });
const WS = inNode('ws', 'broadcast.mjs', { args: ['ws', `${SIZE}`], environment: { WS_NO_BUFFER_UTIL: '1' } });
const ALL: readonly Contestant[] = [
  FRAMEWIRE,
  WS,
  { ...WS, name: 'ws pre-framed', args: WS.args.map((arg) => (arg === 'ws' ? 'ws-framed' : arg)) },
  inNode('uWebSockets.js', 'broadcast.mjs', { version: 20, args: ['uwebsockets', `${SIZE}`] }),
  inBun('Bun', 'broadcast.mjs', ['bun', `${SIZE}`]),
];
const QUICK = only(['framewire', 'ws', 'uWebSockets.js'], ALL);
const NOTES: Readonly<Record<string, string>> = {
  'ws pre-framed': 'each message is framed once and given to the sender of each socket, as socket.io does',
  'uWebSockets.js': 'publish, on Node 20: its binary loads on no newer one here',
  Bun: 'publish',
};

export const broadcastScenarios: readonly Scenario[] = [
  defineScenario({
    id: 'broadcast-64b-1000',
    group: 'broadcast',
    title: `Broadcast of ${SIZE} B to 1,000 receivers, bursts of ${BURST}`,
    inQuick: true,
    run: (context) => run(context, 'broadcast-64b-1000', context.quick ? QUICK : ALL, 1000, context.effort.rounds),
  }),
  ...[1, 10, 100, 1000, 10_000].map((receivers) =>
    defineScenario({
      id: `fan-out-${receivers}`,
      group: 'fan-out',
      title: `Broadcast of ${SIZE} B to ${receivers === 1 ? 'one receiver' : `${receivers.toLocaleString('en')} receivers`}, bursts of ${BURST}`,
      at: { axis: 'receivers', value: receivers },
      inQuick: false,
      run: (context) =>
        run(context, `fan-out-${receivers}`, [FRAMEWIRE, WS], receivers, Math.min(context.effort.rounds, 5)),
    }),
  ),
];

async function run(
  context: ScenarioContext,
  id: string,
  contestants: readonly Contestant[],
  receivers: number,
  rounds: number,
): Promise<{ results: ContestantResult[] }> {
  const results = await compareLoaded(context, {
    id,
    contestants,
    program: 'receivers',
    load: { receivers, size: SIZE, burst: BURST },
    effort: { ...context.effort, rounds },
    notes: NOTES,
    profiled: id.startsWith('broadcast'),
  });
  return { results };
}
