// What a server has done since it began: its counts, and the snapshot an operator gets of them. Counters only ever grow, and whatever a client
// can choose freely is no key here: nobody from outside can make the snapshot longer.

import { CLOSE_CAUSES, type CloseCause, type Closure, closeCause } from '@framewire/connection';
import {
  BYTES_RECEIVED,
  BYTES_SENT,
  Histogram,
  type HistogramSnapshot,
  LIMIT_OPTIONS,
  limitOptionOf,
  MESSAGES_RECEIVED,
  MESSAGES_SENT,
  type Tally,
} from '@framewire/node-transport';
import { type HandshakeError, REFUSALS, type RefusalCode } from '@framewire/protocol';

/** What a server has done since it began, at one time: plain data, frozen. Numbers only grow, but for those that are said to be of now. */
export interface ServerMetrics {
  readonly handshakes: HandshakeMetrics;
  readonly connections: ConnectionMetrics;
  readonly messages: MessageMetrics;
  /** Bytes of frames, as they went over the connections: compressed where messages are, but without TLS. */
  readonly bytes: { readonly received: number; readonly sent: number };
  readonly pings: PingMetrics;
  /** How often the limit of an option was met, by the name of the option. */
  readonly limits: Readonly<Record<string, number>>;
  /** How often the application's own code threw, or a socket could not be accepted: what `onError` heard. */
  readonly errors: number;
}

/** Opening handshakes. Each that was started ends as one of the other four, or is pending. */
export interface HandshakeMetrics {
  /** Sockets that were accepted. On a server of `upgrade`, requests that the HTTP server passed on. */
  readonly started: number;
  /** Now. */
  readonly pending: number;
  readonly accepted: number;
  /** By the code of the HandshakeError. */
  readonly refused: Readonly<Record<string, number>>;
  /** Handed to the HTTP server, for they were no WebSocket handshakes. */
  readonly handedOver: number;
  /** Gone without an answer: the client hung up, never spoke, or failed at TLS. */
  readonly abandoned: number;
  /** Of those that were accepted, TLS and `authorize` included, in milliseconds. */
  readonly duration: HistogramSnapshot;
}

/** Connections. */
export interface ConnectionMetrics {
  /** Now. */
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  /** How they ended, in one word. */
  readonly causes: Readonly<Record<CloseCause, number>>;
  /** What the peers' Closes said, as `Closure.code`: each code up to 1015 by itself, the others as `3xxx` and `4xxx`. Those that did not occur are absent. */
  readonly codes: Readonly<Record<string, number>>;
  /** Of those that have ended, in milliseconds. One that lasted longer than 124 days counts too little. */
  readonly duration: HistogramSnapshot;
}

/** Messages, of both kinds. */
export interface MessageMetrics {
  readonly received: number;
  /** Given to open connections, by `send`, `sendStream` and `broadcast`. */
  readonly sent: number;
  /** Not sent, because the peer reads too slowly. */
  readonly dropped: number;
  /**
   * In bytes; of text, in UTF-16 code units. Of what was read from a socket at once only the first message is counted here, because to look at each
   * would be felt; and none that was taken as a stream.
   */
  readonly size: HistogramSnapshot;
}

/** Pings and Pongs. */
export interface PingMetrics {
  /** By the keepalive and by `ping()`. */
  readonly sent: number;
  readonly received: number;
  readonly pongsReceived: number;
  /** From our Pings to their Pongs, in milliseconds. */
  readonly roundTripTime: HistogramSnapshot;
}

/** How an opening handshake ended that was not refused. */
export type Outcome = 'accepted' | 'handedOver' | 'abandoned';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HANDSHAKE_BOUNDS: readonly number[] = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const CONNECTION_BOUNDS: readonly number[] = [
  100,
  SECOND,
  10 * SECOND,
  MINUTE,
  10 * MINUTE,
  HOUR,
  6 * HOUR,
  24 * HOUR,
  7 * 24 * HOUR,
];
/** What a server may refuse; the other codes are clients'. */
const REFUSAL_CODES: readonly string[] = Object.keys(REFUSALS).filter(
  (code) => REFUSALS[code as RefusalCode].status !== 0,
);

/** Prometheus sees a first hit as an increase only where it saw a 0 before. */
const NO_LIMITS: Readonly<Record<string, number>> = Object.fromEntries(LIMIT_OPTIONS.map((option) => [option, 0]));

/** The counts of one server, beside those that its connections add up in their {@link Tally}. */
export class ServerTally {
  readonly #transport: Tally;
  #started = 0;
  readonly #outcomes: Record<Outcome | 'refused', number> = { accepted: 0, refused: 0, handedOver: 0, abandoned: 0 };
  readonly #refused: Map<string, number> = new Map(REFUSAL_CODES.map((code) => [code, 0]));
  readonly #handshakes: Histogram = new Histogram(HANDSHAKE_BOUNDS);
  readonly #causes: Map<CloseCause, number> = new Map(CLOSE_CAUSES.map((cause) => [cause, 0]));
  readonly #codes: Map<string, number> = new Map();
  readonly #durations: Histogram = new Histogram(CONNECTION_BOUNDS);
  #closed = 0;
  #errors = 0;

  constructor(transport: Tally) {
    this.#transport = transport;
  }

  handshakeStarted(): void {
    this.#started++;
  }

  /** @param duration milliseconds */
  handshakeEnded(outcome: Outcome, duration: number): void {
    this.#outcomes[outcome]++;
    if (outcome === 'accepted') this.#handshakes.add(duration);
  }

  /** An opening handshake was refused. */
  refused(error: HandshakeError): void {
    this.#outcomes.refused++;
    increase(this.#refused, error.code);
    const option = limitOptionOf(error);
    if (option !== undefined) this.#transport.limitHit(option);
  }

  /** @param duration milliseconds */
  closed(closure: Closure, duration: number): void {
    this.#closed++;
    increase(this.#causes, closeCause(closure));
    increase(this.#codes, codeName(closure.code));
    this.#durations.add(duration);
  }

  errorMet(): void {
    this.#errors++;
  }

  snapshot(): ServerMetrics {
    const transport = this.#transport;
    const { accepted, refused, handedOver, abandoned } = this.#outcomes;
    return freeze({
      handshakes: {
        started: this.#started,
        pending: this.#started - accepted - refused - handedOver - abandoned,
        accepted,
        refused: Object.fromEntries(this.#refused),
        handedOver,
        abandoned,
        duration: this.#handshakes.snapshot(),
      },
      connections: {
        open: accepted - this.#closed,
        opened: accepted,
        closed: this.#closed,
        causes: Object.fromEntries(this.#causes) as Record<CloseCause, number>,
        codes: Object.fromEntries([...this.#codes].sort()),
        duration: this.#durations.snapshot(),
      },
      messages: {
        received: transport.count(MESSAGES_RECEIVED),
        sent: transport.count(MESSAGES_SENT),
        dropped: transport.dropped,
        size: transport.sizes(),
      },
      bytes: { received: transport.count(BYTES_RECEIVED), sent: transport.count(BYTES_SENT) },
      pings: {
        sent: transport.pingsSent,
        received: transport.pingsReceived,
        pongsReceived: transport.pongsReceived,
        roundTripTime: transport.roundTrips.snapshot(),
      },
      limits: { ...NO_LIMITS, ...Object.fromEntries(transport.limits) },
      errors: this.#errors,
    });
  }
}

/** A peer may close with any of 2,000 codes of its own choice. */
function codeName(code: number): string {
  return code < 3000 ? `${code}` : `${Math.floor(code / 1000)}xxx`;
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part);
  return Object.freeze(value);
}
