// A report as text, for whoever ran it: what each contestant came to, scenario by scenario.

import { measured, timesBetter } from './ratios.ts';
import type { BenchReport, ContestantResult, MetricName, ScenarioReport, Spread } from './report.ts';

/** The figure that contestants are compared by is the first of these that a scenario has. */
const DECIDING: readonly MetricName[] = ['cpu', 'time', 'heap', 'rss', 'throughput', 'rate', 'size'];
/** What ratios are told to. */
const RIVALS = ['ws', 'net'];

interface Column {
  readonly head: string;
  cell(result: ContestantResult): string;
}

export function tableLines(report: BenchReport): readonly string[] {
  const { machine, node, versions, unavailable, scenarios } = report;
  const lines = [
    `Node ${node} on ${machine.cores} x ${machine.cpu}, ${machine.system}. Medians (first to third quartile) of interleaved rounds.`,
    'CPU is that of the process under test, in microseconds a message, user and system together and apart; latencies are in microseconds.',
    '',
    ...Object.entries(versions).map(([name, version]) => `${name.padEnd(26)}${version}`),
    ...unavailable.map(({ contestant, reason }) => `${contestant.padEnd(26)}LEFT OUT: ${reason}`),
  ];
  for (const scenario of scenarios) lines.push('', `${scenario.title}  [${scenario.id}]`, ...scenarioLines(scenario));
  return [...lines, ...warnings(report)];
}

function scenarioLines(scenario: ScenarioReport): string[] {
  const columns = columnsOf(scenario);
  const rows = scenario.results.map((result) => columns.map((column) => column.cell(result)));
  const all = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => (row[index] ?? '').length)));
  return all.map((row) => {
    const cells = row.map((cell, index) => {
      const width = widths[index] ?? 0;
      return index === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

function columnsOf(scenario: ScenarioReport): Column[] {
  const has = (metric: MetricName): boolean => scenario.results.some(({ metrics }) => metrics[metric] !== undefined);
  const columns: Column[] = [{ head: '', cell: ({ contestant }) => contestant }];
  const decisive = DECIDING.find(has);
  const plain = (metric: MetricName, head: string, cell: (value: Spread) => string): void => {
    if (!has(metric)) return;
    columns.push({ head, cell: ({ metrics }) => (metrics[metric] === undefined ? '' : cell(metrics[metric])) });
  };
  plain('cpu', 'CPU us', withSpread);
  plain('user', 'user', ({ median }) => figure(median));
  plain('system', 'system', ({ median }) => figure(median));
  plain('time', 'ns', withSpread);
  plain('heap', 'heap B', withSpread);
  plain('rss', 'RSS B', withSpread);
  plain('size', 'bytes', ({ median }) => String(Math.round(median)));
  plain('throughput', 'GB/s', ({ median }) => figure(median / 1e9));
  plain('rate', 'k/s', ({ median }) => figure(median / 1000));
  plain('p50', 'p50', ({ median }) => figure(median));
  plain('p99', 'p99', ({ median }) => figure(median));
  plain('p999', 'p99.9', ({ median }) => figure(median));
  if (decisive !== undefined) for (const rival of RIVALS) addRatio(columns, scenario, decisive, rival);
  columns.push({ head: '', cell: ({ note, loadWasBottleneck }) => noteOf(note, loadWasBottleneck) });
  return columns;
}

/** How many times better each is than this rival. */
function addRatio(columns: Column[], scenario: ScenarioReport, metric: MetricName, rival: string): void {
  // `ws`, or `ws, Node 20`.
  const name = scenario.results.find(({ contestant }) => contestant.split(', ')[0] === rival)?.contestant ?? rival;
  const theirs = measured(scenario, name, metric);
  if (theirs === undefined || scenario.results.length < 2) return;
  columns.push({
    head: `vs ${rival}`,
    cell: ({ contestant }) => {
      const ratio = timesBetter(metric, measured(scenario, contestant, metric), theirs);
      return ratio === undefined ? '' : `${figure(ratio.median)}x`;
    },
  });
}

function noteOf(note: string | undefined, loadWasBottleneck: boolean): string {
  return [note, loadWasBottleneck ? 'load-bound' : undefined].filter((part) => part !== undefined).join('; ');
}

function warnings({ machine, scenarios }: BenchReport): string[] {
  const lines: string[] = [];
  if (scenarios.some(({ results }) => results.some(({ loadWasBottleneck }) => loadWasBottleneck))) {
    lines.push(
      "load-bound: the load was at the end of its core and the server was not. The rate is the load's; CPU a message stands.",
    );
  }
  if (!machine.pinned) {
    lines.push('Nothing was pinned to a core (taskset and two cores are needed): figures are rougher.');
  }
  if (machine.loadBefore > BUSY) {
    lines.push(
      `The machine was busy before (load ${machine.loadBefore.toFixed(2)}): figures are rougher, ratios smaller.`,
    );
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

/** A load average over this says that something else runs. */
const BUSY = 0.5;

function withSpread({ median, low, high }: Spread): string {
  return low === high ? figure(median) : `${figure(median)} (${figure(low)}-${figure(high)})`;
}

/** Three digits are more than the measurement is worth. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
