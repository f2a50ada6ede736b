import { expect, it, vi } from 'vitest';
import { realClock } from '../../src/chaos-proxy/real-clock.ts';

it('goes on when the timers of the test framework stand still', async () => {
  vi.useFakeTimers();
  try {
    const before = realClock.now();
    const calls: string[] = [];
    realClock.schedule(1, () => calls.push('cancelled')).cancel();
    await new Promise<void>((resolve) => {
      realClock.schedule(5, resolve);
    });
    expect(realClock.now()).toBeGreaterThan(before);
    expect(calls).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
