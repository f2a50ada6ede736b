// Where and how a run was made: the words beside every table and under every plot.

import { bytes } from './render-numbers.ts';
import type { BenchReport } from './report.ts';

/** One line: machine, Node, contestants, command, date. */
export function machineLine(report: BenchReport): string {
  const { machine, command, date } = report;
  const cores = machine.cores === 1 ? '1 core' : `${machine.cores} cores`;
  return `${machine.cpu}, ${cores}, ${machine.system} · Node ${nodeVersion(report)} · ${versionList(report, '\u00a0').join(', ')} · ${command} · ${date}`;
}

/** The same as a list, for the page. */
export function machineList(report: BenchReport): readonly string[] {
  const { machine, command, date, mode } = report;
  const pinned = machine.pinned ? 'server and load generator on a core each' : 'not pinned to cores';
  const kind = mode === 'quick' ? ' (a quick run: fewer rounds, and only the peers that a target names)' : '';
  return [
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${bytes(machine.memoryBytes)} of memory, ${machine.system}; ${pinned}; load before the run ${machine.loadBefore.toFixed(2)}.`,
    `- Node ${nodeVersion(report)}, unless a row says otherwise.`,
    `- Versions: ${versionList(report).join(', ')}.`,
    `- Command: \`${command}\`${kind}, on ${date}.`,
  ];
}

/** `24.21.0`, however it was said. */
export function nodeVersion(report: BenchReport): string {
  return report.node.replace(/^v/, '');
}

/** `between` keeps name and version on one line, or lets them part. */
function versionList(report: BenchReport, between = ' '): readonly string[] {
  return Object.entries(report.versions)
    .filter(([contestant]) => contestant !== 'net')
    .map(([contestant, version]) => `${contestant}${between}${version.replace(/^v/, '')}`);
}
