// Finding dead peers, with one timer for all connections of the process that have the same interval and deadline, whichever server or call of
// `connect` they belong to. Time is counted in ticks of that timer: a connection that gave no byte since the last tick is one tick quieter, and
// when the process itself was stopped or asleep no ticks pass, so nobody is declared dead for our own silence. While it runs, a peer that is gone
// is found no sooner than interval and deadline after its last byte, and at most one tick later (both are rounded up to whole ticks).

import type { Clock, Timer } from '@framewire/connection';

/** A connection watched by a {@link Keepalive}. */
export interface Watched {
  /** Whether bytes came since the last tick; cleared by the tick. */
  heard: boolean;
  /** Ticks of silence so far; kept by the Keepalive. */
  quietTicks: number;
  /** Whether we ourselves do not read now: then silence says nothing about the peer. */
  readonly deaf: boolean;
  /** Sends a Ping. */
  probe(): void;
  /** The peer stayed silent for the whole deadline after the Ping. */
  lapsed(): void;
}

const LONGEST_TICK = 1000;
const TICKS_PER_WAIT = 4;

/** The sweeps that have members, by the clock and then by interval and deadline. */
const sweeps: WeakMap<Clock, Map<string, Sweep>> = new WeakMap();

/** Pings quiet connections and reports those that stay silent (RFC 6455, section 5.5.2). */
export class Keepalive {
  readonly #interval: number;
  readonly #deadline: number;
  readonly #clock: Clock;
  readonly #key: string;

  /**
   * @param interval milliseconds of silence before a Ping
   * @param deadline milliseconds the peer has from the Ping to give any byte
   */
  constructor(interval: number, deadline: number, clock: Clock) {
    this.#interval = interval;
    this.#deadline = deadline;
    this.#clock = clock;
    this.#key = `${interval} ${deadline}`;
  }

  add(member: Watched): void {
    let ofClock = sweeps.get(this.#clock);
    if (ofClock === undefined) {
      ofClock = new Map();
      sweeps.set(this.#clock, ofClock);
    }
    let sweep = ofClock.get(this.#key);
    if (sweep === undefined) {
      sweep = new Sweep(this.#interval, this.#deadline, this.#clock);
      ofClock.set(this.#key, sweep);
    }
    sweep.add(member);
  }

  delete(member: Watched): void {
    const ofClock = sweeps.get(this.#clock);
    // A sweep without members is none: with intervals made up for each connection, they would pile up.
    if (ofClock?.get(this.#key)?.delete(member) === true) ofClock.delete(this.#key);
  }
}

/** The timer of one interval and deadline. */
class Sweep {
  readonly #clock: Clock;
  readonly #tick: number;
  readonly #probeAfter: number;
  readonly #lapseAfter: number;
  readonly #members: Set<Watched> = new Set();
  #timer: Timer;
  #tickDue: number;

  constructor(interval: number, deadline: number, clock: Clock) {
    this.#clock = clock;
    this.#tick = Math.min(LONGEST_TICK, interval / TICKS_PER_WAIT, deadline / TICKS_PER_WAIT);
    // Part of the first tick had passed when silence began, so one more is counted. A Ping leaves at a tick, so the deadline has none to add.
    this.#probeAfter = Math.ceil(interval / this.#tick) + 1;
    this.#lapseAfter = this.#probeAfter + Math.ceil(deadline / this.#tick);
    this.#tickDue = clock.now() + this.#tick;
    this.#timer = clock.schedule(this.#tick, this.#visitAll);
  }

  add(member: Watched): void {
    member.quietTicks = 0;
    this.#members.add(member);
  }

  /** Whether that was the last one: then it is over. */
  delete(member: Watched): boolean {
    this.#members.delete(member);
    if (this.#members.size > 0) return false;
    this.#timer.cancel();
    return true;
  }

  readonly #visitAll = (): void => {
    const now = this.#clock.now();
    // The process stood still: what came meanwhile waits to be read, so this silence is not the peers'.
    const stoodStill = now - this.#tickDue > LONGEST_TICK;
    this.#tickDue = now + this.#tick;
    this.#timer = this.#clock.schedule(this.#tick, this.#visitAll);
    if (stoodStill) return;
    for (const member of this.#members) this.#visit(member);
  };

  #visit(member: Watched): void {
    if (member.heard) {
      member.heard = false;
      // The tick in which it was heard last is the first of its silence.
      member.quietTicks = 1;
      return;
    }
    const quiet = ++member.quietTicks;
    if (quiet === this.#probeAfter) {
      member.probe();
    } else if (quiet >= this.#lapseAfter) {
      // While we do not read, a Ping now and then still finds a peer whose host answers with a reset.
      if (member.deaf) member.quietTicks = 0;
      else member.lapsed();
    }
  }
}
