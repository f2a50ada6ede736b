// A report as text, for whoever ran it.

import type { SoakReport } from './soak-report.ts';
import { unmet } from './verdict.ts';

export function soakLines(report: SoakReport): readonly string[] {
  const lines: string[] = [];
  for (const { id, title, demands, figures } of report.soaks) {
    const width = Math.max(...[...demands, ...figures].map(({ name }) => name.length));
    lines.push(`${title}  [${id}]`);
    for (const { name, demand, figure, met, timing } of demands) {
      const mark = met ? 'met' : report.quick && timing ? 'not met, only told' : 'NOT MET';
      lines.push(`  ${name.padEnd(width)}  ${figure}  (${demand}: ${mark})`);
    }
    for (const { name, figure } of figures) lines.push(`  ${name.padEnd(width)}  ${figure}`);
    lines.push('');
  }
  const failed = unmet(report).length;
  lines.push(
    failed === 0
      ? 'Everything that is demanded is met.'
      : `${failed} ${failed === 1 ? 'demand is' : 'demands are'} not met.`,
  );
  return lines;
}
