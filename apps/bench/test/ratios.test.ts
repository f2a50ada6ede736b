import { describe, expect, it } from 'vitest';
import { contestants, measured, ofGroup, quotient, scaled, series, timesBetter } from '../src/ratios.ts';
import type { ScenarioReport, Spread } from '../src/report.ts';
import { inRounds } from '../src/statistics.ts';
import { sampleReport } from './support/sample-report.ts';

const two: Spread = { median: 2, low: 1.6, high: 2.5 };
const ten: Spread = { median: 10, low: 8, high: 12 };

describe('ratios', () => {
  it('say how many times less time is taken, or how many times more is done', () => {
    expect(timesBetter('cpu', two, ten)?.median).toBe(5);
    expect(timesBetter('rate', two, ten)?.median).toBe(0.2);
    expect(timesBetter('throughput', ten, two)?.median).toBe(5);
  });

  it('are taken round by round where both took turns, so that what disturbs a round disturbs no ratio', () => {
    const ours = inRounds([1, 10, 1]);
    const theirs = inRounds([3, 30, 3]);
    expect(timesBetter('cpu', ours, theirs)).toEqual({ median: 3, low: 3, high: 3 });
    expect(quotient(inRounds([1, 1]), theirs)?.median).toBeCloseTo(1 / 3);
  });

  it('have the widest range that the quartiles allow elsewhere', () => {
    expect(quotient(ten, two)).toEqual({ median: 5, low: 8 / 2.5, high: 12 / 1.6 });
  });

  it.each([
    ['nothing', undefined],
    ['zero', { median: 0, low: 0, high: 0 }],
    ['no number', { median: Number.NaN, low: 1, high: 1 }],
  ])('are none where a side is %s', (_, divisor) => {
    expect(quotient(ten, divisor)).toBe(undefined);
    expect(timesBetter('cpu', undefined, ten)).toBe(undefined);
  });

  it('keep their spread in another unit', () => {
    expect(scaled(ten, 10)).toEqual({ median: 100, low: 80, high: 120 });
    expect(scaled(undefined, 10)).toBe(undefined);
  });
});

describe('a figure of a report', () => {
  const scenario: ScenarioReport = {
    id: 'one',
    group: 'echo',
    title: 'One',
    results: [
      {
        contestant: 'ws',
        metrics: { cpu: two, rate: JSON.parse('{"median":null,"low":1,"high":1}') },
        loadWasBottleneck: false,
      },
    ],
  };

  it('is the metric of a contestant', () => {
    expect(measured(scenario, 'ws', 'cpu')).toBe(two);
  });

  it('is none where it was not measured, or came to nothing', () => {
    expect(measured(undefined, 'ws', 'cpu')).toBe(undefined);
    expect(measured(scenario, 'net', 'cpu')).toBe(undefined);
    expect(measured(scenario, 'ws', 'p50')).toBe(undefined);
    expect(measured(scenario, 'ws', 'rate')).toBe(undefined);
  });
});

describe('the scenarios of a report', () => {
  it('stand on their axis by rising place, whatever order they ran in', () => {
    const report = sampleReport();
    const places = series({ ...report, scenarios: [...report.scenarios].reverse() }, 'connections').map(
      ({ at }) => at?.value,
    );
    expect(places).toEqual([1, 10, 50, 500, 5000, 15_000]);
    expect(series(report, 'echo')).toEqual([]);
  });

  it('name their contestants once, ours first', () => {
    expect(contestants([...ofGroup(sampleReport(), 'size')].reverse())).toEqual(['framewire', 'ws', 'net', 'Bun']);
  });
});
