// What a compressing connection takes after it has echoed some messages, beside one that does not compress.

import { type Contestant, inBun, inNode } from '../contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import type { ContestantResult } from '../report.ts';
import { memoryOfEach } from './memory.ts';

const CROWDS = { first: 250, more: 500 };
const TALK = { size: 4096, messages: 5 };
const TITLES = {
  plain: 'without compression',
  fresh: 'compressing, without context takeover',
  takeover: 'compressing, with context takeover',
};

export const deflateMemoryScenarios: readonly Scenario[] = (['plain', 'fresh', 'takeover'] as const).map((how) =>
  defineScenario({
    id: `deflate-memory-${how}`,
    group: 'deflate-memory',
    title: `Memory of ${CROWDS.more} connections ${TITLES[how]}, after ${TALK.messages} messages of 4 KB`,
    inQuick: false,
    async run(context) {
      const results: ContestantResult[] = [];
      for (const contestant of contestants(how)) {
        const result = await measure(context, contestant, how);
        if (result !== undefined) results.push(result);
      }
      return { results };
    },
  }),
);

function contestants(how: string): readonly Contestant[] {
  return [
    inNode('framewire', 'deflate.mjs', { args: ['framewire', how] }),
    inNode('ws', 'deflate.mjs', { args: ['ws', how], environment: { WS_NO_BUFFER_UTIL: '1' } }),
    inBun('Bun', 'deflate.mjs', ['bun', how]),
  ];
}

async function measure(
  context: ScenarioContext,
  contestant: Contestant,
  how: string,
): Promise<ContestantResult | undefined> {
  const { name } = contestant;
  const server = await context.contestant(contestant);
  if (server === undefined) return undefined;
  context.progress(name);
  const crowd = await context.program('deflate-crowd');
  const talk = { ...TALK, port: server.ready.listening, compress: how !== 'plain', takeover: how === 'takeover' };
  try {
    const metrics = await memoryOfEach(server, CROWDS, (count) => crowd.ask('join', { ...talk, count }));
    const { rss } = metrics;
    return { contestant: name, metrics: name === 'Bun' ? { rss } : metrics, loadWasBottleneck: false };
  } catch (error) {
    context.unavailable(name, `in deflate-memory: ${(error as Error).message}`);
    return undefined;
  } finally {
    await crowd.ask('leave');
    await server.stop();
  }
}
