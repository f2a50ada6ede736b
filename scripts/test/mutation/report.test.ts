import { describe, expect, it } from 'vitest';
import type { Campaign, Outcome, Result } from '../../mutation/campaign.ts';
import { judged, page, summary } from '../../mutation/report.ts';

function result(id: number, outcome: Outcome): Result {
  const mutant = {
    id,
    file: 'src/a.ts',
    line: id,
    where: 'f',
    operator: '< to <=',
    original: `${id} < b`,
    mutated: `${id} <= b`,
  };
  return { mutant, outcome, by: undefined };
}

function campaign(...outcomes: Outcome[]): Campaign {
  return { results: outcomes.map((outcome, place) => result(place, outcome)), tests: 3, leftOut: [], seconds: 61 };
}

const SECOND = { file: 'src/a.ts', where: 'f', original: '1 < b', mutated: '1 <= b', reason: 'b is never 1.' };

describe('the verdict on a campaign', () => {
  it('counts what hangs as noticed, and what no test reaches as survived', () => {
    const { score, total } = judged(campaign('killed', 'timeout', 'survived', 'not reached'), []);
    expect(score).toBe(50);
    expect(total).toMatchObject({ killed: 1, timeout: 1, survived: 2, equivalent: 0 });
  });

  it('leaves equivalent mutants out of the score', () => {
    const { score, total, problems } = judged(campaign('killed', 'survived', 'killed'), [SECOND]);
    expect(score).toBe(100);
    expect(total).toMatchObject({ killed: 2, survived: 0, equivalent: 1 });
    expect(problems).toEqual([]);
  });

  it('objects to an equivalent that a test noticed', () => {
    expect(judged(campaign('killed', 'killed'), [SECOND]).problems).toHaveLength(1);
  });

  it('names every survivor and every reason', () => {
    const verdict = judged(campaign('survived', 'survived', 'killed', 'killed'), [SECOND]);
    expect(summary(verdict, false).join('\n')).toContain('survived: line 0, < to <=: src/a.ts f: 0 < b => 0 <= b');
    const text = page(verdict, { seed: 4, of: 50 }, ['--sample', '4']);
    expect(text).toContain('**66.7 %**');
    expect(text).toContain('A sample of 4 of the 50 mutants was tried, drawn with seed 4');
    expect(text).toContain('- a.ts:0 `f` (< to <=): `0 < b` becomes `0 <= b`');
    expect(text).toContain('- b is never 1.');
  });
});
