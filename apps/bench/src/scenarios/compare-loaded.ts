// Servers of this scenario alone, each with connections of its own in one program that keeps one after the other busy.

import type { Contestant } from '../contestant.ts';
import type { Effort, ScenarioContext } from '../define-scenario.ts';
import { interleave } from '../interleave.ts';
import type { Process } from '../process.ts';
import type { ContestantResult } from '../report.ts';
import { resultOf, sample } from '../sample.ts';
import { forAWhile } from './working.ts';

/** What is compared. */
export interface Comparison {
  readonly contestants: readonly Contestant[];
  /** A program that answers for many. */
  readonly program: string;
  /** What it takes to connect, beside name and port. */
  readonly load: object;
  readonly effort: Effort;
  /** What readers must know of a contestant. */
  readonly notes: Readonly<Record<string, string>>;
}

/** Measures all contestants round by round. One that fails is named in the report, and left out. */
export async function compareLoaded(context: ScenarioContext, comparison: Comparison): Promise<ContestantResult[]> {
  const { contestants, load: options, notes } = comparison;
  const { rounds, roundTime, warmUp } = comparison.effort;
  const load = await context.program(comparison.program);
  const servers = new Map<string, Process>();
  const work = (name: string, time: number) =>
    forAWhile(
      time,
      () => load.ask('start', name),
      () => load.ask<number>('stop', name),
    );
  try {
    for (const contestant of contestants) {
      const { name } = contestant;
      const server = await context.fresh(contestant);
      if (server === undefined) continue;
      context.progress(name);
      try {
        await load.ask('connect', { name, port: server.ready.listening, ...options });
        servers.set(name, server);
        await work(name, warmUp);
      } catch (error) {
        context.unavailable(name, String(error));
      }
    }
    const samples = await interleave(
      rounds,
      [...servers],
      ([name, server]) => sample([server.pid], load.pid, () => work(name, roundTime)),
      ([name], error) => context.unavailable(name, String(error)),
    );
    return [...samples].map(([[name], taken]) => resultOf(name, taken, notes[name]));
  } finally {
    for (const name of servers.keys()) await load.ask('close', name);
  }
}
