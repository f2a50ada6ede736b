import { describe, expect, it } from 'vitest';
import { groupsOf, runSoaks } from '../../src/soak/run-soaks.ts';
import { parseSoakCommandLine } from '../../src/soak/soak-command-line.ts';
import type { Soak } from '../../src/soak/soak-context.ts';
import { SOAKS } from '../../src/soak/soaks/index.ts';

function groups(...args: readonly string[]): string[][] {
  return groupsOf(SOAKS, parseSoakCommandLine(args)).map((group) => group.map(({ id }) => id));
}

describe('what runs at the same time', () => {
  it('is what holds; the others have the machine for themselves', () => {
    expect(groups()).toEqual([['idle', 'traffic', 'churn'], ['fairness'], ['stalled']]);
  });

  it('is one at a time when asked for', () => {
    expect(groups('--one-by-one')).toEqual([['idle'], ['traffic'], ['churn'], ['fairness'], ['stalled']]);
  });

  it('is everything in a quick run', () => {
    expect(groups('--quick')).toEqual([['idle', 'traffic', 'churn', 'fairness', 'stalled']]);
  });
});

describe('a run', () => {
  const demand = { name: 'nothing lost', demand: '0', figure: '0', met: true, timing: false };
  const good: Soak = {
    id: 'traffic',
    title: 'Good',
    holds: true,
    prepare: async () => async () => ({ demands: [demand], figures: [], series: [] }),
  };
  const unready: Soak = { ...good, id: 'idle', title: 'Unready', prepare: () => Promise.reject(new Error('no room')) };
  const broken: Soak = {
    ...good,
    id: 'churn',
    title: 'Broken',
    prepare: async () => () => Promise.reject(new Error('gone')),
  };

  it('tells of all soaks, and one that breaks down is a demand that is not met', async () => {
    const said: string[] = [];
    const report = await runSoaks({
      soaks: [unready, good, broken],
      commandLine: parseSoakCommandLine([]),
      command: 'npm run soak',
      say: (line) => said.push(line),
    });
    expect(
      report.soaks.map(({ id, demands }) => [id, demands.map(({ name, figure, met }) => [name, figure, met])]),
    ).toEqual([
      ['idle', [['runs to its end', 'no room', false]]],
      ['traffic', [['nothing lost', '0', true]]],
      ['churn', [['runs to its end', 'gone', false]]],
    ]);
    expect(report).toMatchObject({ minutes: 30, together: true, quick: false, command: 'npm run soak' });
    expect(said).toContain('traffic: is done');
  });
});
