// How echo servers are compared: the same load for each in turn; CPU is read between runs, while all is quiet, so that what a run cost
// is divided by exactly the messages of that run.

import type { Contestant } from './contestant.ts';
import { type CpuTime, cpuBetween, readCpu } from './cpu.ts';
import type { Effort, ScenarioContext } from './define-scenario.ts';
import type { LoadOptions, LoadResult } from './echo-load.ts';
import { interleave } from './interleave.ts';
import type { Process } from './process.ts';
import { PROFILE_TIME, withProfiles } from './profile.ts';
import type { ContestantResult, MetricName, Spread } from './report.ts';
import { inRounds, quartiles } from './statistics.ts';

/** One of those compared. */
export interface EchoContestant extends Contestant {
  /** Whether it sends back the very bytes it gets, frames and all. */
  readonly raw?: boolean;
}

/** What to compare. */
export interface EchoComparison {
  readonly id: string;
  readonly contestants: readonly EchoContestant[];
  readonly load: Omit<LoadOptions, 'port' | 'webSocket'>;
  readonly effort: Effort;
  /** Whether a full run looks into where the time goes. */
  readonly profiled?: boolean;
}

interface Entry {
  readonly contestant: EchoContestant;
  readonly server: Process;
  readonly load: Process;
}

interface Sample extends LoadResult {
  readonly server: CpuTime;
  readonly load: CpuTime;
}

/** A core that is busy for this share of the time has no more to give. */
const SATURATED = 0.95;
/** Messages of this many bytes are so few in a second that code is compiled later: ours cost half as much after 1.2 s as in the first. */
const LARGE = 1 << 20;
const LARGE_WARM_UP = 3;

export async function compareEchoes(context: ScenarioContext, comparison: EchoComparison): Promise<ContestantResult[]> {
  const { id, effort } = comparison;
  // A server that broke down knows better why than the load that lost it.
  const failed = (contestant: Contestant, server: Process | undefined, error: unknown): void =>
    context.unavailable(contestant.name, `in ${id}: ${(server?.ended ?? (error as Error)).message}`);
  const entries: Entry[] = [];
  for (const contestant of comparison.contestants) {
    context.progress(`${contestant.name} warms up`);
    const server = await context.contestant(contestant);
    try {
      const entry = await enter(context, contestant, comparison, server);
      if (entry !== undefined) entries.push(entry);
    } catch (error) {
      failed(contestant, server, error);
    }
  }
  context.progress(`${effort.rounds} rounds`);
  const samples = await interleave(
    effort.rounds,
    entries,
    (entry) => measure(entry, effort.roundTime),
    ({ contestant, server }, error) => failed(contestant, server, error),
  );
  const results = [...samples].map(([{ contestant }, taken]) => summarize(contestant.name, taken));
  for (const { contestant, load } of entries) await load.ask('disconnect', contestant.name);
  return comparison.profiled === true ? profile(context, comparison, results) : results;
}

/** In processes of their own: one that was profiled once is slower for the rest of its life, at 1 MB twice as slow. */
async function profile(
  context: ScenarioContext,
  comparison: EchoComparison,
  results: readonly ContestantResult[],
): Promise<ContestantResult[]> {
  let entry: Entry | undefined;
  return withProfiles(
    context,
    results,
    async (name) => {
      const contestant = comparison.contestants.find((one) => one.name === name);
      if (contestant === undefined) return undefined;
      entry = await enter(context, contestant, comparison, await context.contestant(contestant));
      return entry?.server;
    },
    async (name) => {
      await entry?.load.ask('run', { key: name, time: PROFILE_TIME });
      await entry?.load.ask('disconnect', name);
    },
  );
}

/** Connects to a contestant and warms it up; undefined when it cannot run here. */
async function enter(
  context: ScenarioContext,
  contestant: EchoContestant,
  { load: options, effort }: EchoComparison,
  server: Process | undefined,
): Promise<Entry | undefined> {
  const port = server?.ready.listening;
  if (server === undefined || port === undefined) return undefined;
  const load = await context.program('echo-load', contestant.name);
  await load.ask('connect', { ...options, key: contestant.name, port, webSocket: contestant.raw !== true });
  await load.ask('run', { key: contestant.name, time: effort.warmUp * (options.size >= LARGE ? LARGE_WARM_UP : 1) });
  return { contestant, server, load };
}

async function measure({ contestant, server, load }: Entry, time: number): Promise<Sample> {
  const before = [readCpu(server.pid), readCpu(load.pid)] as const;
  const result = await load.ask<LoadResult>('run', { key: contestant.name, time });
  const after = [readCpu(server.pid), readCpu(load.pid)] as const;
  return { ...result, server: cpuBetween(before[0], after[0]), load: cpuBetween(before[1], after[1]) };
}

function summarize(contestant: string, samples: readonly Sample[]): ContestantResult {
  const spread = (of: (sample: Sample) => number): Spread => quartiles(samples.map(of));
  const metrics: Partial<Record<MetricName, Spread>> = {
    cpu: inRounds(samples.map(({ server, messages }) => server.total / messages / 1000)),
    user: spread(({ server, messages }) => server.user / messages / 1000),
    system: spread(({ server, messages }) => server.system / messages / 1000),
    rate: spread(({ messages, seconds }) => messages / seconds),
    p50: spread(({ p50 }) => p50),
    p99: spread(({ p99 }) => p99),
    p999: spread(({ p999 }) => p999),
  };
  const loadBusy = spread(({ load, seconds }) => load.total / seconds / 1e9).median;
  const serverBusy = spread(({ server, seconds }) => server.total / seconds / 1e9).median;
  return { contestant, metrics, loadWasBottleneck: loadBusy >= SATURATED && serverBusy < SATURATED };
}
