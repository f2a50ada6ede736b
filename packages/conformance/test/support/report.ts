// A report to make pages of.

import type { CaseResult, Report } from '../../src/report.ts';
import { totalsOf } from '../../src/report.ts';

export function reportOf(
  agent: string,
  cases: readonly CaseResult[],
  endpoint: 'server' | 'client' = 'server',
): Report {
  return {
    agent,
    endpoint,
    testerVersion: '0.1.0',
    started: '2026-01-02T03:04:05.678Z',
    milliseconds: 1500,
    totals: totalsOf(cases),
    cases,
  };
}
