// A peer may send control frames for free, and each costs us work: so they are counted, and too many in a while fail the connection.

/** How many control frames a peer may send in a while. */
export interface ControlFrameLimit {
  /** Control frames in one window. */
  readonly count: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Counts control frames in windows of a fixed length. */
export class ControlFrameMeter {
  #count = 0;
  #windowStart = Number.NEGATIVE_INFINITY;

  /** Counts one and tells whether it is still within the limit. */
  within(limit: ControlFrameLimit, now: number): boolean {
    if (now - this.#windowStart >= limit.window) {
      this.#windowStart = now;
      this.#count = 0;
    }
    return ++this.#count <= limit.count;
  }
}
