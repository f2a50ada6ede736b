// The front door: everything a user imports.

export type {
  Case,
  CaseFacts,
  ClientHandshakeCase,
  DeflateNeed,
  FramesCase,
  Judged,
  Section,
  ServerHandshakeCase,
} from './case.ts';
export { catalogue } from './catalogue.ts';
export type { CaseResult, Outcome, Report, Totals } from './report.ts';
export { type RunOptions, type RunServerOptions, runServer } from './run-server.ts';
