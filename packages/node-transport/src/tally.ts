// What all connections of one server have done, added up where it happens. A connection has no counter of its own: its idle memory is the same
// with and without. The counts of the hot path lie in one Float64Array, because an integer in a field becomes an object of its own at 2^31.

import { cumulative, Histogram, type HistogramSnapshot } from './histogram.ts';

// Places in `counts`, behind the 33 of message sizes.
export const BYTES_RECEIVED = 33;
export const BYTES_SENT = 34;
export const MESSAGES_SENT = 35;
export const MESSAGES_RECEIVED = 36;
const SIZE_SUM = 37;
const PLACES = 38;

/** In bytes. Each is a power of 4; what lies between is counted in powers of 2, which takes no search. */
const SIZE_BOUNDS: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((power) => 4 ** power);
/** In milliseconds. */
const ROUND_TRIP_BOUNDS: readonly number[] = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** The counts of one server. */
export class Tally {
  /** For the hot path: see the constants above. */
  readonly counts: Float64Array = new Float64Array(PLACES);
  readonly roundTrips: Histogram = new Histogram(ROUND_TRIP_BOUNDS);
  pingsReceived = 0;
  pongsReceived = 0;
  pingsSent = 0;
  /** Messages not sent because the peer reads too slowly. */
  dropped = 0;
  /** How often the limit of which option was met. */
  readonly limits: Map<string, number> = new Map();

  /** One of the messages that came had this size. */
  sizeSampled(size: number): void {
    const { counts } = this;
    // The power of 2 that is not less than the size: 0 and 1 byte are 0.
    const place = 32 - Math.clz32(size === 0 ? 0 : size - 1);
    counts[place] = (counts[place] as number) + 1;
    counts[SIZE_SUM] = (counts[SIZE_SUM] as number) + size;
  }

  /** Counts at one of the places. */
  add(place: number, amount: number): void {
    this.counts[place] = (this.counts[place] as number) + amount;
  }

  /** A limit was met. */
  limitHit(option: string): void {
    this.limits.set(option, (this.limits.get(option) ?? 0) + 1);
  }

  /** At this place. */
  count(place: number): number {
    return this.counts[place] as number;
  }

  /** Of the messages whose size was taken. */
  sizes(): HistogramSnapshot {
    const counts = new Array<number>(SIZE_BOUNDS.length + 1).fill(0);
    for (let power = 0; power <= 32; power++) {
      const found = SIZE_BOUNDS.findIndex((bound) => 2 ** power <= bound);
      const bucket = found === -1 ? SIZE_BOUNDS.length : found;
      counts[bucket] = (counts[bucket] as number) + this.count(power);
    }
    return cumulative(SIZE_BOUNDS, counts, this.count(SIZE_SUM));
  }
}

/** That of all clients of the process: nobody asks for it. */
export const clientTally: Tally = new Tally();
