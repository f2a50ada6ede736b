// What a campaign says, in the terminal and as docs/mutation.md.

import { cpus } from 'node:os';
import { type Campaign, lived, type Result } from './campaign.ts';
import type { Equivalent } from './equivalent.ts';
import type { Mutant } from './instrument.ts';

/** Percent of the mutants, equivalent ones aside, that a test must notice. */
export const LEAST_SCORE = 90;

export interface Verdict {
  readonly campaign: Campaign;
  readonly files: readonly FileScore[];
  readonly total: FileScore;
  readonly score: number;
  readonly survivors: readonly Result[];
  readonly equivalents: readonly (readonly [Mutant, Equivalent])[];
  /** What must be put right in the list of equivalents. */
  readonly problems: readonly string[];
}

interface FileScore {
  readonly file: string;
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly equivalent: number;
}

function describes(equivalent: Equivalent, { file, where, original, mutated }: Mutant): boolean {
  if (equivalent.file !== file || equivalent.where !== where) return false;
  return equivalent.original === original && equivalent.mutated === mutated;
}

export function judged(campaign: Campaign, list: readonly Equivalent[]): Verdict {
  const survivors: Result[] = [];
  const equivalents: (readonly [Mutant, Equivalent])[] = [];
  const problems: string[] = [];
  for (const result of campaign.results.filter(lived)) {
    const equivalent = list.find((one) => describes(one, result.mutant));
    if (equivalent === undefined) survivors.push(result);
    else equivalents.push([result.mutant, equivalent]);
  }
  for (const one of list) {
    const meant = campaign.results.filter(({ mutant }) => describes(one, mutant));
    if (meant.length > 0 && !meant.some(lived)) problems.push(`Listed as equivalent, but a test noticed: ${line(one)}`);
  }
  const files = [...new Set(campaign.results.map(({ mutant }) => mutant.file))].map((file) => {
    const count = (outcome: string): number =>
      campaign.results.filter((one) => one.mutant.file === file && one.outcome === outcome).length;
    const equivalent = equivalents.filter(([mutant]) => mutant.file === file).length;
    const survived = survivors.filter(({ mutant }) => mutant.file === file).length;
    return { file, killed: count('killed'), timeout: count('timeout'), survived, equivalent };
  });
  const sum = (of: (file: FileScore) => number): number => files.reduce((all, file) => all + of(file), 0);
  const total = {
    file: 'all',
    killed: sum(({ killed }) => killed),
    timeout: sum(({ timeout }) => timeout),
    survived: sum(({ survived }) => survived),
    equivalent: sum(({ equivalent }) => equivalent),
  };
  return { campaign, files, total, score: scoreOf(total), survivors, equivalents, problems };
}

function scoreOf({ killed, timeout, survived }: FileScore): number {
  const all = killed + timeout + survived;
  return all === 0 ? 100 : (100 * (killed + timeout)) / all;
}

function line({ file, where, original, mutated }: Pick<Mutant, 'file' | 'where' | 'original' | 'mutated'>): string {
  return `${file} ${where}: ${flat(original)} => ${mutated === '' ? '(removed)' : flat(mutated)}`;
}

function flat(text: string): string {
  const short = text.replace(/\s+/g, ' ');
  return short.length <= 100 ? short : `${short.slice(0, 97)}...`;
}

export function summary(verdict: Verdict, all: boolean): string[] {
  const { campaign, total, survivors, equivalents, problems, score } = verdict;
  return [
    ...survivors.map(({ mutant, outcome }) => `${outcome}: line ${mutant.line}, ${mutant.operator}: ${line(mutant)}`),
    ...(all ? equivalents.map(([mutant, { reason }]) => `equivalent: ${line(mutant)}: ${reason}`) : []),
    ...campaign.leftOut.map((test) => `left out: ${test}`),
    ...problems,
    `${total.killed} killed, ${total.timeout} timed out, ${total.survived} survived, ${total.equivalent} equivalent: ` +
      `${score.toFixed(1)} % in ${Math.round(campaign.seconds)} s`,
  ];
}

/** @param sample the seed, and the number of mutants it was drawn from */
export function page(
  verdict: Verdict,
  sample: { readonly seed: number; readonly of: number } | undefined,
  options: readonly string[],
): string {
  const { campaign, files, total, survivors, equivalents, score } = verdict;
  const tried = campaign.results.length;
  const drawn =
    sample === undefined
      ? `All ${tried} mutants were tried`
      : `A sample of ${tried} of the ${sample.of} mutants was tried, drawn with seed ${sample.seed}`;
  const row = (one: FileScore): string =>
    `| ${one.file.replace(/^src\//, '')} | ${one.killed} | ${one.timeout} | ${one.survived} | ${one.equivalent} | ${scoreOf(one).toFixed(1)} |`;
  const code = (text: string): string => `\`${flat(text).replaceAll('|', '\\|')}\``;
  const shown = ({ file, line, where, operator, original, mutated }: Mutant): string =>
    `${file.replace(/^src\//, '')}:${line} ${where && `\`${where}\``} (${operator}): ${code(original)}${mutated === '' ? '' : ` becomes ${code(mutated)}`}`;
  const listed = (reason: string): string =>
    equivalents
      .filter(([, one]) => one.reason === reason)
      .map(([mutant]) => `  - ${shown(mutant)}`)
      .join('\n');
  const reasons = [...new Set(equivalents.map(([, { reason }]) => reason))];
  return `# Mutation of the protocol package

Written by \`pnpm mutation ${options.join(' ')}\`. Do not edit.

**${score.toFixed(1)} %** of the mutants of \`packages/protocol/src\` were noticed by a test of \`packages/protocol/test\`; the command fails below
${LEAST_SCORE} %. ${drawn} against ${campaign.tests} tests on ${new Date().toISOString().slice(0, 10)}, in ${Math.round(campaign.seconds / 60)} minutes on
${cpus()[0]?.model ?? 'an unknown processor'} with Node ${process.version}.

A mutant is the source with one small change: a condition made true or false, a comparison moved by one or turned round, \`&&\` for \`||\` or
one side of it alone, another arithmetic or bit operator, a number one off, a boolean turned over, another error code, an empty string, a statement
taken out. What only words an error (its message and detail), types and comments are not changed, and neither is the step of a loop. A mutant
counts as noticed when a test fails, or runs without end (timed out). All mutants of a file are compiled into it at once, each behind a switch;
only the tests that reach one are run for it. Properties run with the seed of CI.

| File | Killed | Timed out | Survived | Equivalent | Score, % |
|---|---:|---:|---:|---:|---:|
${files.map(row).join('\n')}
${row({ ...total, file: '**All**' })}

## Survivors

${survivors.length === 0 ? 'None.' : survivors.map(({ mutant, outcome }) => `- ${shown(mutant)}${outcome === 'not reached' ? ', which no test reaches' : ''}`).join('\n')}

## Equivalent mutants

No test can tell these from the original; \`scripts/mutation/equivalent.ts\` lists them. They do not count.

${reasons.length === 0 ? 'None.' : reasons.map((reason) => `- ${reason}\n${listed(reason)}`).join('\n')}
${campaign.leftOut.length === 0 ? '' : `\n## Tests left out\n\nThey fail among the others in one thread, without any mutant.\n\n${campaign.leftOut.map((test) => `- ${test}`).join('\n')}\n`}`;
}
