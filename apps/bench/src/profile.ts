// Where the time of ours goes, beside that of the barest server. After the rounds, for a profiler costs time itself.

import type { ScenarioContext } from './define-scenario.ts';
import type { Process } from './process.ts';
import type { ContestantResult, Profile } from './report.ts';

/** Milliseconds of work that a profile is made of. */
export const PROFILE_TIME = 1000;

/** Whose time is looked into. */
const PROFILED: readonly string[] = ['framewire', 'net'];

/** The results with the profiles of those who are looked into; as they are in a quick run. */
export async function withProfiles(
  context: ScenarioContext,
  results: readonly ContestantResult[],
  processOf: (contestant: string) => Process | undefined | Promise<Process | undefined>,
  work: (contestant: string) => Promise<unknown>,
): Promise<ContestantResult[]> {
  const profiled: ContestantResult[] = [];
  for (const result of results) {
    const { contestant } = result;
    const process = context.quick || !PROFILED.includes(contestant) ? undefined : await processOf(contestant);
    profiled.push(process === undefined ? result : { ...result, profile: await profileOf(process, contestant, work) });
  }
  return profiled;
}

async function profileOf(
  process: Process,
  contestant: string,
  work: (contestant: string) => Promise<unknown>,
): Promise<Profile> {
  await process.ask('profileStart');
  await work(contestant);
  return process.ask<Profile>('profileStop');
}
