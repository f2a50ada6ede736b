// One measurement: what the process under test used while it did some work, and whether it, or whoever kept it busy, had no more to give.
// Everything is read before the work begins and after it has ended, when both are idle: so nothing is half done, and the scheduler has counted
// all of it.

import { type CpuTime, cpuBetween, readCpu } from './cpu.ts';
import type { ContestantResult } from './report.ts';
import { inRounds, quartiles } from './statistics.ts';

/** What some work took. */
export interface Sample {
  /** Messages, deliveries, or whatever was done. */
  readonly count: number;
  /** Of all processes under test together. */
  readonly cpu: CpuTime;
  readonly seconds: number;
  /** Shares of a core, 0 to 1 for each process. */
  readonly busy: number;
  readonly loadBusy: number;
}

/** A core that is busy for this share of the time has no more to give. */
const SATURATED = 0.95;

/**
 * @param tested the processes under test
 * @param load the process that keeps them busy
 * @param work resolves with how much was done, when nothing of it is under way any more
 */
export async function sample(tested: readonly number[], load: number, work: () => Promise<number>): Promise<Sample> {
  const before = tested.map(readCpu);
  const loadBefore = readCpu(load);
  const start = performance.now();
  const count = await work();
  const seconds = (performance.now() - start) / 1000;
  const cpu = before.map((reading, at) => cpuBetween(reading, readCpu(tested[at] as number))).reduce(sum);
  if (count === 0) throw new Error('Nothing was done.');
  const share = (time: CpuTime): number => time.total / 1e9 / seconds;
  return { count, cpu, seconds, busy: share(cpu), loadBusy: share(cpuBetween(loadBefore, readCpu(load))) };
}

/** The samples of a contestant as metrics: CPU a unit, and units a second. */
export function resultOf(contestant: string, samples: readonly Sample[], note?: string): ContestantResult {
  const each = (of: (sample: Sample) => number) => quartiles(samples.map(of));
  return {
    contestant,
    metrics: {
      cpu: inRounds(samples.map(({ cpu, count }) => cpu.total / 1000 / count)),
      user: each(({ cpu, count }) => cpu.user / 1000 / count),
      system: each(({ cpu, count }) => cpu.system / 1000 / count),
      rate: each(({ count, seconds }) => count / seconds),
    },
    loadWasBottleneck:
      each(({ loadBusy }) => loadBusy).median >= SATURATED && each(({ busy }) => busy).median < SATURATED,
    ...(note !== undefined && { note }),
  };
}

function sum(one: CpuTime, other: CpuTime): CpuTime {
  return { total: one.total + other.total, user: one.user + other.user, system: one.system + other.system };
}
