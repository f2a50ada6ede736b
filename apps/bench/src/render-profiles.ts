// Where time and memory go: what the parts of a process cost for each message, and what an idle connection is made of, ours beside others.

import { metricOf } from './ratios.ts';
import { figure } from './render-numbers.ts';
import { table } from './render-tables.ts';
import type { BenchReport, ContestantResult, ScenarioReport } from './report.ts';

/** Shares below this are those of samples that fell somewhere by chance. */
const LEAST = 0.005;
/** Fewer are of something that happens to be as many as there are connections. */
const LEAST_BYTES = 8;
const NOTHING = 'Not measured in this run.';

export function renderProfiles(report: BenchReport): string {
  const looked = report.scenarios.filter(({ results }) => results.some(({ profile }) => profile !== undefined));
  if (looked.length === 0) return NOTHING;
  return looked.map(profileTable).join('\n\n');
}

function profileTable({ title, results }: ScenarioReport): string {
  const looked = results.filter(({ profile }) => profile !== undefined);
  const [first] = looked;
  const parts = [...new Set(looked.flatMap(({ profile = {} }) => Object.keys(profile)))]
    .filter((part) => looked.some(({ profile = {} }) => (profile[part] ?? 0) >= LEAST))
    .sort((one, other) => (first?.profile?.[other] ?? 0) - (first?.profile?.[one] ?? 0));
  const rows = parts.map((part) => [part, ...looked.map((result) => cost(result, part))]);
  return `**${title}**\n\n${table(['µs of CPU (share)', ...looked.map(({ contestant }) => contestant)], rows)}`;
}

/** Bytes of the heap by class, of those who were taken apart. */
export function renderHeapParts(report: BenchReport): string {
  const apart = report.scenarios.filter(({ results }) => results.some(({ heapParts }) => heapParts !== undefined));
  if (apart.length === 0) return NOTHING;
  return apart.map(heapTable).join('\n\n');
}

function heapTable({ title, results }: ScenarioReport): string {
  const apart = results.filter(({ heapParts }) => heapParts !== undefined);
  const names = [...new Set(apart.flatMap(({ heapParts = {} }) => Object.keys(heapParts)))];
  const most = (name: string) => Math.max(...apart.map(({ heapParts = {} }) => heapParts[name] ?? 0));
  const rows = names
    .filter((name) => most(name) >= LEAST_BYTES)
    .sort((one, other) => most(other) - most(one))
    .map((name) => [name, ...apart.map(({ heapParts = {} }) => byteCell(heapParts[name]))]);
  const sums = apart.map(({ heapParts = {} }) =>
    byteCell(Object.values(heapParts).reduce((sum, part) => sum + part, 0)),
  );
  const head = ['bytes a connection', ...apart.map(({ contestant }) => contestant)];
  return `**${title}**\n\n${table(head, [...rows, ['together', ...sums]])}`;
}

function byteCell(bytes: number | undefined): string {
  return bytes === undefined ? '' : Math.round(bytes).toLocaleString('en');
}

/** The share of a part in what one message costs. */
function cost(result: ContestantResult, part: string): string {
  const share = result.profile?.[part];
  const cpu = metricOf(result, 'cpu');
  if (share === undefined || cpu === undefined) return '';
  return `${figure(cpu.median * share)} (${Math.round(share * 100)} %)`;
}
