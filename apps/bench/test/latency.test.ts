import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latencies } from '../src/latency.ts';

describe('Latencies', () => {
  it('tells the percentiles of what was recorded, in microseconds, within 3 %', () => {
    const latencies = new Latencies();
    for (let i = 1; i <= 1000; i++) latencies.record(i / 100, 1); // 10 us to 10 ms
    expect(Math.abs(latencies.percentile(0.5) / 5000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(latencies.percentile(0.99) / 9900 - 1)).toBeLessThan(0.03);
    expect(Math.abs(latencies.percentile(0.999) / 9990 - 1)).toBeLessThan(0.03);
  });

  it('is never further off than a bucket is wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (milliseconds, share) => {
          const latencies = new Latencies();
          for (const one of milliseconds) latencies.record(one, 1);
          const sorted = [...milliseconds].sort((a, b) => a - b);
          const exact = (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 1000;
          expect(Math.abs(latencies.percentile(share) / exact - 1)).toBeLessThan(0.03);
        },
      ),
    );
  });

  it('counts many messages that took as long at once', () => {
    const latencies = new Latencies();
    latencies.record(1, 98);
    latencies.record(100, 2);
    expect(Math.round(latencies.percentile(0.98) / 100)).toBe(10);
    expect(Math.round(latencies.percentile(0.99) / 10_000)).toBe(10);
  });

  it('keeps what is too short or too long in its outermost buckets', () => {
    const latencies = new Latencies();
    latencies.record(0, 1);
    expect(latencies.percentile(1)).toBeLessThan(0.2);
    latencies.record(1e9, 1);
    expect(latencies.percentile(1)).toBeGreaterThan(20e6);
  });

  it('has no percentile of nothing', () => {
    const latencies = new Latencies();
    latencies.record(1, 1);
    latencies.clear();
    expect(latencies.percentile(0.5)).toBeNaN();
  });
});
