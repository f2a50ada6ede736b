// Servers that one load after another keeps busy, each a process of its own, as its server is.

import type { Contestant } from '../contestant.ts';
import type { Effort, ScenarioContext } from '../define-scenario.ts';
import { interleave } from '../interleave.ts';
import type { Process } from '../process.ts';
import { PROFILE_TIME, withProfiles } from '../profile.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, sample } from '../sample.ts';
import { forAWhile } from './working.ts';

/** What is compared. */
export interface Comparison {
  readonly id: string;
  readonly contestants: readonly Contestant[];
  /** A program that answers for many. */
  readonly program: string;
  /** What it takes to connect, beside name and port. */
  readonly load: object;
  readonly effort: Effort;
  /** Whether a full run looks into where the time goes. */
  readonly profiled?: boolean;
  /** What readers must know of a contestant. */
  readonly notes: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly server: Process;
  readonly load: Process;
}

/** Measures all contestants round by round. One that fails is named in the report, and left out. */
export async function compareLoaded(context: ScenarioContext, comparison: Comparison): Promise<ContestantResult[]> {
  const { rounds, roundTime, warmUp } = comparison.effort;
  const entries: Entry[] = [];
  const ready: Entry[] = [];
  const failed = (name: string, error: unknown): void =>
    context.unavailable(name, `in ${comparison.id}: ${(error as Error).message}`);
  try {
    for (const contestant of comparison.contestants) {
      const { name } = contestant;
      context.progress(name);
      try {
        const entry = await enter(context, contestant, comparison);
        if (entry === undefined) continue;
        entries.push(entry);
        await work(entry, warmUp);
        ready.push(entry);
      } catch (error) {
        failed(name, error);
      }
    }
    const samples = await interleave(
      rounds,
      ready,
      (entry) => sample([entry.server.pid], entry.load.pid, () => work(entry, roundTime)),
      ({ name }, error) => failed(name, error),
    );
    const results = [...samples].map(([{ name }, taken]) => resultOf(name, taken, comparison.notes[name]));
    if (comparison.profiled !== true) return results;
    const entryOf = (name: string) => entries.find((entry) => entry.name === name);
    return await withProfiles(
      context,
      results,
      (name) => entryOf(name)?.server,
      async (name) => {
        const entry = entryOf(name);
        if (entry !== undefined) await work(entry, PROFILE_TIME);
      },
    );
  } finally {
    for (const { name, load } of entries) await load.ask('close', name);
  }
}

/** Connects to a contestant; undefined when it cannot run here. */
async function enter(
  context: ScenarioContext,
  contestant: Contestant,
  { program, load: options }: Comparison,
): Promise<Entry | undefined> {
  const { name } = contestant;
  const server = await context.contestant(contestant);
  if (server === undefined) return undefined;
  const load = await context.program(program, name);
  await load.ask('connect', { ...options, name, port: server.ready.listening });
  return { name, server, load };
}

/** Resolves with how much was done. */
function work({ name, load }: Entry, time: number): Promise<number> {
  return forAWhile(
    time,
    () => load.ask('start', name),
    () => load.ask<number>('stop', name),
  );
}
