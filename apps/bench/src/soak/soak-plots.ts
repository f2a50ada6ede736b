// The plots of docs/soak.md, each a function of a report.

import { framed } from '../plot-svg.ts';
import { bytes, duration, perSecond, short } from '../render-numbers.ts';
import { timePlot } from './plot-times.ts';
import type { PlotId, Series, SoakReport } from './soak-report.ts';

export interface SoakPlot {
  readonly name: PlotId | 'kernel';
  readonly title: string;
  readonly subtitle: string;
  readonly yTitle: string;
  readonly yFormat: (value: number) => string;
  readonly yUnit: number;
  readonly logarithmic: boolean;
}

const MB = 1024 * 1024;
const size = (value: number): string => bytes(Math.round(value));

export const SOAK_PLOTS: readonly SoakPlot[] = [
  {
    name: 'heap',
    title: 'Heap after a forced collection',
    subtitle: 'Of each server process, from the beginning, warm-up included. A leak rises.',
    yTitle: 'bytes',
    yFormat: size,
    yUnit: MB,
    logarithmic: false,
  },
  {
    name: 'array-buffers',
    title: 'Array buffers after a forced collection',
    subtitle: 'Of each server process. Buffers of reads that are under way at that instant are in it.',
    yTitle: 'bytes',
    yFormat: size,
    yUnit: MB,
    logarithmic: false,
  },
  {
    name: 'rss',
    title: 'Resident memory',
    subtitle: 'Of each server process.',
    yTitle: 'bytes',
    yFormat: size,
    yUnit: MB,
    logarithmic: false,
  },
  {
    name: 'handles',
    title: 'Live handles',
    subtitle: 'Sockets, timers and pipes that Node counts as active, of each server process.',
    yTitle: 'handles',
    yFormat: short,
    yUnit: 1,
    logarithmic: true,
  },
  {
    name: 'kernel',
    title: 'What the kernel holds',
    subtitle:
      'Of the whole machine, both ends of every connection: its objects, and what is in the buffers of TCP. From the first process on.',
    yTitle: 'bytes',
    yFormat: size,
    yUnit: MB,
    logarithmic: false,
  },
  {
    name: 'latency',
    title: 'Latency of an echo',
    subtitle: 'From when a message was due to be sent to its answer. Forced collections of every server are in it.',
    yTitle: 'latency',
    yFormat: duration,
    yUnit: 1,
    logarithmic: true,
  },
  {
    name: 'throughput',
    title: 'A broadcast when some of its readers stop',
    subtitle: 'Deliveries a second to those who go on reading, in the first round.',
    yTitle: 'deliveries a second',
    yFormat: perSecond,
    yUnit: 1,
    logarithmic: false,
  },
  {
    name: 'stalled-memory',
    title: 'Memory while readers stop',
    subtitle: 'Of the server process, without collecting garbage, and of the kernel for TCP. The first round.',
    yTitle: 'bytes',
    yFormat: size,
    yUnit: MB,
    logarithmic: false,
  },
];

/** The plots that this run has figures for, as SVG by the names of their files. */
export function renderSoakPlots(report: SoakReport): ReadonlyMap<string, string> {
  return new Map(
    SOAK_PLOTS.flatMap((plot): [string, string][] => {
      const series = seriesOf(report, plot.name);
      if (series.length === 0) return [];
      const { title, subtitle } = plot;
      const frame = { title, subtitle, description: described(series, plot.yFormat), caption: caption(report) };
      return [[`${plot.name}.svg`, framed(frame, timePlot({ ...plot, series }))]];
    }),
  );
}

function seriesOf({ soaks, kernel }: SoakReport, name: SoakPlot['name']): readonly Series[] {
  if (name !== 'kernel') {
    return soaks.flatMap(({ series }) => series).filter(({ plot, points }) => plot === name && points.length > 0);
  }
  if (kernel.length === 0) return [];
  return [
    { plot: 'rss', label: 'kernel objects', points: kernel.map(({ seconds, slab }) => [seconds, slab]) },
    { plot: 'rss', label: 'TCP buffers', points: kernel.map(({ seconds, tcp }) => [seconds, tcp]) },
  ];
}

/** Every line in words: where it begins, where it ends, and how far it went. */
function described(series: readonly Series[], format: (value: number) => string): string {
  return series
    .map(({ label, points }) => {
      const values = points.map(([, value]) => value);
      const [first, last] = [values[0] ?? 0, values.at(-1) ?? 0];
      return `${label}: ${format(first)} at first, ${format(last)} in the end, ${format(Math.min(...values))} to ${format(Math.max(...values))}.`;
    })
    .join(' ');
}

function caption({ machine, node, version, command, date }: SoakReport): string {
  return `${machine.cpu}, ${machine.cores} cores, ${machine.system} · Node ${node} · framewire ${version} · ${shownCommand(command)} · ${date}`;
}

/** Where the report was saved is nobody's business. */
export function shownCommand(command: string): string {
  return command.replaceAll(/ --(?:json|report)[ =]\S+/g, '').replace(/ --$/, '');
}
