// What a case is. A case judges one endpoint once: `run` returns when all was as expected, and throws CaseFailure or
// NotSupported when not. Everything a case may do is on what it is handed: a Peer, or a raw wire for handshakes.
//
// The sections 1 to 13 are numbered as in the classic public suite. Cases it does not have live in sections that have a word
// for a number, such as `framing.3`.

import type { ClientWire } from './client-wire.ts';
import type { Peer } from './peer.ts';
import type { ServerWire } from './server-wire.ts';
import type { DeflateParameters } from './wire/deflate-parameters.ts';

/** Whose behaviour a case judges. */
export type Judged = 'both' | 'server' | 'client';

export interface CaseFacts {
  /** The section, then numbers: `1.1.1`, `framing.3`. */
  readonly id: string;
  /** What the tester does, in a few words. */
  readonly title: string;
  /** What the endpoint must do, in one sentence. */
  readonly expectation: string;
  /** The number of an RFC and a section of it: `6455 5.6`. */
  readonly rfc: string;
  /** How long it may take, in milliseconds, where the default is too short. */
  readonly timeout?: number;
  /** Moves so much data that only few of its kind should run at a time. */
  readonly heavy?: boolean;
}

/** What must be agreed on before a case can run. An endpoint that declines makes the case `not supported`. */
export interface DeflateNeed {
  /** What the tester offers to a server, first choice first. */
  readonly offers: readonly DeflateParameters[];
  /** What the tester answers a client: the first of these that one of the client's offers allows. */
  readonly answers: readonly DeflateParameters[];
  /** Whether what an offer of a client demands of the server is added to the answer. */
  readonly grants?: boolean;
}

/** The connection is open, and the same code judges a server and a client. */
export interface FramesCase extends CaseFacts {
  readonly kind: 'frames';
  readonly endpoint: Judged;
  readonly deflate?: DeflateNeed;
  readonly run: (peer: Peer) => Promise<void>;
}

/** A TCP connection to a server is open, and nothing was written. */
export interface ServerHandshakeCase extends CaseFacts {
  readonly kind: 'server-handshake';
  readonly endpoint: 'server';
  readonly run: (wire: ServerWire) => Promise<void>;
}

/** A client's request has come, and nothing was answered. */
export interface ClientHandshakeCase extends CaseFacts {
  readonly kind: 'client-handshake';
  readonly endpoint: 'client';
  readonly run: (wire: ClientWire) => Promise<void>;
}

export type Case = FramesCase | ServerHandshakeCase | ClientHandshakeCase;

export interface Section {
  /** What its cases' ids begin with. */
  readonly id: string;
  readonly title: string;
  readonly cases: readonly Case[];
}

type Facts<C extends Case> = Omit<C, 'kind' | 'endpoint'>;

/** A case with an open connection; it judges both kinds of endpoint unless it says which. */
export function framesCase(facts: Facts<FramesCase> & { readonly endpoint?: Judged }): FramesCase {
  return { kind: 'frames', endpoint: 'both', ...facts };
}

export function serverHandshakeCase(facts: Facts<ServerHandshakeCase>): ServerHandshakeCase {
  return { kind: 'server-handshake', endpoint: 'server', ...facts };
}

export function clientHandshakeCase(facts: Facts<ClientHandshakeCase>): ClientHandshakeCase {
  return { kind: 'client-handshake', endpoint: 'client', ...facts };
}
