// The health of a process over time, and what must be true of it: nothing grows.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../process.ts';
import { bytes, figure } from '../render-numbers.ts';
import { FEWEST_SAMPLES, type Growth, growthOf, leastOfThree, type Sample } from './growth-rule.ts';
import type { Health } from './process-health.ts';
import type { SoakScale } from './soak-context.ts';
import type { Demand, Series } from './soak-report.ts';

const KB = 1024;
/** Buffers that are in use at the instant of a sample: four reads of 64 KiB. */
const BUFFERS_IN_USE = 256 * KB;
/** Of the heap: messages and promises that are under way. */
const WORK_IN_HAND = 32 * KB;

/** A process whose health is looked at. */
export interface Watched {
  readonly label: string;
  readonly process: Pick<Process, 'ask'>;
}

export class HealthSeries {
  readonly label: string;
  readonly #process: Pick<Process, 'ask'>;
  readonly #samples: (readonly [seconds: number, health: Health])[] = [];

  constructor({ label, process }: Watched) {
    this.label = label;
    this.#process = process;
  }

  async sample(seconds: number): Promise<void> {
    this.#samples.push([seconds, await this.#process.ask<Health>('health')]);
  }

  /** @param after seconds of warm-up, whose samples do not count @param brief whether there was too little time to demand anything */
  growthDemands(after: number, brief: boolean): Demand[] {
    return [
      this.#growthDemand('heap after collection', ({ heapUsed }) => heapUsed, { after, floor: WORK_IN_HAND, brief }),
      this.#growthDemand('array buffers', ({ arrayBuffers }) => arrayBuffers, { after, floor: BUFFERS_IN_USE, brief }),
    ];
  }

  series(): Series[] {
    const of = (plot: Series['plot'], value: (health: Health) => number): Series => ({
      plot,
      label: this.label,
      points: this.#samples.map(([seconds, health]) => [seconds, value(health)]),
    });
    return [
      of('heap', ({ heapUsed }) => heapUsed),
      of('array-buffers', ({ arrayBuffers }) => arrayBuffers),
      of('rss', ({ rss }) => rss),
      of('handles', ({ handles }) => Object.values(handles).reduce((sum, count) => sum + count, 0)),
    ];
  }

  #growthDemand(
    name: string,
    value: (health: Health) => number,
    { after, floor, brief }: { readonly after: number; readonly floor: number; readonly brief: boolean },
  ): Demand {
    const all = this.#samples.filter(([seconds]) => seconds >= after);
    const samples = leastOfThree(all.map(([seconds, health]): Sample => [seconds, value(health)]));
    const told = { name: `${this.label}: ${name}`, demand: 'within ±2 %, no positive slope', timing: brief };
    if (samples.length < FEWEST_SAMPLES) {
      return { ...told, figure: `only ${all.length} samples`, met: false };
    }
    const growth = growthOf(samples, floor);
    return { ...told, figure: growthFigure(growth), met: growth.steady };
  }
}

/** `5.10 MB, at most 0.31 % off; 12 B/s (-20 to 41)` */
export function growthFigure({ median, deviation, slope, low, high }: Growth): string {
  const plain = (value: number): string => figure(Math.round(value));
  return `${bytes(Math.round(median))}, at most ${(deviation * 100).toFixed(2)} % off; ${plain(slope)} B/s (${plain(low)} to ${plain(high)})`;
}

/** Calls `tick` every so often until the time is over, with the seconds that have passed; late ones are left out, not made up for. */
export async function every(
  { time, sampleEvery }: Pick<SoakScale, 'time' | 'sampleEvery'>,
  tick: (seconds: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  for (let at = sampleEvery; at <= time; at += sampleEvery) {
    const left = startedAt + at - performance.now();
    if (left < -sampleEvery) continue;
    await sleep(Math.max(0, left));
    await tick((performance.now() - startedAt) / 1000);
  }
  await sleep(Math.max(0, startedAt + time - performance.now()));
}
