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
export { casesFor, catalogue } from './catalogue.ts';
export type { CaseResult, Outcome, Report, Totals } from './report.ts';
export { type RunOptions, type RunServerOptions, runServer } from './run-server.ts';
export { type ClientTester, type ServeClientsOptions, serveClients } from './serve-clients.ts';
