import { describe, expect, it } from 'vitest';
import type { BenchReport, ContestantResult, MetricName, Spread } from '../src/report.ts';
import { tableLines } from '../src/table.ts';

function spread(median: number): Spread {
  return { median, low: median * 0.9, high: median * 1.1 };
}

function result(contestant: string, figures: Partial<Record<MetricName, number>>, more = {}): ContestantResult {
  const metrics = Object.fromEntries(Object.entries(figures).map(([name, median]) => [name, spread(median)]));
  return { contestant, metrics, loadWasBottleneck: false, ...more };
}

function report(results: readonly ContestantResult[], machine: Partial<BenchReport['machine']> = {}): BenchReport {
  return {
    mode: 'quick',
    command: 'npm run bench',
    date: '2026-01-01',
    machine: { cpu: 'A CPU', cores: 2, memoryBytes: 1, system: 'Linux 6', pinned: true, loadBefore: 0, ...machine },
    node: '24.0.0',
    versions: { framewire: '1.2.3', ws: '8.0.0' },
    unavailable: [{ contestant: 'Bun', reason: 'Bun: spawn bun ENOENT' }],
    scenarios: [{ id: 'echo', group: 'echo', title: 'Echo, 20 B', results }],
  };
}

function text(results: readonly ContestantResult[], machine?: Partial<BenchReport['machine']>): string {
  return tableLines(report(results, machine)).join('\n');
}

describe('the table', () => {
  it('says what was measured on what, the versions, and who is missing and why', () => {
    const lines = tableLines(report([]));
    expect(lines[0]).toContain('Node 24.0.0 on 2 x A CPU, Linux 6.');
    expect(lines.join('\n')).toMatch(/^ws +8\.0\.0$/m);
    expect(lines.join('\n')).toMatch(/^Bun +LEFT OUT: Bun: spawn bun ENOENT$/m);
  });

  it('tells CPU, rate and latency, and how many times better than ws and net each is', () => {
    const all = text([
      result('framewire', { cpu: 0.5, user: 0.2, system: 0.3, rate: 1_000_000, p50: 300, p99: 900 }),
      result('ws', { cpu: 6, user: 2, system: 4, rate: 150_000, p50: 5000, p99: 9000 }),
      result('net', { cpu: 0.45, user: 0.1, system: 0.35, rate: 1_200_000, p50: 280, p99: 800 }),
    ]);
    expect(all).toMatch(/CPU us +user +system +k\/s +p50 +p99 +vs ws +vs net/);
    expect(all).toMatch(/framewire +0\.500 \(0\.450-0\.550\) +0\.200 +0\.300 +1000 +300 +900 +12\.0x +0\.900x$/m);
  });

  it('leaves out columns that nobody has a figure for', () => {
    const all = text([result('framewire', { heap: 1000, rss: 4000 }), result('ws', { heap: 2700 })]);
    expect(all).not.toContain('CPU us');
    expect(all).toMatch(/framewire +1000 \(900-1100\) +4000 \(3600-4400\) +2\.70x$/m);
    expect(all).toMatch(/ws +2700 \(2430-2970\) +1\.00x$/m);
  });

  it('compares within another version of Node', () => {
    const all = text([result('framewire, Node 20', { cpu: 1 }), result('ws, Node 20', { cpu: 8 })]);
    expect(all).toMatch(/framewire, Node 20 +1\.00 .* +8\.00x$/m);
  });

  it('has no ratio to a rival that was not measured', () => {
    expect(text([result('framewire', { cpu: 1 }), result('Bun', { cpu: 1 })])).not.toContain('vs');
  });

  it('warns when the load was the bottleneck, nothing was pinned, or the machine was busy before', () => {
    const quiet = text([result('framewire', { cpu: 1 })]);
    expect(quiet).not.toMatch(/load-bound|pinned|busy/);
    const all = text([result('framewire', { cpu: 1 }, { loadWasBottleneck: true, note: 'Node 20' })], {
      pinned: false,
      loadBefore: 1.5,
    });
    expect(all).toMatch(/framewire .*Node 20; load-bound$/m);
    expect(all).toContain('load-bound: the load was at the end of its core');
    expect(all).toContain('Nothing was pinned to a core');
    expect(all).toContain('The machine was busy before (load 1.50)');
  });
});
