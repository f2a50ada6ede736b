// `npm test`: every check of the repository through turbo, then the coverage, then one plain line with the counts.
// A check that is no test (lint, types, coverage thresholds) counts as one failure when it fails.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './packages.ts';

const TASKS: readonly string[] = [
  'lint',
  'graph',
  'unused',
  'typecheck',
  'typecheck:root',
  'build',
  'fuzz',
  'unit',
  'browsers',
  'conformance-quick',
  'packages',
  'size',
  'acceptance',
  'soak-quick',
];
const REPORTS = join(ROOT, '.reports');
const RUNS = join(ROOT, '.turbo/runs');
/** How much of a failure is told again at the end. */
const REASON_LINES = 12;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function runTasks(): boolean {
  rmSync(REPORTS, { recursive: true, force: true });
  rmSync(RUNS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  // Two at a time, for two cores: more would only make the tests wait for one another.
  const options = ['--continue=dependencies-successful', '--concurrency=2', '--log-order=grouped', '--summarize'];
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  const env = { ...process.env, ...plain, TURBO_TELEMETRY_DISABLED: '1' };
  return spawnSync('turbo', ['run', ...TASKS, ...options], { cwd: ROOT, stdio: 'inherit', env }).status === 0;
}

/** The names of the tasks that ran and failed, such as `//#lint` or `@framewire/protocol#typecheck`. */
function failedTasks(): string[] {
  interface Summary {
    readonly tasks: readonly { readonly taskId: string; readonly execution?: { readonly exitCode?: number } }[];
  }
  let files: string[] = [];
  try {
    files = readdirSync(RUNS).filter((file) => file.endsWith('.json'));
  } catch {
    // turbo stopped before it ran anything; its own exit code says so.
  }
  return files
    .flatMap((file) => readJson<Summary>(join(RUNS, file))?.tasks ?? [])
    .filter(({ execution }) => execution !== undefined && execution.exitCode !== 0)
    .map(({ taskId }) => taskId);
}

/** What the test runner reported for a task; undefined when it wrote no report. */
function testCounts(task: string): Counts | undefined {
  interface Report {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numPendingTests: number;
    readonly numTodoTests: number;
  }
  const report = readJson<Report>(join(REPORTS, `${task}.json`));
  if (report === undefined) return undefined;
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
}

/** The tests of a task that failed, each with the first lines of why: what is worth reading once the log has grown long, or was cut. */
function failedTestsOf(task: string): string[] {
  interface Report {
    readonly testResults?: readonly {
      readonly name: string;
      readonly assertionResults: readonly {
        readonly fullName: string;
        readonly status: string;
        readonly failureMessages: readonly string[];
      }[];
    }[];
  }
  const files = readJson<Report>(join(REPORTS, `${task}.json`))?.testResults ?? [];
  return files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => {
        const reason = failureMessages.join('\n').split('\n').slice(0, REASON_LINES).join('\n    ');
        return `  ${relative(ROOT, name)}: ${fullName}\n    ${reason}`;
      }),
  );
}

type Metric = 'statements' | 'branches' | 'functions' | 'lines';
const METRICS: readonly Metric[] = ['statements', 'branches', 'functions', 'lines'];

/** One line per package: the covered share of its statements, branches, functions and lines. */
function coverageTable(): string[] {
  type Coverage = Readonly<Record<Metric, { readonly total: number; readonly covered: number }>>;
  const summary = readJson<Readonly<Record<string, Coverage>>>(join(REPORTS, 'coverage/coverage-summary.json')) ?? {};
  const totals = new Map<string, Map<Metric, { total: number; covered: number }>>();
  for (const [file, coverage] of Object.entries(summary)) {
    const name = /[\\/]packages[\\/]([^\\/]+)[\\/]src[\\/]/.exec(file)?.[1];
    if (name === undefined) continue;
    const sums = totals.get(name) ?? new Map(METRICS.map((metric) => [metric, { total: 0, covered: 0 }]));
    totals.set(name, sums);
    for (const [metric, sum] of sums) {
      sum.total += coverage[metric].total;
      sum.covered += coverage[metric].covered;
    }
  }
  const rows = [...totals].sort(([a], [b]) => a.localeCompare(b));
  const cells = ({ total, covered }: { total: number; covered: number }): string =>
    // Rounded down, so that 100 % means all of it.
    `${(total === 0 ? 100 : Math.floor((covered / total) * 10_000) / 100).toFixed(2)} %`.padStart(12);
  return [
    `${'coverage'.padEnd(16)}${METRICS.map((metric) => metric.padStart(12)).join('')}`,
    ...rows.map(([name, sums]) => `${name.padEnd(16)}${[...sums.values()].map(cells).join('')}`),
  ];
}

const everythingRan = runTasks();
const failures = failedTasks();
const counts = ['unit', 'fuzz', 'browsers', 'conformance-quick', 'acceptance', 'soak-quick'].map((task) => ({
  task,
  ...testCounts(task),
}));
// A task that failed although none of its tests did, or that is no test, is one failure.
const failedChecks = failures.filter((id) => !counts.some(({ task, failed = 0 }) => id === `//#${task}` && failed > 0));

const passed = counts.reduce((sum, count) => sum + (count.passed ?? 0), 0);
const skipped = counts.reduce((sum, count) => sum + (count.skipped ?? 0), 0);
const failedTests = counts.reduce((sum, count) => sum + (count.failed ?? 0), 0);
const unexplained = !everythingRan && failures.length === 0 ? 1 : 0;
const failed = failedTests + failedChecks.length + unexplained;

console.log(`\n${coverageTable().join('\n')}\n`);
for (const id of failures) {
  const task = id.replace('//#', '');
  console.log([`failed: ${task}`, ...failedTestsOf(task)].join('\n'));
}
if (unexplained > 0) console.log('failed: turbo itself, see above');
console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
