import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/system-clock.ts';

describe('systemClock', () => {
  it('calls when the time has come, and not before schedule has returned', async () => {
    const before = systemClock.now();
    let returned = false;
    const calledAt = await new Promise<number>((resolve) => {
      systemClock.schedule(5, () => resolve(returned ? systemClock.now() : Number.NaN));
      returned = true;
    });
    // Timers count whole milliseconds.
    expect(calledAt - before).toBeGreaterThan(4);
  });

  it('does not call when the call was called off', async () => {
    const calls: string[] = [];
    const first = systemClock.schedule(1, () => calls.push('first'));
    first.cancel();
    await new Promise<void>((resolve) => {
      systemClock.schedule(2, resolve);
    });
    first.cancel();
    expect(calls).toEqual([]);
  });

  it('does not keep the process alive', () => {
    const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const timer = systemClock.schedule(1000, () => {});
    expect(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length).toBe(before);
    timer.cancel();
  });
});
