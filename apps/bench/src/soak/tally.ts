// Demands on counts, and counts put together.

import { short } from '../render-numbers.ts';
import type { HealthSeries } from './health-series.ts';
import type { SoakScale } from './soak-context.ts';
import type { Demand } from './soak-report.ts';

/** From this long on, growth is demanded; what is shorter shows the warm-up. */
const LONG_ENOUGH = 10 * 60_000;

type Counts = Readonly<Record<string, number>>;

/** What must be exactly so many. */
export function counted(name: string, demanded: number, was: number): Demand {
  return { name, demand: short(demanded), figure: short(was), met: was === demanded, timing: false };
}

/** The sums by name. */
export function tally(parts: readonly Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const [name, times] of parts.flatMap((part) => Object.entries(part))) {
    sums.set(name, (sums.get(name) ?? 0) + times);
  }
  return Object.fromEntries(sums);
}

/** How many in all. */
export function count(counts: Counts): number {
  return Object.values(counts).reduce((sum, times) => sum + times, 0);
}

export function growthDemandsOf(series: readonly HealthSeries[], { time, warmUp }: SoakScale): Demand[] {
  return series.flatMap((one) => one.growthDemands(warmUp / 1000, time < LONG_ENOUGH));
}
