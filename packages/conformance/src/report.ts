// What a run found, as plain data: this is what `--json` writes.

import type { LogEntry } from './wire/wire-log.ts';

/** `not supported`: the endpoint declined an optional extension the case needs. */
export type Outcome = 'pass' | 'fail' | 'not supported';

export interface CaseResult {
  readonly id: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  /** One sentence that says what was expected and what came; undefined when the case passed. */
  readonly failure?: string;
  /** The code of the Close frame the endpoint sent; undefined when it sent none, or one without a code. */
  readonly closeCode?: number;
  /** What went over the wire; left out of reports without logs. */
  readonly log?: readonly LogEntry[];
}

export type Totals = Readonly<Record<Outcome, number>>;

export interface Report {
  /** The name of the endpoint under test. */
  readonly agent: string;
  /** Which kind of endpoint it is. */
  readonly endpoint: 'server' | 'client';
  /** The version of this package. */
  readonly testerVersion: string;
  /** When the run began, in ISO 8601. */
  readonly started: string;
  readonly milliseconds: number;
  readonly totals: Totals;
  readonly cases: readonly CaseResult[];
}

export function totalsOf(cases: readonly CaseResult[]): Totals {
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return { pass: count('pass'), fail: count('fail'), 'not supported': count('not supported') };
}
