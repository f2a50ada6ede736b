// Tables in Markdown: all contestants of a scenario with whatever was measured of them, and series of scenarios side by side.

import { contestants, measured, metricOf, timesBetter } from './ratios.ts';
import { bytes, figure, perSecond, times, withSpread } from './render-numbers.ts';
import type { ContestantResult, MetricName, ScenarioReport, Spread } from './report.ts';

const OURS = 'framewire';
/** Marks a contestant whose load generator was at its end before it was. */
const BOTTLENECK = '†';
const BOTTLENECK_LINE = `${BOTTLENECK} The load generator was the bottleneck: rate and latency are its own, CPU a message stands.`;

interface Column {
  readonly title: string;
  cell(spread: Spread): string;
}

const plain = (value: number): string => figure(value);
const COLUMNS: Readonly<Record<MetricName, Column>> = {
  cpu: { title: 'CPU, µs', cell: (spread) => withSpread(spread) },
  user: { title: 'user', cell: ({ median }) => plain(median) },
  system: { title: 'system', cell: ({ median }) => plain(median) },
  time: { title: 'ns', cell: (spread) => withSpread(spread) },
  rate: { title: 'a second', cell: ({ median }) => perSecond(median) },
  throughput: { title: 'GB/s', cell: (spread) => withSpread(spread, (value) => figure(value / 1e9)) },
  p50: { title: 'p50, µs', cell: ({ median }) => plain(median) },
  p99: { title: 'p99, µs', cell: ({ median }) => plain(median) },
  p999: { title: 'p99.9, µs', cell: ({ median }) => plain(median) },
  heap: { title: 'heap', cell: (spread) => withSpread(spread, bytes) },
  rss: { title: 'resident', cell: (spread) => withSpread(spread, bytes) },
  size: { title: 'size', cell: (spread) => withSpread(spread, bytes) },
};
const METRICS = Object.keys(COLUMNS) as readonly MetricName[];

/** A table, with its header; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Everybody in a scenario, and by `metric` how many times better each is than ws and net. */
export function contestantTable(scenario: ScenarioReport, metric: MetricName): string {
  const shown = METRICS.filter((one) => scenario.results.some((result) => metricOf(result, one) !== undefined));
  const peers = ['ws', 'net'].filter((peer) => scenario.results.some((result) => result.contestant === peer));
  // Where several metrics could be meant, the ratio says of which it is.
  const basis = shown.includes('heap') && shown.includes('rss') ? `${COLUMNS[metric].title}, ` : '';
  const head = ['', ...shown.map((one) => COLUMNS[one].title), ...peers.map((peer) => `${basis}to ${peer}`)];
  const rows = scenario.results.map((result) => [
    nameOf(result),
    ...shown.map((one) => cell(result, one)),
    ...peers.map((peer) => ratioCell(scenario, result, peer, metric)),
  ]);
  return table(head, rows);
}

function cell(result: ContestantResult, metric: MetricName): string {
  const spread = metricOf(result, metric);
  return spread === undefined ? '' : COLUMNS[metric].cell(spread);
}

function ratioCell(scenario: ScenarioReport, result: ContestantResult, peer: string, metric: MetricName): string {
  const other = scenario.results.find((one) => one.contestant === peer);
  if (other === undefined || other === result) return '';
  return ratio(timesBetter(metric, metricOf(result, metric), metricOf(other, metric)));
}

function nameOf(result: ContestantResult): string {
  const name = result.contestant === OURS ? `**${result.contestant}**` : result.contestant;
  return result.loadWasBottleneck ? `${name} ${BOTTLENECK}` : name;
}

/** What contestants say of themselves in these scenarios. */
export function notes(scenarios: readonly ScenarioReport[]): readonly string[] {
  const results = scenarios.flatMap((scenario) => scenario.results);
  const said = results.flatMap(({ contestant, note }) => (note === undefined ? [] : [`- ${contestant}: ${note}`]));
  return [...new Set(said)];
}

/** What the dagger means, where there is one. */
export function daggerNote(scenarios: readonly ScenarioReport[]): readonly string[] {
  const isMarked = scenarios.some(({ results }) => results.some((result) => result.loadWasBottleneck));
  return isMarked ? [BOTTLENECK_LINE] : [];
}

/**
 * Several scenarios: a row for each, a column for each contestant, and how many times better ours is. The cell of a contestant that did not
 * take part is empty.
 */
export function scenariosTable(
  scenarios: readonly ScenarioReport[],
  metric: MetricName,
  head: string,
  rowName: (scenario: ScenarioReport) => string,
): string {
  const names = contestants(scenarios);
  const peers = names.includes(OURS) ? names.filter((name) => name !== OURS) : [];
  const rows = scenarios.map((scenario) => {
    const ours = measured(scenario, OURS, metric);
    const shown = names.map((name) => {
      const spread = measured(scenario, name, metric);
      if (spread === undefined) return '';
      const cell = COLUMNS[metric].cell(spread);
      return metric === 'rate' && isLoadBound(scenario, name) ? `${cell} ${BOTTLENECK}` : cell;
    });
    return [
      rowName(scenario),
      ...shown,
      ...peers.map((peer) => ratio(timesBetter(metric, ours, measured(scenario, peer, metric)))),
    ];
  });
  return table([head, ...names, ...peers.map((peer) => `to ${peer}`)], rows);
}

function isLoadBound({ results }: ScenarioReport, contestant: string): boolean {
  return results.some((result) => result.contestant === contestant && result.loadWasBottleneck);
}

/** Empty where there is no ratio. */
function ratio(value: Spread | undefined): string {
  return value === undefined ? '' : times(value);
}
