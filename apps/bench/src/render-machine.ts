// Where and how a run was made: the words beside every table and under every plot.

import { bytes } from './render-numbers.ts';
import type { BenchReport } from './report.ts';

/** How the name of a variant goes on: `ws+bufferutil`, `ws pre-framed`, `framewire, Node 20`. */
const VARIANT = /^[+, ]/;

/** One line: machine, Node, contestants, command, date. */
export function machineLine(report: BenchReport): string {
  const { machine, date } = report;
  const cores = machine.cores === 1 ? '1 core' : `${machine.cores} cores`;
  return `${machine.cpu}, ${cores}, ${machine.system} · Node ${nodeVersion(report)} · ${versionList(report, '\u00a0').join(', ')} · ${commandOf(report)} · ${date}`;
}

/** The same as a list, for the page. */
export function machineList(report: BenchReport): readonly string[] {
  const { machine, date, mode } = report;
  const pinned = machine.pinned ? 'server and load generator on a core each' : 'not pinned to cores';
  const kind = mode === 'quick' ? ' (a quick run: fewer rounds, and only the peers that a target names)' : '';
  return [
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${bytes(machine.memoryBytes)} of memory, ${machine.system}; ${pinned}; load before the run ${machine.loadBefore.toFixed(2)}.`,
    `- Node ${nodeVersion(report)}, unless a row says otherwise.`,
    `- Versions: ${versionList(report).join(', ')}.`,
    `- Command: \`${commandOf(report)}\`${kind}, on ${date}.`,
  ];
}

/** `24.21.0`, however it was said. */
function nodeVersion(report: BenchReport): string {
  return report.node.replace(/^v/, '');
}

/** Where the figures were saved is nobody's business. */
function commandOf({ command }: BenchReport): string {
  return command.replace(/ --json[ =]\S+/, '').trim();
}

/** What a program said, without the folders of this machine. */
export function withoutFolders(text: string): string {
  return text
    .replaceAll(/(?:file:\/\/)?(?:\/[\w.@+~-]+)+\/([\w.@+~-]+)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * What ran, each once: a variant of a contestant that says the same version as that, and Node's own client, are left out.
 *
 * @param between keeps name and version on one line, or lets them part
 */
function versionList(report: BenchReport, between = ' '): readonly string[] {
  const all = Object.entries(report.versions).map(([name, version]) => ({ name, version: version.replace(/^v/, '') }));
  const isVariant = (name: string, version: string): boolean =>
    all.some(
      (other) =>
        other.version === version && VARIANT.test(name.slice(other.name.length)) && name.startsWith(other.name),
    );
  return all
    .filter(({ name, version }) => name !== 'net' && version !== nodeVersion(report) && !isVariant(name, version))
    .map(({ name, version }) => `${name}${between}${version}`);
}
