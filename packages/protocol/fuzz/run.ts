// pnpm fuzz [--target frame-decoder,utf8] [--seconds 60] [--runs N] [--seed 1] [--jobs 2] [--save] [--replay FILE]
//
// Searches each target for so many seconds, so many targets at a time, from the committed corpus. Locally 5 s, with CI=true 30 s. A run is
// repeated by its seed, if it is ended by --runs and not by the clock. An input that breaks a law is cut down and written to a file, which
// --replay runs alone. --save adds what was found worth keeping to the committed corpus.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { escapeInput, readCorpus, writeCorpus } from './corpus.ts';
import type { Failure, Finding } from './engine.ts';
import type { Target } from './target.ts';
import { fuzz } from './watch.ts';

const CI = process.env.CI === 'true';
const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));
const PACKAGES = new URL('../../', import.meta.url);
const MOST_OF_A_MESSAGE = 2000;

/** Where each target of each package stands. */
const modules = new Map<string, string>();
const targets = new Map<string, Target>();
for (const name of readdirSync(PACKAGES).sort()) {
  const url = new URL(`${name}/fuzz/targets.ts`, PACKAGES);
  if (!existsSync(url)) continue;
  const module = (await import(url.href)) as { readonly targets: Readonly<Record<string, Target>> };
  for (const [target, law] of Object.entries(module.targets)) {
    modules.set(target, url.href);
    targets.set(target, law);
  }
}

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: [...targets.keys()].join() },
    seconds: { type: 'string', default: CI ? '30' : '5' },
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    jobs: { type: 'string', default: '2' },
    replay: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function shortened(text: string): string {
  return text.length > MOST_OF_A_MESSAGE ? `${text.slice(0, MOST_OF_A_MESSAGE)}...` : text;
}

function positive(option: 'seconds' | 'runs' | 'jobs', value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${option} takes a number above 0, not ${value}.`);
  return number;
}

function reportFailure(name: string, { kind, message, input }: Failure): void {
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = join(REPORTS, 'fuzz', `${name}-${digest}.bin`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, input);
  print(`${name}: FAILED: ${kind}`);
  print(shortened(message));
  print(`input: ${shortened(escapeInput(input))}`);
  print(`replay: pnpm fuzz --target ${name} --replay ${file}`);
}

async function searchOne(name: string, seed: number): Promise<Finding> {
  const module = modules.get(name) as string; // the names were checked
  const corpus = readCorpus(module, name);
  const runs = values.runs === undefined ? undefined : positive('runs', values.runs);
  const milliseconds = runs === undefined ? positive('seconds', values.seconds) * 1000 : undefined;
  const start = performance.now();
  const finding = await fuzz({ module, target: name, seed, runs, milliseconds, corpus, distills: values.save });
  const rate = Math.round(finding.runs / ((performance.now() - start) / 1000));
  const { failure, covered, outcomes } = finding;
  print(
    `${name}: ${finding.runs} runs, ${rate} a second; ${covered} characters of source and ${outcomes} outcomes reached`,
  );
  if (failure !== undefined) reportFailure(name, failure);
  else if (values.save) {
    writeCorpus(module, name, finding.corpus);
    print(`${name}: ${corpus.length} inputs in the corpus before, ${finding.corpus.length} now`);
  }
  return finding;
}

/** As the test runner reports, so that each target counts as one test. */
function writeReport(findings: ReadonlyMap<string, Finding>): number {
  const numFailedTests = [...findings.values()].filter(({ failure }) => failure !== undefined).length;
  const runs = Object.fromEntries([...findings].map(([name, finding]) => [name, finding.runs]));
  const counts = {
    numPassedTests: findings.size - numFailedTests,
    numFailedTests,
    numPendingTests: 0,
    numTodoTests: 0,
  };
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, 'fuzz.json'), `${JSON.stringify({ ...counts, runs }, undefined, 2)}\n`);
  return numFailedTests;
}

const names = values.target.split(',');
for (const name of names) {
  if (!targets.has(name)) throw new Error(`Take some of these targets: ${[...targets.keys()].join(', ')}.`);
}

if (values.replay !== undefined) {
  const [name = ''] = names;
  if (names.length !== 1) throw new Error('--replay wants the one --target it was found by.');
  print(`${name}: ${targets.get(name)?.run(readFileSync(values.replay))}`);
} else {
  // A search takes whatever it can get; others may wait on a clock.
  setPriority(10);
  const seed = Number(values.seed);
  print(`seed ${seed}`);
  const findings = new Map<string, Finding>();
  const queue = [...names];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift())
      findings.set(name, await searchOne(name, seed));
  };
  await Promise.all(Array.from({ length: positive('jobs', values.jobs) }, work));
  if (writeReport(findings) > 0) process.exitCode = 1;
}
