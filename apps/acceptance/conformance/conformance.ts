// `pnpm conformance`: the conformance tester against our server and our client, in every way they are used. Every case must pass; what an
// endpoint without compression is not asked to do is counted apart.
//
//   --only TEXT      only endpoints with this in their name
//   --sections LIST  only these sections of the catalogue, such as 1,2,7
//   --messages N     how many messages the long cases send, 1000 if left out
//   --quick          leaves out what moves much data where every read is cut into single bytes
//   --json FILE      the summary as JSON
//   --report FILE    counts for `npm test`: a case that passed or failed is a test

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type CaseResult, catalogue, type Report } from '@framewire/conformance';
import { runSubject } from './run-subject.ts';
import { OURS, type Subject } from './subjects.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sections: { type: 'string' },
    messages: { type: 'string', default: '1000' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    report: { type: 'string' },
  },
});

const sections = values.sections?.split(',');
const cases = catalogue
  .filter(({ id }) => sections === undefined || sections.includes(id))
  .flatMap((section) => section.cases);
const subjects = OURS.filter(({ name }) => name.includes(values.only));
if (cases.length === 0 || subjects.length === 0) throw new Error('Nothing fits --only and --sections.');

const MUCH_DATA = /^(?:9|12|13)\./;

/** What one endpoint did. */
interface Row {
  readonly name: string;
  readonly endpoint: 'server' | 'client';
  readonly passed: number;
  readonly failed: number;
  readonly notSupported: number;
  readonly seconds: number;
  readonly failures: readonly { readonly id: string; readonly failure: string }[];
}

function rowOf({ name, endpoint, mayLack }: Subject, report: Report): Row {
  const fails = ({ id, outcome }: CaseResult): boolean =>
    outcome === 'fail' || (outcome === 'not supported' && !mayLack(id));
  const failures = report.cases.filter(fails).map(({ id, failure = '' }) => ({ id, failure }));
  const { pass } = report.totals;
  const notSupported = report.cases.length - pass - failures.length;
  const seconds = report.milliseconds / 1000;
  return { name, endpoint, passed: pass, failed: failures.length, notSupported, seconds, failures };
}

function write(file: string | undefined, content: unknown): void {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

const rows: Row[] = [];
for (const subject of subjects) {
  const asked = values.quick && subject.isSlow ? cases.filter(({ id }) => !MUCH_DATA.test(id)) : cases;
  const row = rowOf(subject, await runSubject(subject, { cases: asked, messages: Number(values.messages) }));
  rows.push(row);
  const counts = `${row.passed} passed, ${row.failed} failed, ${row.notSupported} not asked of it`;
  console.log(`${row.name.padEnd(46)} ${counts}, in ${row.seconds.toFixed(1)} s`);
  for (const { id, failure } of row.failures) console.log(`    ${id}: ${failure}`);
}

const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
const [passed, failed, notSupported] = [
  sum((row) => row.passed),
  sum((row) => row.failed),
  sum((row) => row.notSupported),
];
console.log(`${passed} passed, ${failed} failed.`);
write(values.json, {
  messages: Number(values.messages),
  cases: cases.length,
  passed,
  failed,
  notSupported,
  endpoints: rows,
});
write(values.report, { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numTodoTests: 0 });
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
