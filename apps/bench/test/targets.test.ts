import { describe, expect, it } from 'vitest';
import type { BenchReport, MetricName, Spread } from '../src/report.ts';
import { judge, TARGETS, type TargetResult } from '../src/targets.ts';
import { sampleReport } from './support/sample-report.ts';

function withFigure(
  id: string,
  contestant: string,
  metric: MetricName,
  value: Spread | undefined,
  report = sampleReport(),
): BenchReport {
  const scenarios = report.scenarios.map((scenario) => {
    if (scenario.id !== id) return scenario;
    const results = scenario.results.map((result) => {
      if (result.contestant !== contestant) return result;
      const { [metric]: _, ...others } = result.metrics;
      return { ...result, metrics: value === undefined ? others : { ...others, [metric]: value } };
    });
    return { ...scenario, results };
  });
  return { ...report, scenarios };
}

function resultOf(report: BenchReport, scenario: string, text: string): TargetResult | undefined {
  return judge(report).find((result) => result.target.scenario === scenario && result.text === text);
}

function exactly(median: number): Spread {
  return { median, low: median, high: median };
}

describe('targets', () => {
  it('are all that the house set itself, part by part', () => {
    expect(TARGETS.map(({ row }) => row).filter((row, at, rows) => rows.indexOf(row) === at)).toMatchInlineSnapshot(`
      [
        "echo, 20 B, 16 in flight",
        "echo, 512 B, 16 in flight",
        "ping-pong, 20 B",
        "echo, 16 KB",
        "echo, 1 MB",
        "codec, parse 20 B frames",
        "codec, parse 1 KB frames",
        "unmask, 16 KB and more: at 16 KB",
        "unmask, 16 KB and more: at 1 MB",
        "client, masked encode, 512 B",
        "client, masked encode, 16 KB",
        "client, 20 B, 16 in flight",
        "open and close",
        "idle connection: heap",
        "idle connection: resident",
        "broadcast, 64 B to 1,000, bursts of 16",
        "permessage-deflate echo, 200 B",
        "permessage-deflate echo, 2 KB",
        "browser bundle, minified and gzipped",
        "protocol package, minified and gzipped",
      ]
    `);
    expect(judge(sampleReport()).map(({ target, text }) => `${target.scenario}: ${text}`)).toMatchInlineSnapshot(`
      [
        "echo-20b-16: >= 12x ws",
        "echo-20b-16: >= 0.95x net",
        "echo-20b-16: >= 1x Bun",
        "echo-20b-16: >= 0.75x uWebSockets C++",
        "echo-512b-16: >= 9x ws",
        "echo-512b-16: >= 1x Bun",
        "echo-512b-16: >= 1x uWebSockets.js",
        "ping-pong-20b: >= 1.05x ws",
        "ping-pong-20b: >= 0.95x net",
        "echo-16k: >= 2x ws",
        "echo-16k: >= 1x ws+bufferutil",
        "echo-1m: >= 2.5x ws",
        "echo-1m: >= 1.5x ws+bufferutil",
        "echo-1m: >= 1x net",
        "codec-parse-20b: >= 6x ws",
        "codec-parse-20b: >= 35 M frames/s",
        "codec-parse-1k: >= 5x ws",
        "codec-unmask-16k: >= 25 GB/s",
        "codec-unmask-1m: >= 25 GB/s",
        "codec-send-512b: >= 5x ws",
        "codec-send-16k: >= 15x ws",
        "client-20b-16: >= 15x ws",
        "client-20b-16: >= 12x undici",
        "open-close: <= 0.5x the CPU of ws",
        "idle: <= 1.3 KB",
        "idle: <= 4.5 KB",
        "broadcast-64b-1000: >= 18x ws",
        "broadcast-64b-1000: >= 0.9x uWebSockets.js",
        "deflate-200b: >= 2.5x ws",
        "deflate-2k: >= 2x ws",
        "size-browser: <= 3 KB",
        "size-protocol: <= 9 KB",
      ]
    `);
  });

  it('are judged by the medians, with the widest range that the quartiles allow', () => {
    const ours = withFigure('echo-20b-16', 'framewire', 'cpu', { median: 0.5, low: 0.4, high: 0.6 });
    const both = withFigure('echo-20b-16', 'ws', 'cpu', { median: 7, low: 6, high: 8 }, ours);
    const result = resultOf(both, 'echo-20b-16', '>= 12x ws');
    expect(result?.reached?.median).toBeCloseTo(14);
    expect(result?.reached?.low).toBeCloseTo(10);
    expect(result?.reached?.high).toBeCloseTo(20);
    expect(result?.met).toBe(true);
  });

  it.each([
    [35.1, true],
    [34.9, false],
  ])('tell the frames a second from the nanoseconds of each: %f M', (millions, met) => {
    const report = withFigure('codec-parse-20b', 'framewire', 'time', exactly(1000 / millions));
    const result = resultOf(report, 'codec-parse-20b', '>= 35 M frames/s');
    expect(result?.reached?.median).toBeCloseTo(millions);
    expect(result?.met).toBe(met);
  });

  it.each([
    [1300, true],
    [1400, false],
  ])('count a KB as 1,024 bytes: %i', (bytes, met) => {
    const result = resultOf(withFigure('idle', 'framewire', 'heap', exactly(bytes)), 'idle', '<= 1.3 KB');
    expect(result?.reached?.median).toBeCloseTo(bytes / 1024);
    expect(result?.met).toBe(met);
  });

  it('are met by at most, where less is wanted', () => {
    const half = withFigure('open-close', 'framewire', 'cpu', exactly(1));
    expect(resultOf(half, 'open-close', '<= 0.5x the CPU of ws')?.met).toBe(true);
    const much = withFigure('open-close', 'framewire', 'cpu', exactly(1e6));
    expect(resultOf(much, 'open-close', '<= 0.5x the CPU of ws')?.met).toBe(false);
  });

  it('say that uWebSockets C++ is not available, and what its binding came to', () => {
    const result = resultOf(sampleReport(), 'echo-20b-16', '>= 0.75x uWebSockets C++');
    expect(result?.met).toBe('peer not available here');
    expect(result?.reached).toBe(undefined);
    expect(result?.beside?.median).toBeGreaterThan(1);
  });

  it('say that a peer could not run here', () => {
    const report = withFigure('echo-20b-16', 'Bun', 'cpu', undefined);
    const without = { ...report, unavailable: [{ contestant: 'Bun', reason: 'no such file' }] };
    expect(resultOf(without, 'echo-20b-16', '>= 1x Bun')?.met).toBe('peer not available here');
    expect(resultOf(report, 'echo-20b-16', '>= 1x Bun')?.met).toBe('not measured');
  });

  it.each([
    ['a run without scenarios', { ...sampleReport(), scenarios: [] }],
    ['figures that are none', withFigure('echo-20b-16', 'framewire', 'cpu', exactly(Number.NaN))],
    ['figures of nothing', withFigure('echo-20b-16', 'framewire', 'cpu', exactly(0))],
  ])('are not judged by %s', (_, report) => {
    const result = resultOf(report, 'echo-20b-16', '>= 12x ws');
    expect(result?.reached).toBe(undefined);
    expect(result?.met).toBe('not measured');
  });
});
