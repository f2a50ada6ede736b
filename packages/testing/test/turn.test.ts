import { afterEach, describe, expect, it, vi } from 'vitest';
import { turn, wait } from '../src/turn.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('turn', () => {
  it('lets a long chain of promises settle', async () => {
    let links = 0;
    void (async () => {
      for (; links < 1000; links++) await Promise.resolve();
    })();
    await turn();
    expect(links).toBe(1000);
  });

  it('is not stopped by fake timers', async () => {
    vi.useFakeTimers();
    await turn();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('wait', () => {
  it('waits so many milliseconds of real time', async () => {
    const start = performance.now();
    await wait(20);
    // A timer may be early by less than a millisecond.
    expect(performance.now() - start).toBeGreaterThan(19);
  });
});
