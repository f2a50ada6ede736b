// Deadlines of one length for any number of sockets, with one timer: who was added first is due first.

import type { Clock, Timer } from '@framewire/connection';

/** Something with a deadline. */
export interface Expiring {
  /** The deadline has passed. It is no longer registered. */
  expired(): void;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #delay: number;
  /** When each is due, in the order of that time. */
  readonly #due: Map<Expiring, number> = new Map();
  #timer: Timer | undefined;

  /** @param delay milliseconds from {@link add} to the deadline */
  constructor(delay: number, clock: Clock) {
    this.#delay = delay;
    this.#clock = clock;
  }

  add(member: Expiring): void {
    this.#due.set(member, this.#clock.now() + this.#delay);
    this.#timer ??= this.#clock.schedule(this.#delay, this.#sweep);
  }

  delete(member: Expiring): void {
    if (!this.#due.delete(member) || this.#due.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [member, due] of this.#due) {
      if (due > now) {
        this.#timer ??= this.#clock.schedule(due - now, this.#sweep);
        return;
      }
      this.#due.delete(member);
      member.expired();
    }
  };
}
