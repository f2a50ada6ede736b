// How much of everything there is in a run.

import type { SoakCommandLine } from './soak-command-line.ts';
import type { SoakScale } from './soak-context.ts';

const MINUTE = 60_000;
/** Of the readers, one in so many stops. */
const STALLING = 10;

export function scaleOf({ minutes, connections, rate, churn, readers, rounds, quick }: SoakCommandLine): SoakScale {
  const time = minutes * MINUTE;
  return {
    time,
    // Code is compiled late where little happens: what comes in the first sixth counts as warm-up.
    warmUp: time / 6,
    // At least some thirty samples, or nothing could be said of a short run.
    sampleEvery: Math.min(10_000, time / 30),
    idle: connections,
    rate,
    churn,
    readers,
    stalling: Math.ceil(readers / STALLING),
    rounds,
    roundTime: quick ? 1500 : 3000,
  };
}
