// `pnpm mutation`: changes the sources of packages/protocol in small ways, one at a time, and sees whether a test notices.
//
//   --file PART     only sources whose path holds PART
//   --sample N      only N mutants, drawn with --seed S (default 1)
//   --workers N     threads, each with a core of its own (default 1)
//   --write         writes docs/mutation.md
//   --all           tells the survivors that are listed as equivalent, too
//
// Exits with 1 when less than 90 % of the mutants were killed, equivalent ones aside.

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REFUSALS, VIOLATIONS } from '../../packages/protocol/src/errors.ts';
import { ROOT } from '../packages.ts';
import { type Campaign, runCampaign } from './campaign.ts';
import { EQUIVALENT } from './equivalent.ts';
import { instrument, type Mutant } from './instrument.ts';
import { judged, LEAST_SCORE, page, summary } from './report.ts';
import { sampled } from './sample.ts';

const PACKAGE = 'packages/protocol';
/** The codes that may stand for one another. */
const CODES: readonly (readonly string[])[] = [
  Object.keys(VIOLATIONS),
  Object.keys(REFUSALS),
  [
    'INVALID_ARGUMENT',
    'INVALID_OPTION',
    'INVALID_URL',
    'INVALID_CLOSE_CODE',
    'CLOSE_REASON_TOO_LONG',
    'CONTROL_PAYLOAD_TOO_LONG',
  ],
];

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
});

const folder = join(ROOT, PACKAGE);
const sources = new Map<string, string>();
const mutants: Mutant[] = [];
for (const path of globSync('src/**/*.ts', { cwd: folder }).sort()) {
  const instrumented = instrument(path, readFileSync(join(folder, path), 'utf8'), CODES, mutants.length);
  sources.set(path, instrumented.source);
  mutants.push(...instrumented.mutants);
}
// The tests of the fuzzer are about the fuzzer.
const tests = globSync('test/**/*.test.ts', { cwd: folder, exclude: ['test/fuzz/**'] }).sort();

const wanted = mutants.filter(({ file }) => file.includes(values.file));
const chosen = values.sample === undefined ? wanted : sampled(wanted, Number(values.sample), Number(values.seed));
const campaign: Campaign = await runCampaign({
  folder,
  tests: tests.map((path) => join(folder, path)),
  sources,
  mutants,
  chosen,
  workers: Number(values.workers),
  tell: (line) => console.error(line),
});

const verdict = judged(campaign, EQUIVALENT);
const sample = values.sample === undefined ? undefined : { seed: Number(values.seed), of: wanted.length };
for (const line of summary(verdict, values.all)) console.log(line);
if (values.write) writeFileSync(join(ROOT, 'docs/mutation.md'), page(verdict, sample, process.argv.slice(2)));
process.exitCode = verdict.score >= LEAST_SCORE && verdict.problems.length === 0 ? 0 : 1;
