import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultOf, type Sample, sample } from '../src/sample.ts';

const taken: Sample = {
  count: 1000,
  cpu: { total: 2e6, user: 1.5e6, system: 0.5e6 },
  seconds: 0.5,
  busy: 0.5,
  loadBusy: 0.99,
};

describe.runIf(existsSync('/proc/self/stat'))('sample', () => {
  it('adds up what the processes under test used while the work was done', async () => {
    const { pid } = process;
    const { count, cpu, busy, loadBusy, seconds } = await sample([pid, pid], pid, async () => {
      const end = performance.now() + 60;
      while (performance.now() < end);
      // The scheduler counts when it switches.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 7;
    });
    expect(count).toBe(7);
    expect(cpu.total).toBeGreaterThan(0);
    expect(cpu.user + cpu.system).toBeCloseTo(cpu.total, -3);
    expect(busy).toBeCloseTo(cpu.total / 1e9 / seconds);
    expect(busy).toBeGreaterThan(loadBusy);
  });

  it('does not divide by nothing', async () => {
    await expect(sample([process.pid], process.pid, async () => 0)).rejects.toThrow('Nothing was done');
  });
});

describe('resultOf', () => {
  it('tells microseconds of CPU for one, and how many a second', () => {
    const { metrics, contestant, note } = resultOf('ws', [taken], 'a note');
    expect([contestant, note]).toEqual(['ws', 'a note']);
    expect(metrics.cpu?.median).toBe(2);
    expect(metrics.user?.median).toBe(1.5);
    expect(metrics.system?.median).toBe(0.5);
    expect(metrics.rate?.median).toBe(2000);
  });

  it('blames the load when it had no more to give and the tested process had', () => {
    expect(resultOf('ws', [taken]).loadWasBottleneck).toBe(true);
    expect(resultOf('ws', [{ ...taken, busy: 0.99 }]).loadWasBottleneck).toBe(false);
    expect(resultOf('ws', [{ ...taken, loadBusy: 0.5 }]).loadWasBottleneck).toBe(false);
  });
});
