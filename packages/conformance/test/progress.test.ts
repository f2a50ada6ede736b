import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { Progress, sectionOf } from '../src/progress.ts';
import type { CaseResult } from '../src/report.ts';
import { totalsOf } from '../src/report.ts';
import { sectionCases } from './support/judge.ts';

const CASES = [...sectionCases('3'), ...sectionCases('10')];
const RESULTS: readonly CaseResult[] = CASES.map(({ id }, index) => ({
  id,
  milliseconds: 1,
  ...(index === 0
    ? { outcome: 'fail', failure: 'Expected a, and received b.' }
    : index === 1
      ? { outcome: 'not supported', failure: 'Declined.' }
      : { outcome: 'pass' }),
}));

const REPORT = { agent: 'me', endpoint: 'server', testerVersion: '0', started: '', milliseconds: 1234 } as const;

function shown(screen: { isTTY?: boolean; columns?: number }): string[] {
  const written: string[] = [];
  const progress = new Progress({ ...screen, write: (text) => written.push(text) }, catalogue, CASES);
  for (const [index, result] of RESULTS.entries()) progress.ended(result, index + 1, RESULTS.length);
  progress.summary({
    ...REPORT,
    totals: totalsOf(RESULTS),
    cases: RESULTS,
  });
  return written;
}

describe('Progress', () => {
  it('writes a line when a section has ended, where there is no terminal', () => {
    const written = shown({});
    expect(written.slice(0, 2).map((line) => line.replace(/ +/g, ' '))).toEqual([
      '3 Reserved bits 5 of 7 passed, 1 failed, 1 not supported\n',
      '10 Many fragments 1 of 1 passed\n',
    ]);
    expect(written.join('')).toContain(
      '3.1  A text message with RSV3 (RFC 6455 5.2)\n    Expected a, and received b.\n',
    );
    expect(written.at(-1)).toBe('\nme: 6 passed, 1 failed, 1 not supported, in 1.2 s\n');
    expect(written.filter((line) => line.startsWith('3  '))).toHaveLength(1);
  });

  it('draws a bar over itself on a terminal, no wider than it, and the table at the end', () => {
    const written = shown({ isTTY: true, columns: 40 });
    const bars = written.slice(0, RESULTS.length);
    expect(bars.every((bar) => bar.startsWith('\r\x1b[2K') && bar.length <= 5 + 39)).toBe(true);
    expect(shown({ isTTY: true })[RESULTS.length - 1]).toBe(`\r\x1b[2K${'█'.repeat(30)} 8/8, 1 failed  10.1.1`);
    expect(written.filter((line) => line.startsWith('3  '))).toHaveLength(1);
  });
});

describe('Progress, of cases that are in no section it knows,', () => {
  it('names them by their ids', () => {
    const written: string[] = [];
    const progress = new Progress({ write: (text) => written.push(text) }, [], sectionCases('10'));
    const result: CaseResult = { id: '10.1.1', outcome: 'fail', milliseconds: 1 };
    progress.ended(result, 1, 1);
    progress.summary({ ...REPORT, totals: totalsOf([result]), cases: [result] });
    expect(written.map((line) => line.replace(/ +/g, ' '))).toEqual([
      '10 0 of 1 passed, 1 failed\n',
      '\n10.1.1\n \n',
      '\nme: 0 passed, 1 failed, 0 not supported, in 1.2 s\n',
    ]);
  });
});

describe('sectionOf', () => {
  it('is what stands before the first dot', () => {
    expect(['6.4.1', 'framing.3'].map(sectionOf)).toEqual(['6', 'framing']);
  });
});
