// What stands between the markers of docs/performance.md: one function of the report for each name.

import { PLOTS, plotTitle } from './plot-figures.ts';
import { contestants, findScenario, measured, metricOf, ofGroup, series, timesBetter } from './ratios.ts';
import { machineList, withoutFolders } from './render-machine.ts';
import { bytes, NOT_MEASURED, short, times, withSpread } from './render-numbers.ts';
import { renderHeapParts, renderProfiles } from './render-profiles.ts';
import { contestantTable, daggerNote, notes, scenariosTable, table } from './render-tables.ts';
import { renderTargets } from './render-targets.ts';
import type { BenchReport, MetricName, ScenarioReport } from './report.ts';

const NOTHING = 'Not measured in this run.';
const SHARED_READ = 'framewire (shared read)';

type Block = (report: BenchReport) => string;

/** The blocks by the names in their markers. */
export const BLOCKS: ReadonlyMap<string, Block> = new Map<string, Block>([
  ['machine', (report) => machineList(report).join('\n')],
  ['targets', renderTargets],
  ['echo', group('echo', 'cpu')],
  ['client', group('client', 'cpu')],
  ['open-close', group('open-close', 'cpu')],
  ['idle', group('idle', 'rss')],
  ['broadcast', group('broadcast', 'cpu')],
  ['deflate', group('deflate', 'cpu')],
  ['deflate-memory', group('deflate-memory', 'rss')],
  ['sizes', growing('size', 'cpu', 'message', bytes)],
  ['connections', growing('connections', 'cpu', 'connections', short)],
  ['fan-out', growing('fan-out', 'cpu', 'receivers', short)],
  ['processes', growing('processes', 'rate', 'processes', short)],
  ['codec', codec],
  ['bundles', bundles],
  ['node-versions', nodeVersions],
  ['shared-read', sharedRead],
  ['observed', observed],
  ['profiles', renderProfiles],
  ['heap-parts', renderHeapParts],
  ['unavailable', unavailable],
  ...PLOTS.map((name): [string, Block] => [
    `plot ${name}`,
    (report) => `![${plotTitle(report, name)}](performance/${name}.svg)`,
  ]),
]);

/** A table for each scenario of a group, with everybody who took part. */
function group(name: string, metric: MetricName): Block {
  return (report) => {
    const scenarios = ofGroup(report, name);
    return paragraphs([...scenarios.map((scenario) => titled(scenario, metric)), ...notesOf(scenarios)]);
  };
}

/** One table for a group that stands on an axis. */
function growing(name: string, metric: MetricName, axis: string, place: (value: number) => string): Block {
  return (report) => {
    const scenarios = series(report, name);
    return paragraphs([
      ...(scenarios.length === 0
        ? []
        : [scenariosTable(scenarios, metric, axis, (scenario) => place(scenario.at?.value ?? 0))]),
      ...(metric === 'rate' ? daggerNote(scenarios) : []),
      ...notesOf(scenarios),
    ]);
  };
}

/** Masking in bytes a second; what takes memory by itself; everything else in nanoseconds a message. */
function codec(report: BenchReport): string {
  const scenarios = ofGroup(report, 'codec');
  const has = ({ results }: ScenarioReport, metric: MetricName): boolean =>
    results.some((result) => metricOf(result, metric) !== undefined);
  const masking = scenarios.filter((one) => one.id.startsWith('codec-unmask') && has(one, 'throughput'));
  const standing = scenarios.filter((one) => has(one, 'heap'));
  const timed = scenarios.filter((one) => has(one, 'time') && !masking.includes(one) && !standing.includes(one));
  const title = (one: ScenarioReport): string => one.title;
  return paragraphs([
    ...(timed.length === 0 ? [] : [scenariosTable(timed, 'time', 'ns a message', title)]),
    ...(masking.length === 0 ? [] : [scenariosTable(masking, 'throughput', 'GB/s', title)]),
    ...standing.map((one) => titled(one, 'time')),
    ...notesOf(scenarios),
  ]);
}

