// One peer floods, another one wants its answers as before.

import { measuredTime, short } from '../../render-numbers.ts';
import { quartiles } from '../../statistics.ts';
import type { QuietLatency } from '../quiet-client.ts';
import type { Soak } from '../soak-context.ts';
import type { Demand } from '../soak-report.ts';

/** Milliseconds between two messages of the quiet client. */
const EVERY = 5;
const MOST_TIMES = 5;
const FLOODS = [
  { name: 'small frames', size: 20 },
  { name: 'large frames', size: 1_000_000 },
] as const;

export const fairness: Soak = {
  id: 'fairness',
  title: 'A flooding peer beside a quiet one',
  holds: false,
  async prepare({ scale, processes }) {
    const server = await processes.server('patient-echo');
    const quiet = await processes.program('soak-quiet');
    const flood = await processes.program('soak-flood');
    const port = server.ready.listening;
    await quiet.ask('connect', port);
    const measure = (): Promise<QuietLatency> =>
      quiet.ask<QuietLatency>('measure', { milliseconds: scale.roundTime, every: EVERY });
    return async () => {
      await measure();
      const alone: QuietLatency[] = [];
      const beside = FLOODS.map((): QuietLatency[] => []);
      const flooded = FLOODS.map(() => 0);
      for (let round = 0; round < scale.rounds; round++) {
        alone.push(await measure());
        for (const [index, { size }] of FLOODS.entries()) {
          await flood.ask('start', { port, size });
          beside[index]?.push(await measure());
          flooded[index] = (flooded[index] ?? 0) + (await flood.ask<number>('stop'));
        }
      }
      await processes.stop(flood, quiet, server);
      const medianOf = (some: readonly QuietLatency[], share: 'p50' | 'p99'): number =>
        quartiles(some.map((one) => one[share])).median;
      const baseline = medianOf(alone, 'p99');
      const demands = FLOODS.map(({ name }, index): Demand => {
        const p99 = medianOf(beside[index] ?? [], 'p99');
        return {
          name: `p99 beside a flood of ${name}`,
          demand: `at most ${MOST_TIMES}x of ${measuredTime(baseline)}`,
          figure: `${measuredTime(p99)}, ${(p99 / baseline).toFixed(2)}x`,
          met: p99 <= baseline * MOST_TIMES,
          timing: true,
        };
      });
      const seconds = (scale.rounds * scale.roundTime) / 1000;
      return {
        demands,
        figures: [
          { name: 'alone: p50', figure: measuredTime(medianOf(alone, 'p50')) },
          ...FLOODS.flatMap(({ name, size }, index) => [
            { name: `beside ${name}: p50`, figure: measuredTime(medianOf(beside[index] ?? [], 'p50')) },
            {
              name: `messages of ${short(size)} B that the flood got back, a second`,
              figure: short(Math.round((flooded[index] ?? 0) / size / seconds)),
            },
          ]),
          { name: 'rounds', figure: `${scale.rounds} of ${scale.roundTime / 1000} s` },
        ],
        series: [],
      };
    };
  },
};
