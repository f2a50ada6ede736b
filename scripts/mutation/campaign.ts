// First the tests run once as they are, which tells which of them reach which mutant. Then every mutant meets the tests that reach it: those of
// the file that mirrors its source first, then the quick ones, until one fails.

import { relative, sep } from 'node:path';
import type { Mutant } from './instrument.ts';
import { Runner } from './runner.ts';
import { bundleTests } from './test-bundle.ts';
import type { TestAddress } from './worker.ts';

export interface CampaignOptions {
  readonly folder: string;
  readonly tests: readonly string[];
  readonly sources: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
  /** Those of them that are tried. */
  readonly chosen: readonly Mutant[];
  readonly workers: number;
  readonly tell: (line: string) => void;
}

export type Outcome = 'killed' | 'timeout' | 'survived' | 'not reached';

export interface Result {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  /** The test that noticed. */
  readonly by: string | undefined;
}

export interface Campaign {
  readonly results: readonly Result[];
  readonly tests: number;
  /** Tests that fail without any mutant when they run like this, and are left out. */
  readonly leftOut: readonly string[];
  readonly seconds: number;
}

export function lived({ outcome }: Result): boolean {
  return outcome === 'survived' || outcome === 'not reached';
}

interface Reach {
  readonly address: TestAddress;
  readonly path: string;
  readonly name: string;
  /** Until its file is loaded and it has run. */
  readonly milliseconds: number;
  readonly turns: number;
}

/** Milliseconds, and turns of loops, that a test may take beyond many times what it took: the machine may have other work. */
const SPARE_MILLISECONDS = 4_000;
const MOST_MILLISECONDS = 20_000;
const SPARE_TURNS = 300_000;
const FACTOR = 6;

export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const start = performance.now();
  const scripts = await bundleTests(options.folder, options.tests, options.sources);
  const setup = { folder: options.folder, scripts, mutants: options.mutants.length };
  const runners = Array.from({ length: options.workers }, () => new Runner(setup));
  const reaches: Reach[][] = options.mutants.map(() => []);
  const leftOut: string[] = [];
  let tests = 0;

  await together(runners, scripts.keys(), async (runner, script) => {
    const path = relative(options.folder, scripts[script]?.path ?? '').replaceAll(sep, '/');
    const { load, loadTurns, loading, tests: observed } = await runner.observe(script);
    for (const [number, { name, milliseconds, hits, turns, error }] of observed.entries()) {
      if (error !== undefined) {
        leftOut.push(`${path}: ${name}: ${error.split('\n')[0]}`);
        continue;
      }
      tests++;
      const reach = {
        address: [script, number],
        path,
        name,
        milliseconds: load + milliseconds,
        turns: loadTurns + turns,
      } as const;
      for (const mutant of new Set([...loading, ...hits])) reaches[mutant]?.push(reach);
    }
  });
  options.tell(
    `${tests} tests, ${leftOut.length} left out, ${options.chosen.length} of ${options.mutants.length} mutants.`,
  );

  const results: Result[] = [];
  await together(runners, options.chosen.values(), async (runner, mutant) => {
    const result = await met(runner, mutant, reaches[mutant.id] ?? []);
    results.push(result);
    if (result.outcome !== 'killed')
      options.tell(`${result.outcome}: ${mutant.file}:${mutant.line} ${mutant.operator}`);
    if (results.length % 50 === 0) {
      const seconds = Math.round((performance.now() - start) / 1000);
      const alive = results.filter(lived).length;
      options.tell(`${results.length} tried in ${seconds} s, ${alive} lived`);
    }
  });
  for (const runner of runners) runner.stop();
  results.sort((one, other) => one.mutant.id - other.mutant.id);
  return { results, tests, leftOut, seconds: (performance.now() - start) / 1000 };
}

async function together<Item>(
  runners: readonly Runner[],
  items: Iterator<Item>,
  work: (runner: Runner, item: Item) => Promise<void>,
): Promise<void> {
  await Promise.all(
    runners.map(async (runner) => {
      for (let next = items.next(); next.done !== true; next = items.next()) await work(runner, next.value);
    }),
  );
}

async function met(runner: Runner, mutant: Mutant, reaches: Reach[]): Promise<Result> {
  if (reaches.length === 0) return { mutant, outcome: 'not reached', by: undefined };
  const mirror = mutant.file.replace(/^src\/(.*)\.ts$/, 'test/$1');
  const rank = ({ path, milliseconds }: Reach): number => (path.startsWith(mirror) ? milliseconds : milliseconds + 1e6);
  const ordered = reaches.sort((one, other) => rank(one) - rank(other));
  const { outcome, test } = await runner.try({
    kind: 'try',
    mutant: mutant.id,
    tests: ordered.map(({ address }) => address),
    patience: ordered.map(({ milliseconds }) =>
      Math.min(SPARE_MILLISECONDS + FACTOR * milliseconds, MOST_MILLISECONDS),
    ),
    mostTurns: ordered.map(({ turns }) => SPARE_TURNS + FACTOR * turns),
  });
  const by = ordered.find(({ address }) => address === test || (address[0] === test?.[0] && address[1] === test[1]));
  return { mutant, outcome, by: by && `${by.path}: ${by.name}` };
}
