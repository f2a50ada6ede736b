// The codec alone, without a socket: our decoder, endpoint and masking beside the Receiver and Sender of ws. CPU nanoseconds a message, in a
// process of its own for each.

import type { EndpointCost } from '../codec/endpoints.ts';
import type { Timings } from '../codec/rounds.ts';
import { CODEC_WORKS } from '../codec/works.ts';
import { defineScenario, type Scenario } from '../define-scenario.ts';
import type { Spread } from '../report.ts';
import { quartiles } from '../statistics.ts';

/** What has a target. */
const IN_QUICK: readonly string[] = [
  'codec-parse-20b',
  'codec-parse-1k',
  'codec-unmask-16k',
  'codec-unmask-1m',
  'codec-send-512b',
  'codec-send-16k',
];
const EFFORT = { rounds: 15, roundTime: 20, warmUp: 200 };
const QUICK_EFFORT = { rounds: 11, roundTime: 15, warmUp: 150 };

export const codecScenarios: readonly Scenario[] = [
  ...[...CODEC_WORKS].map(([id, { title, bytes }]) =>
    defineScenario({
      id,
      group: 'codec',
      title,
      inQuick: IN_QUICK.includes(id),
      async run(context) {
        const program = await context.program('codec', id);
        const effort = context.quick ? QUICK_EFFORT : EFFORT;
        const timings = await program.ask<Timings>('work', { id, ...effort });
        const results = Object.entries(timings).map(([contestant, time]) => {
          return { contestant, metrics: { time, throughput: throughput(bytes, time) }, loadWasBottleneck: false };
        });
        return { results };
      },
    }),
  ),
  defineScenario({
    id: 'codec-endpoint',
    group: 'codec',
    title: 'An endpoint that has done nothing',
    inQuick: false,
    async run(context) {
      const { bytes, nanoseconds } = await (await context.program('codec', 'endpoint')).ask<EndpointCost>('endpoints');
      const metrics = { heap: quartiles([bytes]), time: quartiles([nanoseconds]) };
      return { results: [{ contestant: 'framewire', metrics, loadWasBottleneck: false }] };
    },
  }),
];

/** Bytes a second. */
function throughput(bytes: number, { median, low, high }: Spread): Spread {
  return { median: (bytes / median) * 1e9, low: (bytes / high) * 1e9, high: (bytes / low) * 1e9 };
}
