// How many values were at most so large: counts in buckets with fixed bounds, which cost the same however many values there were.

/** A {@link Histogram} at one time, cumulative as Prometheus has it. */
export interface HistogramSnapshot {
  /** How many values were at most `le`, in ascending order. Those over the last bound are only in `count`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly sum: number;
  readonly count: number;
}

export class Histogram {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: the last one has what is over all of them. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
  }

  snapshot(): HistogramSnapshot {
    return cumulative(this.#bounds, this.#counts, this.#sum);
  }
}

/** @param counts of each bucket by itself; one more than there are bounds */
export function cumulative(bounds: readonly number[], counts: ArrayLike<number>, sum: number): HistogramSnapshot {
  let count = 0;
  const buckets = bounds.map((le, index) => {
    count += counts[index] as number;
    return { le, count };
  });
  return { buckets, sum, count: count + (counts[bounds.length] as number) };
}
