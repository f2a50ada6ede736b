// Whether memory grows. Two things are asked of the samples that were taken after the warm-up, each after a forced garbage collection:
//
//   - every one lies within 2 % of their median;
//   - there is no positive slope. The slope is that of Theil and Sen, the median of the slopes of all pairs of samples, which a few samples
//     that are off do not move as they move a regression line. Its confidence interval is Sen's, from Kendall's statistic, and asks nothing
//     of how the noise is distributed. The slope is positive when the whole interval, 95 %, lies above zero and what the slope adds up to over
//     the time measured is more than a quarter of the band: below that are the code that V8 compiles late, and its counters, which belong to no
//     connection and come to rest. A leak of one byte a connection is more: at 500 connections a second it is 0.9 MB in half an hour.
//
// What is under way at the instant of a sample is in it, and only ever adds; what leaks is in every sample. So of every three samples, half a minute,
// the least one counts. What is a small number of large pieces has a floor: a read buffer of 64 KiB that is in use at the instant of a sample is no growth.

/** A sample: seconds since the measurement began, and bytes. */
export type Sample = readonly [seconds: number, value: number];

/** How far samples may lie from their median. */
const BAND = 0.02;
/** What a slope may add up to, as a share of the band. */
const SLOPE_SHARE = 0.25;
/** Of the normal distribution, for 95 %. */
const Z = 1.96;
/** With fewer samples nothing can be said. */
export const FEWEST_SAMPLES = 6;

/** What the rule found. */
export interface Growth {
  readonly median: number;
  /** The sample that is the furthest off, as a share of the median. */
  readonly deviation: number;
  /** Bytes a second. */
  readonly slope: number;
  /** The ends of its confidence interval. */
  readonly low: number;
  readonly high: number;
  /** Whether nothing grows. */
  readonly steady: boolean;
}

/**
 * Applies the rule.
 *
 * @param floor bytes that samples may differ by, however little 2 % is
 * @throws RangeError with fewer than {@link FEWEST_SAMPLES} samples
 */
export function growthOf(samples: readonly Sample[], floor = 0): Growth {
  if (samples.length < FEWEST_SAMPLES) {
    throw new RangeError(`Growth needs ${FEWEST_SAMPLES} samples or more, not ${samples.length}.`);
  }
  const values = samples.map(([, value]) => value).sort((a, b) => a - b);
  const median = middle(values);
  const furthest = Math.max(...values.map((value) => Math.abs(value - median)));
  const band = Math.max(median * BAND, floor);
  const { slope, low, high } = slopeOf(samples);
  const span = (samples.at(-1)?.[0] ?? 0) - (samples[0]?.[0] ?? 0);
  const rises = low > 0 && slope * span > band * SLOPE_SHARE;
  return {
    median,
    deviation: median === 0 ? 0 : furthest / median,
    slope,
    low,
    high,
    steady: furthest <= band && !rises,
  };
}

/** Of so many samples the least one counts. */
const TOGETHER = 3;

/** The least of every three samples; what is left over in the end counts with those before. */
export function leastOfThree(samples: readonly Sample[]): Sample[] {
  const least: Sample[] = [];
  for (let from = 0; from + TOGETHER <= samples.length; from += TOGETHER) {
    const to = from + 2 * TOGETHER > samples.length ? samples.length : from + TOGETHER;
    least.push(samples.slice(from, to).reduce((best, sample) => (sample[1] < best[1] ? sample : best)));
  }
  return least;
}

/** The median of the slopes of all pairs, and where it lies with 95 % confidence (Sen, 1968). */
export function slopeOf(samples: readonly Sample[]): { slope: number; low: number; high: number } {
  const slopes: number[] = [];
  for (const [index, [time, value]] of samples.entries()) {
    for (const [laterTime, laterValue] of samples.slice(index + 1)) {
      if (laterTime > time) slopes.push((laterValue - value) / (laterTime - time));
    }
  }
  slopes.sort((a, b) => a - b);
  const count = samples.length;
  const reach = Z * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const at = (rank: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  return {
    slope: middle(slopes),
    low: at((slopes.length - reach) / 2 - 1),
    high: at((slopes.length + reach) / 2),
  };
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const above = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? 0) + above) / 2 : above;
}
