import { describe, expect, it } from 'vitest';
import { contestantTable, daggerNote, notes, scenariosTable, table } from '../src/render-tables.ts';
import type { ContestantResult, ScenarioReport, Spread } from '../src/report.ts';

function exactly(median: number): Spread {
  return { median, low: median, high: median };
}

function scenario(id: string, results: readonly ContestantResult[]): ScenarioReport {
  return { id, group: 'echo', title: id, results };
}

const OURS: ContestantResult = {
  contestant: 'framewire',
  metrics: { cpu: exactly(0.5), rate: exactly(1.2e6), p50: exactly(300) },
  loadWasBottleneck: true,
};
const WS: ContestantResult = {
  contestant: 'ws',
  metrics: { cpu: exactly(7) },
  loadWasBottleneck: false,
  note: 'as it ships',
};

describe('tables', () => {
  it('are Markdown, with bars inside cells escaped', () => {
    expect(table(['a', 'b'], [['1|2', '3']])).toBe('| a | b |\n| --- | --- |\n| 1\\|2 | 3 |');
  });

  it('have the metrics that somebody has, and an empty cell for whoever has not', () => {
    expect(contestantTable(scenario('one', [OURS, WS]), 'cpu').split('\n')).toEqual([
      '|  | CPU, µs | a second | p50, µs | to ws |',
      '| --- | --- | --- | --- | --- |',
      '| **framewire** † | 0.500 | 1.20 M | 300 | 14.0x |',
      '| ws | 7.00 |  |  |  |',
    ]);
  });

  it('say what a ratio is of, where it could be of several', () => {
    const metrics = { heap: exactly(1024), rss: exactly(2048) };
    const both = ['framewire', 'ws'].map((contestant) => ({ contestant, metrics, loadWasBottleneck: false }));
    expect(contestantTable(scenario('idle', both), 'rss').split('\n')[0]).toBe(
      '|  | heap | resident | resident, to ws |',
    );
  });

  it('have a column for every contestant of several scenarios', () => {
    const shown = scenariosTable([scenario('one', [WS, OURS]), scenario('two', [OURS])], 'cpu', 'work', ({ id }) => id);
    expect(shown.split('\n')).toEqual([
      '| work | framewire | ws | to ws |',
      '| --- | --- | --- | --- |',
      '| one | 0.500 | 7.00 | 14.0x |',
      '| two | 0.500 |  |  |',
    ]);
  });
});

describe('notes', () => {
  it('say once what a contestant says', () => {
    expect(notes([scenario('one', [OURS, WS]), scenario('two', [WS])])).toEqual(['- ws: as it ships']);
  });

  it('say what the dagger means, where there is one', () => {
    expect(daggerNote([scenario('one', [OURS])])).toEqual([
      expect.stringMatching(/^† The load generator was the bottleneck/),
    ]);
    expect(daggerNote([scenario('one', [WS])])).toEqual([]);
  });

  it('mark a rate that was that of the load generator, and no other figure', () => {
    const marked = (metric: 'rate' | 'cpu'): string =>
      scenariosTable([scenario('one', [OURS])], metric, '', ({ id }) => id);
    expect(marked('rate')).toContain('| one | 1.20 M † |');
    expect(marked('cpu')).toContain('| one | 0.500 |');
  });
});
