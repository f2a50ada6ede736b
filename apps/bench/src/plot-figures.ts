// The plots of docs/performance.md, each a pure function of a report. A plot that this run has no figures for says so.

import { type Bar, barPanels } from './plot-bars.ts';
import { type Line, linePlot } from './plot-lines.ts';
import { type Body, type Frame, framed } from './plot-svg.ts';
import { contestants, findScenario, metricOf, series } from './ratios.ts';
import { machineLine } from './render-machine.ts';
import { bytes, duration, figure, perSecond, short } from './render-numbers.ts';
import type { BenchReport, MetricName, ScenarioReport } from './report.ts';

/** A plot before it is drawn. */
interface Figure {
  readonly title: string;
  readonly subtitle: string;
  /** What is shown, contestant by contestant, in words. */
  readonly facts: readonly string[];
  readonly body: Body;
}

/** The plots by the names of their files, in the order of the page. */
export const PLOTS: readonly PlotName[] = [
  'cpu-per-message',
  'cost-by-size',
  'cost-by-connections',
  'cost-by-fan-out',
  'idle-memory',
  'processes',
];

export type PlotName =
  | 'cpu-per-message'
  | 'cost-by-size'
  | 'cost-by-connections'
  | 'cost-by-fan-out'
  | 'idle-memory'
  | 'processes';

const FIGURES: Readonly<Record<PlotName, (report: BenchReport) => Figure>> = {
  'cpu-per-message': cpuPerMessage,
  'cost-by-size': costBySize,
  'cost-by-connections': costByConnections,
  'cost-by-fan-out': costByFanOut,
  'idle-memory': idleMemory,
  processes,
};

/** The rows of the first plot. */
const MAIN_ROWS: readonly (readonly [id: string, title: string, unit: string])[] = [
  ['echo-20b-16', 'Echo, 20 B, 16 in flight', 'µs of CPU a message'],
  ['echo-text-20b-16', 'Echo of text, 20 B, 16 in flight', 'µs of CPU a message'],
  ['echo-512b-16', 'Echo, 512 B, 16 in flight', 'µs of CPU a message'],
  ['ping-pong-20b', 'Ping-pong, 20 B', 'µs of CPU a message'],
  ['echo-16k', 'Echo, 16 KB', 'µs of CPU a message'],
  ['echo-1m', 'Echo, 1 MB', 'µs of CPU a message'],
  ['client-20b-16', 'Client, 20 B, 16 in flight', 'µs of CPU a message'],
  ['broadcast-64b-1000', 'Broadcast, 64 B to 1,000', 'µs of CPU a delivery'],
];

/** Every plot as SVG, by the name of its file. */
export function renderPlots(report: BenchReport): ReadonlyMap<string, string> {
  return new Map(
    PLOTS.map((name) => {
      const { title, subtitle, facts, body } = FIGURES[name](report);
      const description = facts.length === 0 ? 'Not measured in this run.' : `${facts.join('. ')}.`;
      const frame: Frame = { title, subtitle, description, caption: machineLine(report) };
      return [`${name}.svg`, framed(frame, body)];
    }),
  );
}

/** What a plot is called, for the text beside it. */
export function plotTitle(report: BenchReport, name: PlotName): string {
  return FIGURES[name](report).title;
}

function cpuPerMessage(report: BenchReport): Figure {
  const panels = MAIN_ROWS.map(([id, title, unit]) => ({
    title,
    unit,
    format: figure,
    bars: sortedBars(findScenario(report, id), 'cpu'),
  }));
  return {
    title: 'CPU for each message',
    subtitle:
      'Less is better. Thin lines: the middle half of the rounds. net is a bare socket that echoes what it reads.',
    facts: panels.flatMap(({ title, unit, bars }) => facts(`${title}, ${unit}`, bars, figure)),
    body: barPanels(panels),
  };
}

function idleMemory(report: BenchReport): Figure {
  const scenario = findScenario(report, 'idle');
  const panels = (['heap', 'rss'] as const).map((metric) => ({
    title: metric === 'heap' ? 'Heap after garbage collection' : 'Resident memory of the process',
    unit: 'a connection',
    format: bytes,
    bars: sortedBars(scenario, metric),
  }));
  return {
    title: 'Memory of an idle connection',
    subtitle: 'Less is better. What the server process has more, divided among its connections.',
    facts: panels.flatMap(({ title, bars }) => facts(title, bars, bytes)),
    body: barPanels(panels),
  };
}

