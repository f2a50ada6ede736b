// Runs tests with a mutant switched on, in a process that ends itself when the mutant makes it run for ever (watchdog.ts). What tests share
// in a process stays; the modules under test are new for each mutant.

import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { SWITCH, TURN } from './instrument.ts';
import type { TestScript } from './test-bundle.ts';
import { type RegisteredTest, registry } from './test-registry.ts';
import type { Progress } from './watchdog.ts';

/** A test by the number of its script and its number in it. */
export type TestAddress = readonly [script: number, test: number];

export type Order =
  | { readonly kind: 'observe'; readonly script: number }
  | {
      readonly kind: 'try';
      readonly mutant: number;
      readonly tests: readonly TestAddress[];
      /** Milliseconds that each of them may take. */
      readonly patience: readonly number[];
      /** Turns of loops that each of them may take: more is a loop without end. */
      readonly mostTurns: readonly number[];
    };

export interface Observed {
  readonly kind: 'observed';
  /** Milliseconds until its tests are known. */
  readonly load: number;
  /** Turns that loops of the sources take until then. */
  readonly loadTurns: number;
  /** Mutants that are reached before a test runs, thus by all of them. */
  readonly loading: readonly number[];
  readonly tests: readonly ObservedTest[];
}

interface ObservedTest {
  readonly name: string;
  readonly milliseconds: number;
  /** Mutants it reaches. */
  readonly hits: readonly number[];
  /** Turns that the loops of the sources take. */
  readonly turns: number;
  readonly error: string | undefined;
}

export interface Tried {
  readonly kind: 'tried';
  readonly outcome: 'killed' | 'timeout' | 'survived';
  /** What killed it. */
  readonly test: TestAddress | undefined;
}

/** The tests cannot even be loaded. */
export interface Broken {
  readonly kind: 'broken';
  readonly error: string;
}

export interface WorkerSetup {
  /** The folder whose dependencies the tests may import. */
  readonly folder: string;
  readonly scripts: readonly TestScript[];
  readonly mutants: number;
}

/** The seed that CI uses: a run can be repeated. */
const SEED = 6455;
const OBSERVING_PATIENCE = 60_000;

const { folder, scripts, mutants } = await new Promise<WorkerSetup>((resolve) => process.once('message', resolve));
const progress: Progress = new Int32Array(new SharedArrayBuffer(8));
new Worker(new URL('watchdog.ts', import.meta.url), { workerData: progress }).unref();
/** Compiled when they are needed: a thread that replaces another must not take long to begin. */
const compiled = new Map<number, Script>();
const required = createRequire(`${folder}/`);
const propertyTests = required('fast-check') as typeof import('fast-check');
propertyTests.configureGlobal({ seed: SEED, endOnFailure: true });

/** Errors that nobody waits for fail a test as well. */
let stray: unknown;
process.on('uncaughtException', (error) => {
  stray = error;
});
process.on('unhandledRejection', (error) => {
  stray = error;
});

/** Turns of loops so far, and how many there may be. */
let turns = 0;
let mostTurns = Number.POSITIVE_INFINITY;

function turn(): void {
  if (++turns > mostTurns) throw new Error('A loop without end.');
}

function compile(script: number): Script {
  let made = compiled.get(script);
  if (made === undefined) {
    const { path = '', code = '' } = scripts[script] ?? {};
    const wrapped = `(function (require, module, exports, ${SWITCH}, ${TURN}) {${code}\n})`;
    made = new Script(wrapped, { filename: `${path}.bundle.cjs` });
    compiled.set(script, made);
  }
  return made;
}

function load(script: number, isActive: (mutant: number) => boolean): RegisteredTest[] {
  const tests: RegisteredTest[] = [];
  const vitest = registry(tests);
  const importer = (name: string): unknown => {
    if (name === 'vitest') return vitest;
    return name === 'fast-check' ? propertyTests : required(name);
  };
  const run = compile(script).runInThisContext() as (...values: unknown[]) => void;
  run(importer, { exports: {} }, {}, isActive, turn);
  return tests;
}

async function settle(test: RegisteredTest, patience: number): Promise<void> {
  stray = undefined;
  const result = test.run();
  if (result instanceof Promise) {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`It took more than ${patience} ms.`)), patience);
    });
    try {
      await Promise.race([result, tooLong]);
    } finally {
      clearTimeout(timer);
    }
    // Rejections that nobody handles are told after a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (stray !== undefined) throw stray;
}

async function observe(script: number): Promise<Observed> {
  const reached = new Uint8Array(mutants);
  const seen = (mutant: number): boolean => {
    reached[mutant] = 1;
    return false;
  };
  const taken = (): number[] => {
    const hits = Array.from(reached.keys()).filter((mutant) => reached[mutant] === 1);
    reached.fill(0);
    return hits;
  };
  const began = performance.now();
  turns = 0;
  const registered = load(script, seen);
  const loadTime = performance.now() - began;
  const loadTurns = turns;
  const loading = taken();
  const tests: ObservedTest[] = [];
  for (const test of registered) {
    const start = performance.now();
    turns = 0;
    let error: string | undefined;
    try {
      await settle(test, OBSERVING_PATIENCE);
    } catch (thrown) {
      error = String(thrown);
    }
    tests.push({ name: test.name, milliseconds: performance.now() - start, hits: taken(), turns, error });
  }
  return { kind: 'observed', load: loadTime, loadTurns, loading, tests };
}

async function tryMutant(order: Order & { kind: 'try' }): Promise<Tried> {
  const isActive = (mutant: number): boolean => mutant === order.mutant;
  const loaded = new Map<number, RegisteredTest[]>();
  for (const [place, address] of order.tests.entries()) {
    progress[0] = place + 1;
    progress[1] = order.patience[place] ?? 0;
    turns = 0;
    mostTurns = order.mostTurns[place] ?? 0;
    try {
      const [script, number] = address;
      const tests = loaded.get(script) ?? load(script, isActive);
      loaded.set(script, tests);
      const test = tests[number];
      if (test === undefined) throw new Error('The test is not there any more.');
      await settle(test, order.patience[place] ?? 0);
      if (turns > mostTurns) throw new Error('A loop without end.');
    } catch {
      return { kind: 'tried', outcome: turns > mostTurns ? 'timeout' : 'killed', test: address };
    }
  }
  return { kind: 'tried', outcome: 'survived', test: undefined };
}

async function answer(order: Order): Promise<Broken | Observed | Tried> {
  try {
    return order.kind === 'observe' ? await observe(order.script) : await tryMutant(order);
  } catch (error) {
    return { kind: 'broken', error: String((error as Error).stack) };
  } finally {
    progress[1] = 0;
  }
}

process.on('message', async (order: Order) => {
  process.send?.(await answer(order));
});
