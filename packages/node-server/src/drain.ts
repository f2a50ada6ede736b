// The end of a server: nobody is let in any more, everybody is told 1001 (RFC 6455, section 7.4.1) at the pace that was chosen, and what is
// left at the deadline is ended by force. Told all at once, a crowd comes back all at once, to a server that has just started.

import type { Clock, Timer } from '@framewire/connection';
import type { SocketConnection } from '@framewire/node-transport';
import { checkApplicationClose, GOING_AWAY, limit, NORMAL_CLOSURE, UsageError } from '@framewire/protocol';
import { checkNames } from './option-names.ts';

/** How a server closes. */
export interface CloseOptions {
  /** Milliseconds until what is left is ended by force. 0 to 2^31 - 1; default 10,000. */
  readonly deadline?: number | undefined;
  /** The reason in the Close frames, at most 123 bytes of UTF-8, with what `retryAfter` adds. Default: none. */
  readonly reason?: string | undefined;
  /**
   * Most connections that are told in a second, so that their clients do not all come back at once; until its turn comes a connection goes on
   * as before. In half of the deadline all are told, if need be faster. 1 or more; default: all at once.
   */
  readonly rate?: number | undefined;
  /**
   * Milliseconds clients are asked to stay away: `reconnect` does. Rounded up to seconds, it stands before the reason as `retry-after=5`.
   * 0 to 2^31 - 1; default: nothing is asked.
   */
  readonly retryAfter?: number | undefined;
}

/** {@link CloseOptions} after the check. */
export interface CloseSettings {
  readonly deadline: number;
  readonly reason: string;
  readonly rate: number;
}

/** An opening handshake that is not done. */
interface UnderWay {
  shutDown(): void;
  terminate(): void;
}

/** What is drained. */
export interface Drained {
  readonly connections: ReadonlySet<SocketConnection>;
  /** The openings that have a deadline; what is over waits only for the news that its socket is gone. */
  underWay(): readonly UnderWay[];
  /** The deadline has passed: handlers that still run are not waited for. */
  deadlinePassed(): void;
}

/** After the deadline nothing is waited for but the sockets' own news that they are gone. */
const LAST_WAIT = 1_000;
const MAX_DELAY = 2 ** 31 - 1;
/** Milliseconds between two turns of telling. */
const STEP = 50;
const SECOND = 1000;

/** @throws UsageError INVALID_ARGUMENT, INVALID_OPTION naming the option that is wrong, CLOSE_REASON_TOO_LONG */
export function settleClose(options: CloseOptions): CloseSettings {
  // Node's servers take a callback here, which would wait for ever.
  checkNames('close', options);
  const { deadline, reason = '', rate, retryAfter } = options;
  const settings = {
    deadline: delay('deadline', deadline, 10_000),
    rate: limit('rate', rate, Number.MAX_SAFE_INTEGER, 1),
    reason: [...(retryAfter === undefined ? [] : [retryHint(retryAfter)]), ...(reason === '' ? [] : [reason])].join(
      ' ',
    ),
  };
  checkApplicationClose(NORMAL_CLOSURE, settings.reason);
  return settings;
}

function retryHint(retryAfter: number): string {
  return `retry-after=${Math.ceil(delay('retryAfter', retryAfter, 0) / SECOND)}`;
}

function delay(name: string, value: number | undefined, fallback: number): number {
  const checked = limit(name, value, fallback, 0);
  if (checked <= MAX_DELAY) return checked;
  throw new UsageError('INVALID_OPTION', `${name} must be at most ${MAX_DELAY} milliseconds, not ${checked}.`);
}

/** The end of one server. */
export class Drain {
  /** Resolves when nothing is left, or nothing is waited for any more. */
  readonly done: Promise<void>;
  readonly #drained: Drained;
  readonly #clock: Clock;
  readonly #reason: string;
  #resolve: () => void = nothing;
  /** Read as it is at each turn: who has left meanwhile needs not be told, and nobody comes. */
  readonly #untold: Iterator<SocketConnection>;
  /** Connections told in a second. */
  #rate: number;
  /** Of the next turn of telling. */
  #turn: Timer | undefined;
  /** Of the end by force, and then of the last wait. */
  #end: Timer | undefined;
  /** When the deadline is. */
  #due: number = Number.POSITIVE_INFINITY;
  #over = false;

  constructor(drained: Drained, clock: Clock, { reason, rate }: CloseSettings) {
    this.#drained = drained;
    this.#untold = drained.connections.values();
    this.#clock = clock;
    this.#reason = reason;
    this.#rate = rate;
    this.done = new Promise((resolve) => {
      // Timers of the clock do not keep the process alive, and a handler need not: but who awaits a close wants to see its end.
      const alive = setInterval(nothing, MAX_DELAY);
      this.#resolve = () => {
        clearInterval(alive);
        resolve();
      };
    });
  }

  /** Lets nobody in any more, and begins to tell everybody. */
  begin(deadline: number): void {
    for (const opening of this.#drained.underWay()) opening.shutDown();
    this.hasten(deadline);
  }

  /** Brings the deadline forward, and tells faster from now on; a later one than there is changes nothing. */
  hasten(deadline: number): void {
    const due = this.#clock.now() + deadline;
    if (this.#over || due >= this.#due) return;
    this.#due = due;
    const tellingTime = Math.max(deadline / 2, STEP);
    this.#rate = Math.max(this.#rate, (this.#drained.connections.size / tellingTime) * SECOND);
    this.#end?.cancel();
    this.#end = this.#clock.schedule(deadline, () => this.#endByForce());
    // Now: the turn that waits may come too late.
    this.#tell(Math.max(1, this.#share));
  }

  /** Nothing is left. */
  finish(): void {
    this.#over = true;
    this.#turn?.cancel();
    this.#end?.cancel();
    this.#resolve();
  }

  /** Tells so many; what is left of a whole one is kept for the next turn. */
  #tell(count: number): void {
    this.#turn?.cancel();
    let left = count;
    for (; left >= 1; left--) {
      const { value: connection, done } = this.#untold.next();
      if (done === true) return;
      void connection.closeWith(GOING_AWAY, this.#reason);
    }
    this.#turn = this.#clock.schedule(STEP, () => this.#tell(left + this.#share));
  }

  /** How many may be told in a turn. */
  get #share(): number {
    return (this.#rate * STEP) / SECOND;
  }

  #endByForce(): void {
    this.#turn?.cancel();
    for (const opening of this.#drained.underWay()) opening.terminate();
    for (const connection of this.#drained.connections) connection.terminate();
    this.#end = this.#clock.schedule(LAST_WAIT, () => this.finish());
    this.#drained.deadlinePassed();
  }
}

function nothing(): void {
  // Until there is something to do.
}
