// `pnpm bench:codec`: our decoder and encoder beside ws's Receiver and Sender, in one run. Each scenario runs in a process of
// its own, so that no contestant is compiled for another scenario's calls. The exit code says nothing about targets.

import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { headLines, scenarioLines } from './codec-report.ts';
import { parsing, receiving, receivingText } from './decoding.ts';
import { sending } from './encoding.ts';
import { idleEndpoints } from './idle-endpoints.ts';
import { masking } from './masking.ts';
import { compare, type Effort, type Timings } from './rounds.ts';
import type { Scenario } from './scenario.ts';

const SCENARIOS: readonly Scenario[] = [
  parsing(20, [ratio(6), { kind: 'rate', unit: 'M/s', atLeast: 35 }]),
  parsing(1024, [ratio(5)]),
  receiving(20),
  receiving(1024),
  receivingText(20),
  receivingText(1024),
  sending('client', 20),
  sending('client', 512, [ratio(5)]),
  sending('client', 16_384, [ratio(15)]),
  sending('server', 20),
  sending('server', 512),
  sending('server', 16_384),
  masking(16_384, [{ kind: 'rate', unit: 'GB/s', atLeast: 25 }]),
  masking(1 << 20, [{ kind: 'rate', unit: 'GB/s', atLeast: 25 }]),
];

const { values: options } = parseArgs({
  options: {
    scenario: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '21' },
    'round-time': { type: 'string', default: '25' },
    'warm-up': { type: 'string', default: '250' },
    json: { type: 'boolean', default: false },
  },
});

if (options.scenario === undefined) await runAll();
else await runOne(options.scenario);

function ratio(atLeast: number): { kind: 'ratio'; rival: string; atLeast: number } {
  return { kind: 'ratio', rival: 'ws', atLeast };
}

async function runAll(): Promise<void> {
  const results: Record<string, unknown>[] = [];
  const say = (line: string): void => {
    if (!options.json) console.log(line);
  };
  for (const line of headLines(cpus())) say(line);
  for (const scenario of SCENARIOS) {
    if (options.only !== undefined && !scenario.name.includes(options.only)) continue;
    const timings = (await inOwnProcess(scenario.name)) as Timings;
    results.push({ scenario: scenario.name, nanoseconds: timings });
    for (const line of scenarioLines(scenario, timings)) say(line);
  }
  if (options.only === undefined) {
    const idle = (await inOwnProcess('idle')) as ReturnType<typeof idleEndpoints>;
    results.push({ scenario: 'idle', ...idle });
    say(`idle endpoint: ${Math.round(idle.bytes)} B of heap, made in ${Math.round(idle.nanoseconds)} ns`);
  }
  if (options.json) console.log(JSON.stringify({ node: process.version, results }, null, 2));
}

async function runOne(name: string): Promise<void> {
  process.send?.(name === 'idle' ? idleEndpoints() : await runScenario(name));
}

async function runScenario(name: string): Promise<Timings> {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`No scenario is called ${name}`);
  const effort: Effort = {
    rounds: Number(options.rounds),
    roundTime: Number(options['round-time']),
    warmUp: Number(options['warm-up']),
  };
  const contestants = scenario.contestants();
  const timings = await compare(contestants, effort);
  // After the measurement: on optimized code, and without other callers having been seen by it.
  for (const contestant of contestants) await contestant.check();
  return timings;
}

function inOwnProcess(scenario: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--scenario', scenario], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    let result: unknown;
    child.once('message', (message) => {
      result = message;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0 && result !== undefined) resolve(result);
      else reject(new Error(`The scenario ${scenario} failed`));
    });
  });
}
