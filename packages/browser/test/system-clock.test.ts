import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../src/system-clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('systemClock', () => {
  it('counts milliseconds', () => {
    const before = systemClock.now();
    vi.advanceTimersByTime(1234);
    expect(systemClock.now() - before).toBe(1234);
  });

  it('calls once, when the time has come', () => {
    let calls = 0;
    systemClock.schedule(50, () => calls++);
    vi.advanceTimersByTime(49);
    expect(calls).toBe(0);
    vi.advanceTimersByTime(1);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(calls).toBe(1);
  });

  it('does not call what was cancelled, and lets it be cancelled twice', () => {
    let calls = 0;
    const timer = systemClock.schedule(50, () => calls++);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(1000);
    expect(calls).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
