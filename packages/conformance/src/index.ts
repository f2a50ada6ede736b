// The front door: everything a user imports.

export {
  type Case,
  type CaseFacts,
  type ClientHandshakeCase,
  clientHandshakeCase,
  type DeflateNeed,
  type FramesCase,
  framesCase,
  type Judged,
  type Section,
  type ServerHandshakeCase,
  serverHandshakeCase,
} from './case.ts';
export { casesFor, catalogue } from './catalogue.ts';
export type { ClientWire } from './client-wire.ts';
export { CaseFailure, NotSupported } from './failure.ts';
export type { Peer } from './peer.ts';
export type { CaseResult, Outcome, Report, Totals } from './report.ts';
export { type RunOptions, type RunServerOptions, runServer } from './run-server.ts';
export { type Selection, selectCases } from './selection.ts';
export { type ClientTester, type ServeClientsOptions, serveClients } from './serve-clients.ts';
export type { ServerWire } from './server-wire.ts';
export type { DeflateAgreement, DeflateParameters } from './wire/deflate-parameters.ts';
export type { LogEntry } from './wire/wire-log.ts';
