// A clock that stands still until a test moves it.

import type { Clock, Timer } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';
import { turn } from './turn.ts';

interface Call {
  readonly at: number;
  readonly callback: () => void;
}

/** The longest delay of a timer in every runtime. */
const LONGEST = 2 ** 31 - 1;

export class FakeClock implements Clock {
  #now: number;
  /** Ordered by time, then by when they were scheduled. */
  #calls: Call[] = [];

  /** @param now milliseconds */
  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** @throws UsageError INVALID_ARGUMENT unless the delay is a number from 0 to 2147483647, which real timers silently bend */
  schedule(delay: number, callback: () => void): Timer {
    if (!(delay >= 0 && delay <= LONGEST)) {
      throw new UsageError('INVALID_ARGUMENT', `A delay is a number from 0 to ${LONGEST}, not ${String(delay)}.`);
    }
    const call: Call = { at: this.#now + delay, callback };
    const later = this.#calls.findIndex(({ at }) => at > call.at);
    this.#calls.splice(later === -1 ? this.#calls.length : later, 0, call);
    return {
      cancel: () => {
        this.#calls = this.#calls.filter((other) => other !== call);
      },
    };
  }

  /** How many calls are scheduled and neither made nor cancelled. */
  get pending(): number {
    return this.#calls.length;
  }

  /** Moves the time on by so many milliseconds and makes the calls that fall due, each at its own time, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let call = this.#takeDue(end); call !== undefined; call = this.#takeDue(end)) call.callback();
    this.#now = end;
  }

  /** As {@link advance}, and lets everything that waits for promises go on before, between and after the calls. */
  async advanceAsync(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await turn();
    for (let call = this.#takeDue(end); call !== undefined; call = this.#takeDue(end)) {
      call.callback();
      await turn();
    }
    this.#now = end;
  }

  #takeDue(end: number): Call | undefined {
    const [call] = this.#calls;
    if (call === undefined || call.at > end) return undefined;
    this.#calls.shift();
    this.#now = call.at;
    return call;
  }
}
