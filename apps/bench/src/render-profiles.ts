// Where the time goes: for each scenario that was looked into, what the parts of a process cost for each message, ours beside the barest server.

import { metricOf } from './ratios.ts';
import { figure } from './render-numbers.ts';
import { table } from './render-tables.ts';
import type { BenchReport, ContestantResult, ScenarioReport } from './report.ts';

/** Shares below this are those of samples that fell somewhere by chance. */
const LEAST = 0.005;

export function renderProfiles(report: BenchReport): string {
  const looked = report.scenarios.filter(({ results }) => results.some(({ profile }) => profile !== undefined));
  if (looked.length === 0) return 'Not measured in this run.';
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

/** The share of a part in what one message costs. */
function cost(result: ContestantResult, part: string): string {
  const share = result.profile?.[part];
  const cpu = metricOf(result, 'cpu');
  if (share === undefined || cpu === undefined) return '';
  return `${figure(cpu.median * share)} (${Math.round(share * 100)} %)`;
}