function bundles(report: BenchReport): string {
  const scenarios = report.scenarios.filter(({ results }) => results.some((result) => metricOf(result, 'size')));
  return paragraphs(
    scenarios.length === 0 ? [] : [scenariosTable(scenarios, 'size', 'minified and gzipped', ({ title }) => title)],
  );
}

/** For each kind of work a table with a row for each version of Node. */
function nodeVersions(report: BenchReport): string {
  const rows = new Map<string, string[][]>();
  for (const scenario of ofGroup(report, 'node-versions')) {
    const [, version, work] = /^node-(\d+)-(.+)$/.exec(scenario.id) ?? [];
    if (version === undefined || work === undefined) continue;
    const [ours, ws] = ['framewire', 'ws'].map((name) =>
      scenario.results.find(({ contestant }) => contestant === name || contestant.startsWith(`${name},`)),
    );
    const [mine, theirs] = [ours && metricOf(ours, 'cpu'), ws && metricOf(ws, 'cpu')];
    const row = [`Node ${version}`, withSpread(mine), withSpread(theirs), times(timesBetter('cpu', mine, theirs))];
    rows.set(work, [...(rows.get(work) ?? []), row]);
  }
  return paragraphs([
    ...[...rows].map(([work, cells]) => {
      const title = findScenario(report, work)?.title ?? work;
      return `**${title}**, µs of CPU\n\n${table(['', 'framewire', 'ws', 'to ws'], cells)}`;
    }),
    ...notesOf(ofGroup(report, 'node-versions')),
  ]);
}

/** Wherever the server was measured both ways. */
function sharedRead(report: BenchReport): string {
  const rows = report.scenarios.flatMap((scenario) => {
    const [plain, shared] = [measured(scenario, 'framewire', 'cpu'), measured(scenario, SHARED_READ, 'cpu')];
    if (shared === undefined) return [];
    return [[scenario.title, withSpread(plain), withSpread(shared), times(timesBetter('cpu', shared, plain))]];
  });
  const head = ['µs of CPU a message', 'as it is', 'with the option', 'gain'];
  return paragraphs(rows.length === 0 ? [] : [table(head, rows)]);
}

/** By who looks on, beside the one that nobody looks at. */
function observed(report: BenchReport): string {
  const rows = ofGroup(report, 'observed').flatMap((scenario) => {
    const plain = measured(scenario, 'framewire', 'cpu');
    return scenario.results.map(({ contestant }) => {
      const cpu = measured(scenario, contestant, 'cpu');
      const share = contestant === 'framewire' ? undefined : timesBetter('cpu', cpu, plain);
      return [contestant, cpu === undefined ? '' : withSpread(cpu), share === undefined ? '' : times(share)];
    });
  });
  const head = ['', 'µs of CPU a message', 'to one that nobody looks at'];
  return paragraphs(rows.length === 0 ? [] : [table(head, rows)]);
}

function unavailable(report: BenchReport): string {
  const native = [
    'uWebSockets C++',
    'The registry has no build of it. Its binding for Node, uWebSockets.js, stands in for it.',
  ];
  const named = report.unavailable.map(({ contestant, reason }) => [contestant, withoutFolders(reason)]);
  const own = named.some(([contestant]) => contestant === native[0]) ? [] : [native];
  const absent = ['net', 'ws', 'ws+bufferutil', 'websocket', 'uWebSockets.js', 'Bun', 'Deno', 'undici', 'node-global']
    .filter((peer) => !contestants(report.scenarios).includes(peer) && !named.some(([name]) => name === peer))
    .map((peer) => [peer, `${NOT_MEASURED} in this run`]);
  return table(['contestant', 'why'], [...own, ...named, ...absent]);
}

function titled(scenario: ScenarioReport, metric: MetricName): string {
  return `**${scenario.title}**\n\n${contestantTable(scenario, metric)}`;
}

function notesOf(scenarios: readonly ScenarioReport[]): readonly string[] {
  const lines = notes(scenarios);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function paragraphs(parts: readonly string[]): string {
  return parts.length === 0 ? NOTHING : parts.join('\n\n');
}
