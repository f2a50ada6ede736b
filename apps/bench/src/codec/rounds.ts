// How things are compared here: every contestant runs in turn, round after round, each time beginning with another one, so that
// whatever else the machine does hits all alike. What is measured is CPU time (user and system, all threads of the process,
// garbage collection included), because wall-clock time on a shared machine says more about the machine.

import { quartiles, type Spread } from '../statistics.ts';

/** Something that does the same work as the others, in its own way. */
export interface Contestant {
  readonly name: string;
  /** Does one pass of the work and returns how many units (frames, messages) that was. */
  pass(): number | Promise<number>;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds a contestant works in each round. */
  readonly roundTime: number;
  /** Milliseconds each contestant works before the first round, so that its code is compiled. */
  readonly warmUp: number;
}

/** CPU nanoseconds a unit, by contestant. */
export type Timings = Record<string, Spread>;

/** Runs all contestants in interleaved rounds. */
export async function compare(contestants: readonly Contestant[], effort: Effort): Promise<Timings> {
  const passes = new Map<Contestant, number>();
  for (const contestant of contestants) passes.set(contestant, await warmUp(contestant, effort));
  const samples = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length] as Contestant;
      // What the one before left behind is not this one's to collect.
      globalThis.gc?.({ type: 'minor' });
      samples.get(contestant)?.push(await timePasses(contestant, passes.get(contestant) ?? 1));
    }
  }
  return Object.fromEntries([...samples].map(([contestant, values]) => [contestant.name, quartiles(values)]));
}

/** Works until the code is warm; returns how many passes fill a round. */
async function warmUp(contestant: Contestant, effort: Effort): Promise<number> {
  const start = performance.now();
  let passes = 0;
  let elapsed = 0;
  let last = 0;
  while (elapsed < effort.warmUp || passes < 3) {
    const before = performance.now();
    await contestant.pass();
    passes++;
    const now = performance.now();
    last = now - before;
    elapsed = now - start;
  }
  return Math.max(1, Math.round(effort.roundTime / last));
}

async function timePasses(contestant: Contestant, passes: number): Promise<number> {
  let units = 0;
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) {
    const done = contestant.pass();
    units += typeof done === 'number' ? done : await done;
  }
  const used = process.cpuUsage(before);
  return ((used.user + used.system) * 1000) / units;
}
