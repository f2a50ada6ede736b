// What a person sees while it runs and at the end. On a terminal a bar is drawn over itself; elsewhere each section ends with a line.

import type { Case, Section } from './case.ts';
import type { CaseResult, Report } from './report.ts';

/** Where it is written; a part of what `process.stdout` is. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 30;
const ERASE = '\r\x1b[2K';

/** The part of the id before the first dot. */
export function sectionOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}

export class Progress {
  readonly #screen: Screen;
  readonly #sections: readonly Section[];
  readonly #waiting: Map<string, Set<string>> = new Map();
  readonly #results: CaseResult[] = [];
  #failed = 0;

  constructor(screen: Screen, sections: readonly Section[], cases: readonly Case[]) {
    this.#screen = screen;
    this.#sections = sections;
    for (const { id } of cases) {
      const section = sectionOf(id);
      this.#waiting.set(section, (this.#waiting.get(section) ?? new Set()).add(id));
    }
  }

  /** A case ended; `done` of `total` now have. */
  ended(result: CaseResult, done: number, total: number): void {
    this.#results.push(result);
    if (result.outcome === 'fail') this.#failed++;
    if (this.#screen.isTTY === true) this.#bar(result, done, total);
    else this.#line(result);
  }

  /** The whole of it: the failures, and a table by section. */
  summary({ cases, totals, milliseconds, agent }: Report): void {
    if (this.#screen.isTTY === true) this.#screen.write(ERASE);
    const failures = cases.filter(({ outcome }) => outcome === 'fail');
    const titles = new Map(this.#sections.flatMap((section) => section.cases).map((one) => [one.id, one]));
    for (const { id, failure } of failures) {
      const facts = titles.get(id);
      const what = facts === undefined ? id : `${id}  ${facts.title} (RFC ${facts.rfc})`;
      this.#screen.write(`\n${what}\n    ${failure ?? ''}\n`);
    }
    if (this.#screen.isTTY === true) this.#table(cases);
    const seconds = (milliseconds / 1000).toFixed(1);
    this.#screen.write(
      `\n${agent}: ${totals.pass} passed, ${totals.fail} failed, ${totals['not supported']} not supported, in ${seconds} s\n`,
    );
  }

  /** Elsewhere its lines were written as the sections ended. */
  #table(cases: readonly CaseResult[]): void {
    this.#screen.write('\n');
    for (const { id, title } of this.#sections) {
      const own = cases.filter((one) => sectionOf(one.id) === id);
      if (own.length > 0) this.#screen.write(`${sectionLine(id, title, own)}\n`);
    }
  }

  #bar(result: CaseResult, done: number, total: number): void {
    const filled = Math.round((done / total) * BAR);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
    const text = `${bar} ${done}/${total}, ${this.#failed} failed  ${result.id}`;
    this.#screen.write(`${ERASE}${text.slice(0, (this.#screen.columns ?? 80) - 1)}`);
  }

  #line({ id }: CaseResult): void {
    const section = sectionOf(id);
    const waiting = this.#waiting.get(section);
    if (waiting?.delete(id) !== true || waiting.size > 0) return;
    const own = this.#results.filter((one) => sectionOf(one.id) === section);
    const title = this.#sections.find((one) => one.id === section)?.title ?? '';
    this.#screen.write(`${sectionLine(section, title, own)}\n`);
  }
}

function sectionLine(id: string, title: string, results: readonly CaseResult[]): string {
  const count = (outcome: CaseResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
  const failed = count('fail');
  const declined = count('not supported');
  const name = `${id}  ${title}`.padEnd(44, ' ');
  return [
    `${name} ${`${count('pass')}`.padStart(4)} of ${`${results.length}`.padStart(4)} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(declined > 0 ? [`${declined} not supported`] : []),
  ].join(', ');
}
