// What a report says of one contestant, and how many times better one is than another. Whatever was not measured is undefined,
// so that no figure is ever made up: a metric that is missing or not finite counts as not measured.

import type { BenchReport, ContestantResult, MetricName, ScenarioReport, Spread } from './report.ts';
import { quartiles } from './statistics.ts';

/** Where more is better. Everywhere else less is. */
const MORE_IS_BETTER: ReadonlySet<MetricName> = new Set(['rate', 'throughput']);

export function findScenario(report: BenchReport, id: string): ScenarioReport | undefined {
  return report.scenarios.find((scenario) => scenario.id === id);
}

/** The scenarios of a group, in the order they ran in. */
export function ofGroup(report: BenchReport, group: string): readonly ScenarioReport[] {
  return report.scenarios.filter((scenario) => scenario.group === group);
}

/** The scenarios of a group that stand on an axis, by rising place. */
export function series(report: BenchReport, group: string): readonly ScenarioReport[] {
  return ofGroup(report, group)
    .filter((scenario) => (scenario.at?.value ?? 0) > 0)
    .sort((a, b) => (a.at?.value ?? 0) - (b.at?.value ?? 0));
}

/** Whoever is in any of these scenarios, ours first. */
export function contestants(scenarios: readonly ScenarioReport[]): readonly string[] {
  const names = [...new Set(scenarios.flatMap((scenario) => scenario.results.map((one) => one.contestant)))];
  return names.sort((a, b) => Number(b === 'framewire') - Number(a === 'framewire'));
}

/** The metric of one contestant. */
export function measured(
  scenario: ScenarioReport | undefined,
  contestant: string,
  metric: MetricName,
): Spread | undefined {
  const result = scenario?.results.find((candidate) => candidate.contestant === contestant);
  return result === undefined ? undefined : metricOf(result, metric);
}

export function metricOf(result: ContestantResult, metric: MetricName): Spread | undefined {
  const spread = result.metrics[metric];
  return spread !== undefined && measurable(spread) ? spread : undefined;
}

/**
 * How many times better `ours` is than `theirs`: less time, or a higher rate. Undefined where either was not measured.
 */
export function timesBetter(
  metric: MetricName,
  ours: Spread | undefined,
  theirs: Spread | undefined,
): Spread | undefined {
  return MORE_IS_BETTER.has(metric) ? quotient(ours, theirs) : quotient(theirs, ours);
}

/**
 * One spread divided by another: round by round where they were measured in turns, for then what disturbed one disturbed the other; else low by
 * high and high by low. Undefined where either was not measured, or is zero.
 */
export function quotient(dividend: Spread | undefined, divisor: Spread | undefined): Spread | undefined {
  if (dividend === undefined || divisor === undefined) return undefined;
  const result = roundByRound(dividend.rounds, divisor.rounds) ?? {
    median: dividend.median / divisor.median,
    low: dividend.low / divisor.high,
    high: dividend.high / divisor.low,
  };
  return measurable(result) ? result : undefined;
}

function roundByRound(dividends: readonly number[] = [], divisors: readonly number[] = []): Spread | undefined {
  if (dividends.length === 0 || dividends.length !== divisors.length) return undefined;
  return quartiles(dividends.map((dividend, round) => dividend / (divisors[round] ?? Number.NaN)));
}

/** A spread in another unit. */
export function scaled(spread: Spread | undefined, factor: number): Spread | undefined {
  return spread && { median: spread.median * factor, low: spread.low * factor, high: spread.high * factor };
}

/** For each, `amount` divided by it: nanoseconds a message to messages a second. */
export function inverse(spread: Spread | undefined, amount: number): Spread | undefined {
  return quotient({ median: amount, low: amount, high: amount }, spread);
}

function measurable({ median, low, high }: Spread): boolean {
  return Number.isFinite(median) && Number.isFinite(low) && Number.isFinite(high);
}
