// Whether a run is good enough, and what `npm test` hears of it. In a quick run, beside whatever else the machine does, times and rates are told
// and not demanded.

import type { Demand, SoakReport } from './soak-report.ts';

/** A demand with the soak it is of. */
export interface Verdict {
  readonly soak: string;
  readonly demand: Demand;
}

/** What is demanded in this run. */
export function demanded({ soaks, quick }: SoakReport): readonly Verdict[] {
  return soaks.flatMap(({ id, demands }) =>
    demands.filter(({ timing }) => !(quick && timing)).map((demand) => ({ soak: id, demand })),
  );
}

/** What is not met of that. */
export function unmet(report: SoakReport): readonly Verdict[] {
  return demanded(report).filter(({ demand }) => !demand.met);
}

/** As a test runner reports: a demand is a test. */
export function testCounts(report: SoakReport): object {
  const all = demanded(report);
  const failed = unmet(report);
  return {
    numPassedTests: all.length - failed.length,
    numFailedTests: failed.length,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      {
        name: 'soak',
        assertionResults: all.map(({ soak, demand }) => ({
          fullName: `${soak}: ${demand.name}`,
          status: demand.met ? 'passed' : 'failed',
          failureMessages: demand.met ? [] : [`${demand.figure}; demanded: ${demand.demand}`],
        })),
      },
    ],
  };
}
