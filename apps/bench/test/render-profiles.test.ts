import { describe, expect, it } from 'vitest';
import { renderProfiles } from '../src/render-profiles.ts';
import type { BenchReport, ContestantResult, ScenarioReport } from '../src/report.ts';

const result = (contestant: string, cpu: number, profile?: Record<string, number>): ContestantResult => ({
  contestant,
  metrics: { cpu: { median: cpu, low: cpu, high: cpu } },
  loadWasBottleneck: false,
  ...(profile !== undefined && { profile }),
});

const reportOf = (results: readonly ContestantResult[]): BenchReport => {
  const scenario: ScenarioReport = { id: 'echo', group: 'echo', title: 'An echo', results };
  return { scenarios: [scenario] } as unknown as BenchReport;
};

describe('the profiles', () => {
  it('say what each part costs a message, the dearest first, and who was looked into', () => {
    const rendered = renderProfiles(
      reportOf([
        result('framewire', 2, { parsing: 0.25, writing: 0.75 }),
        result('ws', 9),
        result('net', 1, { writing: 1 }),
      ]),
    );
    expect(rendered.split('\n')).toEqual([
      '**An echo**',
      '',
      '| µs of CPU (share) | framewire | net |',
      '| --- | --- | --- |',
      '| writing | 1.50 (75 %) | 1.00 (100 %) |',
      '| parsing | 0.500 (25 %) |  |',
    ]);
  });

  it('leave out what was seen once or twice', () => {
    expect(renderProfiles(reportOf([result('framewire', 2, { writing: 0.998, chance: 0.002 })]))).not.toContain(
      'chance',
    );
  });

  it('are missing where nobody was looked into', () => {
    expect(renderProfiles(reportOf([result('framewire', 2)]))).toBe('Not measured in this run.');
  });
});
