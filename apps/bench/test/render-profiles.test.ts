import { describe, expect, it } from 'vitest';
import { renderHeapParts, renderProfiles } from '../src/render-profiles.ts';
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

describe('the parts of an idle connection', () => {
  it('are told in bytes, the largest first, with their sum', () => {
    const framewire = { ...result('framewire', 1), heapParts: { Socket: 200, Transport: 208.4, 'by chance': 2 } };
    const net = { ...result('net', 1), heapParts: { Socket: 216 } };
    expect(
      renderHeapParts(reportOf([framewire, result('ws', 1), net]))
        .split('\n')
        .slice(2),
    ).toEqual([
      '| bytes a connection | framewire | net |',
      '| --- | --- | --- |',
      '| Socket | 200 | 216 |',
      '| Transport | 208 |  |',
      '| together | 410 | 216 |',
    ]);
  });

  it('are missing where nothing was taken apart', () => {
    expect(renderHeapParts(reportOf([result('framewire', 2)]))).toBe('Not measured in this run.');
  });
});
