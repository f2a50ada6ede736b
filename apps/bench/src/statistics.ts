// Medians and quartiles: one disturbed round must not move a figure.

/** Where the middle half of the samples lies. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The samples themselves, in the order of the rounds, where others were measured in the same rounds. */
  readonly rounds?: readonly number[];
}

/** The median and the first and third quartile, interpolated. */
export function quartiles(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** As {@link quartiles}, of rounds in which others took their turns: ratios to them are then taken round by round. */
export function inRounds(samples: readonly number[]): Spread {
  return { ...quartiles(samples), rounds: samples };
}

/** Where this fraction of the samples, which are sorted, lies below; interpolated. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
