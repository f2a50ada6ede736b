// Echo servers that compress everything (permessage-deflate), each at the level it ships with.

import { sizeLabel } from '../codec/codec-work.ts';
import { inBun, inNode, only } from '../contestant.ts';
import { defineScenario, type Scenario } from '../define-scenario.ts';
import { compareLoaded } from './compare-loaded.ts';

const CONNECTIONS = 50;
const IN_FLIGHT = 16;

const WS = { environment: { WS_NO_BUFFER_UTIL: '1' } };
const CONTESTANTS = [
  inNode('framewire', 'deflate.mjs', { args: ['framewire', 'fresh'] }),
  inNode('ws', 'deflate.mjs', { ...WS, args: ['ws', 'fresh'] }),
  inNode('ws, level 1', 'deflate.mjs', { ...WS, args: ['ws', 'fresh', '1'] }),
  inNode('uWebSockets.js', 'deflate.mjs', { version: 20, args: ['uwebsockets', 'fresh'] }),
  inBun('Bun', 'deflate.mjs', ['bun', 'fresh']),
];
const QUICK = only(['framewire', 'ws'], CONTESTANTS);
const NOTES = {
  framewire: 'threshold 0; level 1, no context takeover, as it ships',
  ws: 'threshold 0; level 6, as it ships; no context takeover',
  'ws, level 1': 'threshold 0; the level of framewire; no context takeover',
  'uWebSockets.js': 'SHARED_COMPRESSOR, which takes no context over; on Node 20',
  Bun: 'shared compressor, which takes no context over',
};

export const deflateScenarios: readonly Scenario[] = [deflating('deflate-200b', 200), deflating('deflate-2k', 2048)];

function deflating(id: string, size: number): Scenario {
  return defineScenario({
    id,
    group: 'deflate',
    title: `Echo of compressed text, ${sizeLabel(size)}, ${CONNECTIONS} connections, ${IN_FLIGHT} in flight`,
    inQuick: true,
    async run(context) {
      const results = await compareLoaded(context, {
        id,
        contestants: context.quick ? QUICK : CONTESTANTS,
        program: 'deflate-load',
        load: { connections: CONNECTIONS, inflight: IN_FLIGHT, size },
        effort: context.effort,
        notes: NOTES,
      });
      return { results };
    },
  });
}