function processes(report: BenchReport): Figure {
  const scenarios = series(report, 'processes');
  const panels = contestants(scenarios).map((contestant) => ({
    title: contestant,
    unit: 'messages a second',
    format: perSecond,
    highlighted: () => contestant === 'framewire',
    bars: scenarios.flatMap((scenario): Bar[] => {
      const result = scenario.results.find((one) => one.contestant === contestant);
      const value = result && metricOf(result, 'rate');
      const count = scenario.at?.value ?? 0;
      return value === undefined ? [] : [{ label: count === 1 ? '1 process' : `${short(count)} processes`, value }];
    }),
  }));
  return {
    title: 'Throughput with more processes',
    subtitle: 'More is better. The processes share one port; the load generator shares the cores with them.',
    facts: panels.flatMap(({ title, bars }) => facts(title, bars, perSecond)),
    body: barPanels(panels),
  };
}

function costBySize(report: BenchReport): Figure {
  const lines = linesOf(series(report, 'size'));
  return {
    title: 'Cost of an echo by the size of its messages',
    subtitle: 'CPU of the server process. Less is better. Both axes are logarithmic.',
    facts: growth(lines, bytes, duration),
    body: linePlot({
      lines,
      xTitle: 'bytes of a message',
      yTitle: 'CPU a message',
      xFormat: bytes,
      yFormat: duration,
      logarithmic: true,
    }),
  };
}

function costByConnections(report: BenchReport): Figure {
  const lines = linesOf(series(report, 'connections'));
  return {
    title: 'Cost of an echo by the number of connections',
    subtitle: 'CPU of the server process. Less is better; a flat line is a cost that connections do not add to.',
    facts: growth(lines, short, duration),
    body: linePlot({
      lines,
      xTitle: 'open connections',
      yTitle: 'µs of CPU a message',
      xFormat: short,
      yFormat: short,
      logarithmic: false,
    }),
  };
}

function costByFanOut(report: BenchReport): Figure {
  const lines = linesOf(series(report, 'fan-out'));
  return {
    title: 'Cost of a broadcast by the number of its receivers',
    subtitle: 'CPU of the server process for each delivery. Less is better. Both axes are logarithmic.',
    facts: growth(lines, short, duration),
    body: linePlot({
      lines,
      xTitle: 'receivers of each message',
      yTitle: 'µs of CPU a delivery',
      xFormat: short,
      yFormat: short,
      logarithmic: true,
    }),
  };
}

function linesOf(scenarios: readonly ScenarioReport[]): readonly Line[] {
  return contestants(scenarios).map((contestant) => ({
    label: contestant,
    points: scenarios.flatMap((scenario): [number, number][] => {
      const result = scenario.results.find((one) => one.contestant === contestant);
      const value = result && metricOf(result, 'cpu');
      return value === undefined || value.median <= 0 ? [] : [[scenario.at?.value ?? 1, value.median]];
    }),
  }));
}

/** Least first. What reads through the unstable option has a table of its own. */
function sortedBars(scenario: ScenarioReport | undefined, metric: MetricName): readonly Bar[] {
  const bars = (scenario?.results ?? []).flatMap((result): Bar[] => {
    const value = metricOf(result, metric);
    return value === undefined || result.contestant.includes('shared read')
      ? []
      : [{ label: result.contestant, value }];
  });
  return bars.sort((a, b) => a.value.median - b.value.median);
}

function facts(title: string, bars: readonly Bar[], format: (value: number) => string): string[] {
  if (bars.length === 0) return [];
  return [`${title}: ${bars.map((bar) => `${bar.label} ${format(bar.value.median)}`).join(', ')}`];
}

function growth(lines: readonly Line[], xFormat: (x: number) => string, yFormat: (y: number) => string): string[] {
  return lines.flatMap(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const span = (point: readonly [number, number]): string => `${yFormat(point[1])} at ${xFormat(point[0])}`;
    return [`${label}: ${span(first)}, ${span(last)}`];
  });
}
