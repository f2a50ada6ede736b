import { describe, expect, it } from 'vitest';
import type { Process } from '../../src/process.ts';
import { every, growthFigure, HealthSeries } from '../../src/soak/health-series.ts';
import { type Health, processHealth } from '../../src/soak/process-health.ts';

const MB = 1024 * 1024;

/** A process whose heap is, at each question, what this says. */
function watched(heapAt: (question: number) => number): Pick<Process, 'ask'> {
  let questions = 0;
  return {
    ask: async <Value>() => {
      const health: Health = {
        heapUsed: heapAt(questions++),
        arrayBuffers: 100_000,
        rss: 50 * MB,
        handles: { TCPSocketWrap: 3, Timeout: 1 },
        files: 20,
        listeners: 2,
      };
      return health as Value;
    },
  };
}

async function sampled(heapAt: (question: number) => number, count = 30): Promise<HealthSeries> {
  const series = new HealthSeries({ label: 'server', process: watched(heapAt) });
  for (let index = 0; index < count; index++) await series.sample(index * 10);
  return series;
}

describe('the health of a process', () => {
  it('is steady after the warm-up, whatever came before', async () => {
    const series = await sampled((question) => (question < 5 ? 20 * MB : 5 * MB));
    expect(series.growthDemands(50, false).map(({ name, met, timing }) => [name, met, timing])).toEqual([
      ['server: heap after collection', true, false],
      ['server: array buffers', true, false],
    ]);
    expect(series.growthDemands(0, true).map(({ met, timing }) => [met, timing])).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  it('grows, and says by how much', async () => {
    const series = await sampled((question) => 5 * MB + question * 20_000);
    const [heap] = series.growthDemands(0, false);
    expect(heap).toMatchObject({ met: false, figure: '5.26 MB, at most 4.90 % off; 2,000 B/s (2,000 to 2,000)' });
  });

  it('is not known from a few samples', async () => {
    const series = await sampled(() => MB, 3);
    expect(series.growthDemands(0, false)[0]).toMatchObject({ met: false, figure: 'only 3 samples' });
  });

  it('is a line over time in the plots', async () => {
    const series = await sampled(() => MB, 2);
    expect(series.series().map(({ plot, points }) => [plot, points])).toEqual([
      [
        'heap',
        [
          [0, MB],
          [10, MB],
        ],
      ],
      [
        'array-buffers',
        [
          [0, 100_000],
          [10, 100_000],
        ],
      ],
      [
        'rss',
        [
          [0, 50 * MB],
          [10, 50 * MB],
        ],
      ],
      [
        'handles',
        [
          [0, 4],
          [10, 4],
        ],
      ],
    ]);
  });

  it('tells a growth in words', () => {
    const growth = { median: MB, deviation: 0.0123, slope: -3, low: -10, high: 4, steady: true };
    expect(growthFigure(growth)).toBe('1 MB, at most 1.23 % off; -3.00 B/s (-10.0 to 4.00)');
  });

  it('is told by the process itself', async () => {
    const health = await processHealth();
    expect(health.heapUsed).toBeGreaterThan(0);
    expect(health.files).toBeGreaterThan(2);
    expect(health.listeners).toBeGreaterThanOrEqual(0);
  });
});

describe('what is done every so often', () => {
  it('ends when the time is over, and leaves out what is late', async () => {
    const ticks: number[] = [];
    const startedAt = performance.now();
    await every({ time: 60, sampleEvery: 20 }, async (seconds) => {
      ticks.push(seconds);
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
    expect(ticks.length).toBeGreaterThanOrEqual(1);
    expect(ticks.length).toBeLessThanOrEqual(3);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
  });
});
