// Time as a port. This package has no clock of its own: a shell hands one in, and a test hands in one it moves by hand.

/** A source of time and of delayed calls. */
export interface Clock {
  /** Milliseconds since some fixed moment. Never goes back. */
  now(): number;
  /**
   * Calls `callback` once, not before `delay` has passed and never before `schedule` has returned.
   *
   * @param delay milliseconds, 0 to 2147483647
   */
  schedule(delay: number, callback: () => void): Timer;
}

/** A call that is due. */
export interface Timer {
  /** Calls the call off. Does nothing when it has been made. */
  cancel(): void;
}
