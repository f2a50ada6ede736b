// Deadlines of one length for any number of members, with one timer: who was added first is due first. The list runs through the members
// themselves: a member enters and leaves it without garbage, where a Map of them grew and was copied.

import type { Clock, Timer } from '@framewire/connection';

/** Something with a deadline. */
export abstract class Expiring {
  /** @internal Where it is registered, when it is due, and its neighbours: kept by {@link Deadlines}. */
  deadlines: Deadlines | undefined = undefined;
  /** @internal */
  due = 0;
  /** @internal */
  earlier: Expiring | undefined = undefined;
  /** @internal */
  later: Expiring | undefined = undefined;

  /** The deadline has passed. It is no longer registered. */
  abstract expired(): void;
}

export class Deadlines {
  readonly #clock: Clock;
  /** Milliseconds from {@link add} to the deadline. */
  readonly delay: number;
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #timer: Timer | undefined;

  constructor(delay: number, clock: Clock) {
    this.#clock = clock;
    this.delay = delay;
  }

  /** Registers it, and nowhere else any more. */
  add(member: Expiring): void {
    member.deadlines?.delete(member);
    member.deadlines = this;
    member.due = this.#clock.now() + this.delay;
    member.earlier = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.later = member;
    this.#last = member;
    this.#timer ??= this.#clock.schedule(this.delay, this.#sweep);
  }

  /** Does nothing when it is not registered here. */
  delete(member: Expiring): void {
    if (member.deadlines !== this) return;
    const { earlier, later } = member;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    member.deadlines = undefined;
    member.earlier = undefined;
    member.later = undefined;
    if (this.#first !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Who is due first. */
  get next(): Expiring | undefined {
    return this.#first;
  }

  /** Who is registered now, the first that is due first. */
  members(): Expiring[] {
    const members: Expiring[] = [];
    for (let member = this.#first; member !== undefined; member = member.later) members.push(member);
    return members;
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let member = this.#first; member !== undefined; member = this.#first) {
      if (member.due > now) {
        this.#timer ??= this.#clock.schedule(member.due - now, this.#sweep);
        return;
      }
      this.delete(member);
      member.expired();
    }
  };
}
