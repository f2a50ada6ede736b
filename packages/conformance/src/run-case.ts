// Runs one case and turns how it ends into a result.

import { CaseFailure, NotSupported } from './failure.ts';
import type { CaseResult } from './report.ts';
import type { Link } from './wire/link.ts';

/** What a case leaves behind. */
export interface Trace {
  link?: Link;
  /** The code of the Close frame that came. */
  closeCode?: () => number | undefined;
}

/** How often a case is run again when the endpoint broke the connection off while the tester wrote: see {@link Link.writeFailed}. */
const RETRIES = 3;

/** `run` opens the connection, writes down in the trace what it opened, and judges. */
export async function runCase(id: string, run: (trace: Trace) => Promise<void>): Promise<CaseResult> {
  for (let attempt = 0; ; attempt++) {
    const trace: Trace = {};
    const result = await attemptCase(id, run, trace);
    trace.link?.destroy();
    const unjust = result.outcome === 'fail' && trace.link?.writeFailed === true;
    if (!unjust || attempt === RETRIES) return result;
  }
}

/** Runs a case once: where the connection was opened by the endpoint it cannot be run again. */
export async function attemptCase(
  id: string,
  run: (trace: Trace) => Promise<void>,
  trace: Trace = {},
): Promise<CaseResult> {
  const start = performance.now();
  const ending = await run(trace).then(
    () => undefined,
    (error: unknown) => error,
  );
  const closeCode = trace.closeCode?.();
  return {
    id,
    ...outcomeOf(ending),
    milliseconds: Math.round((performance.now() - start) * 10) / 10,
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(trace.link === undefined ? {} : { log: trace.link.log.entries }),
  };
}

function outcomeOf(ending: unknown): Pick<CaseResult, 'outcome' | 'failure'> {
  if (ending === undefined) return { outcome: 'pass' };
  if (ending instanceof NotSupported) return { outcome: 'not supported', failure: ending.message };
  if (ending instanceof CaseFailure) return { outcome: 'fail', failure: ending.message };
  // A fault of the tester, or of the network: never counted as a pass.
  return {
    outcome: 'fail',
    failure: `The case could not be run: ${ending instanceof Error ? ending.message : ending}.`,
  };
}
