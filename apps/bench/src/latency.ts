// Latencies of many messages in little memory: counts in buckets, each 3 % wider than the one before, so that recording costs a
// logarithm and no figure is further off than that.

/** Buckets for each doubling. */
const STEPS = 24;
/** Tenths of a microsecond to 2^28 of them, 27 seconds; what takes longer counts as that long. */
const BUCKETS = 28 * STEPS;

/** Counts latencies. */
export class Latencies {
  readonly #counts: Float64Array = new Float64Array(BUCKETS);
  #total = 0;

  /** @param milliseconds as `performance.now()` tells them @param count how many messages took that long */
  record(milliseconds: number, count: number): void {
    const tenths = milliseconds * 10_000;
    const bucket = tenths <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log2(tenths) * STEPS));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#total += count;
  }

  /** Microseconds that this share of the messages, 0 to 1, did not exceed. NaN when there were none. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    let left = share * this.#total;
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      // The middle of the bucket, so that errors go both ways.
      if (left <= 0 && count > 0) return 2 ** ((bucket + 0.5) / STEPS) / 10;
    }
    return Number.NaN; // not reached: the counts add up to the total
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }
}
