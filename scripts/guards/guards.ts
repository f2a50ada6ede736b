// `pnpm guards`: in a copy of the repository, takes out every guard of guard-list.ts, one after the other, and shows that the test named there fails
// without it. Prints a table and writes it to docs/guards.md; ends with 1 when a test does not notice, or a guard is not where it was. With names of
// failure classes, such as `pnpm guards V1 V6`, only those are tried, and nothing is written.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../packages.ts';
import { GUARDS, type Guard } from './guard-list.ts';

/** What the tests of built packages need. */
const COPIED: readonly string[] = [
  'packages',
  'apps/acceptance',
  'scripts',
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
  'vitest.workspace.ts',
];
/** Without its guard a test may also wait for ever, which is a failure as good as any. */
const LONGEST = 120_000;

interface Outcome {
  readonly guard: Guard;
  /** The first test that failed, or undefined when none did. */
  readonly noticedBy: string | undefined;
  readonly seconds: number;
}

/** The copy. Packages are linked by relative paths, so those in it are its own; what came from the registry is shared. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'framewire-guards-'));
  for (const path of COPIED) {
    cpSync(join(ROOT, path), join(copy, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !/\/(?:\.turbo|coverage)$/.test(source),
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The packages that the tests load. */
const LOADED: readonly string[] = ['protocol', 'connection', 'testing', 'node-transport', 'node-server', 'node-client'];

/** Builds what Node loads of one package. */
async function rebuild(copy: string, packageName: string): Promise<void> {
  const folder = join(copy, 'packages', packageName);
  await build({
    entryPoints: [join(folder, 'src/index.ts')],
    outfile: join(folder, 'dist/index.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The name of the first test of the file that fails, or undefined. */
function firstFailure(copy: string, test: string): string | undefined {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    join(ROOT, 'node_modules/.bin/vitest'),
    [
      ...['run', '--project', 'acceptance', '--bail', '1', '--testTimeout', '20000', '--reporter', 'json'],
      ...['--outputFile', report, `apps/acceptance/test/advisories/${test}.test.ts`],
    ],
    { cwd: copy, timeout: LONGEST, killSignal: 'SIGKILL', stdio: 'ignore' },
  );
  if (status === 0) return undefined;
  if (!existsSync(report)) return 'none came to its end';
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find((one) => one.status === 'failed');
  return failed?.fullName ?? 'the process of the tests died';
}

async function takeOut(copy: string, guard: Guard): Promise<Outcome> {
  const began = performance.now();
  const path = join(copy, guard.file);
  const source = readFileSync(path, 'utf8');
  if (source.split(guard.text).length !== 2) throw new Error(`Not exactly once in ${guard.file}: ${guard.text}`);
  const packageName = guard.file.split('/')[1] as string; // all are in packages/
  writeFileSync(
    path,
    source.replace(guard.text, () => guard.replacement),
  );
  try {
    await rebuild(copy, packageName);
    const noticedBy = firstFailure(copy, guard.test);
    return { guard, noticedBy, seconds: (performance.now() - began) / 1000 };
  } finally {
    writeFileSync(path, source);
    await rebuild(copy, packageName);
  }
}

function row({ guard, noticedBy }: Outcome): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const place = `\`${basename(guard.file)}\``;
  return `| ${guard.failure} | ${cell(guard.what)} (${place}) | \`${guard.test}\` | ${cell(noticedBy ?? '**not noticed**')} |`;
}

function page(outcomes: readonly Outcome[]): string {
  return `# Guards and the tests that watch them

Each failure class of the threat model (SECURITY.md) has a test in \`apps/acceptance/test/advisories\`. A test that passes says little until it was seen
to fail: \`pnpm guards\` takes out each guard in a copy of the repository, builds the package anew, and runs the test named for it. This page is written
by that command.

| Class | Guard | Test | Seen to fail |
|---|---|---|---|
${outcomes.map(row).join('\n')}
`;
}

const wanted = process.argv.slice(2);
const guards = GUARDS.filter(({ failure }) => wanted.length === 0 || wanted.includes(failure));
const copy = copyRepository();
const outcomes: Outcome[] = [];
try {
  for (const name of LOADED) await rebuild(copy, name);
  for (const guard of guards) {
    const outcome = await takeOut(copy, guard);
    outcomes.push(outcome);
    const { failure, what } = guard;
    console.log(`${failure}: ${what} -> ${outcome.noticedBy ?? 'NOT NOTICED'} (${outcome.seconds.toFixed(1)} s)`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const unnoticed = outcomes.filter(({ noticedBy }) => noticedBy === undefined);
console.log(`${outcomes.length - unnoticed.length} of ${outcomes.length} guards are watched.`);
if (wanted.length === 0) writeFileSync(join(ROOT, 'docs/guards.md'), page(outcomes));
process.exitCode = unnoticed.length === 0 ? 0 : 1;
