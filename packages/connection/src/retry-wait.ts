// The wait for the next attempt. It ends by its timer, and sooner when the runtime says that it is worth another look: the network is back, or
// somebody looks at the page again. What a server asked for is waited for all the same.

import { type Backoff, backoffDelay, grantedDelay } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';
import { retryHint } from './retry-hint.ts';
import type { Setback } from './retry-policy.ts';

/** What waiting needs of the runtime. */
export interface RetryRuntime {
  readonly clock: Clock;
  /** Gives numbers from 0 up to, but not including, 1, as Math.random does. */
  readonly random: () => number;
  /** Calls `woken` whenever the runtime has slept or was offline, and returns what ends that. Default: it never does. */
  readonly wakeUps?: WakeUps;
}

/** Calls `woken` whenever the runtime has slept or was offline, and returns what ends that. */
export type WakeUps = (woken: () => void) => () => void;

/** Bound of the delay after a wake-up, in milliseconds: all who hang on one network come back at the same time. */
const HASTE = 500;
/** How long after a wake-up a setback counts as found out by it. */
const FRESH = 5000;

export class RetryWait {
  /** Whether the next attempt may begin. */
  isDue = true;
  readonly #backoff: Backoff;
  readonly #runtime: RetryRuntime;
  readonly #due: () => void;
  #tell: (delay: number) => void = noop;
  #timer: Timer | undefined;
  #dueAt = 0;
  /** Whether the server asked for the time that is waited. */
  #asked = false;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #heedNoMore: () => void = noop;

  /** @param due told when {@link isDue} becomes true */
  constructor(backoff: Backoff, runtime: RetryRuntime, due: () => void) {
    this.#backoff = backoff;
    this.#runtime = runtime;
    this.#due = due;
  }

  /** Minds the wake-ups of the runtime from now to the {@link end}. */
  heedWakeUps(): void {
    this.#heedNoMore = this.#runtime.wakeUps?.(this.#woken) ?? noop;
  }

  /**
   * Begins a wait.
   *
   * @param attempts those that led to no stable connection
   * @param tell told how many milliseconds are waited, and told again when they become fewer
   */
  begin(attempts: number, setback: Setback, tell: (delay: number) => void): void {
    const { clock, random } = this.#runtime;
    const hint = retryHint(setback) ?? 0;
    let delay = backoffDelay(attempts, this.#backoff, random, hint);
    this.#asked = grantedDelay(hint, this.#backoff) > 0;
    if (!this.#asked && clock.now() - this.#wokenAt < FRESH) {
      // Once: if the next attempt fails as well, the server may be what is wrong.
      this.#wokenAt = Number.NEGATIVE_INFINITY;
      delay = Math.min(delay, random() * HASTE);
    }
    this.#tell = tell;
    this.#wait(delay);
  }

  /** Ends the wait, if there is one, without a word. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Nothing will be waited for any more. */
  end(): void {
    this.cancel();
    this.#heedNoMore();
  }

  #wait(delay: number): void {
    const { clock } = this.#runtime;
    this.cancel();
    this.isDue = false;
    this.#dueAt = clock.now() + delay;
    this.#timer = clock.schedule(delay, () => {
      this.#timer = undefined;
      this.isDue = true;
      this.#due();
    });
    this.#tell(delay);
  }

  readonly #woken = (): void => {
    const now = this.#runtime.clock.now();
    if (this.#timer === undefined) {
      // Whether there is a connection and whether it lives is found out by others; if it does not, no time is to be lost.
      this.#wokenAt = now;
      return;
    }
    const delay = this.#runtime.random() * HASTE;
    if (!this.#asked && now + delay < this.#dueAt) this.#wait(delay);
  };
}

function noop(): void {
  // Nobody asks.
}
