import { handshakeError } from '@framewire/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closureOf } from '../src/closure.ts';
import type { Setback } from '../src/retry-policy.ts';
import { RetryWait } from '../src/retry-wait.ts';
import { seeded } from './seeded.ts';
import { timersClock } from './timers-clock.ts';

const BACKOFF = { baseDelay: 1000, maxDelay: 30_000, maxRetryAfter: 300_000 };
const LOST: Setback = { closure: closureOf({}) };

/** Says when `due` was told, and every delay. */
function setUp(random: () => number = () => 0.5) {
  const log: string[] = [];
  let wake: () => void = () => {
    throw new Error('Nobody minds wake-ups.');
  };
  let ended = 0;
  const wakeUps = (woken: () => void): (() => void) => {
    wake = woken;
    return () => void ended++;
  };
  const wait = new RetryWait(BACKOFF, { clock: timersClock, random, wakeUps }, () => void log.push('due'));
  wait.heedWakeUps();
  const begin = (attempts: number, setback = LOST) =>
    wait.begin(attempts, setback, (delay) => void log.push(`wait ${delay}`));
  return { wait, begin, log, wake: () => wake(), ended: () => ended };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('RetryWait', () => {
  it('says how long it takes, and when it is over', () => {
    const { wait, begin, log } = setUp();
    begin(3);
    expect(wait.isDue).toBe(false);
    vi.advanceTimersByTime(1999);
    expect(log).toEqual(['wait 2000']);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(['wait 2000', 'due']);
    expect(wait.isDue).toBe(true);
  });

  it('tells nothing when it is cancelled, and may be begun again', () => {
    const { wait, begin, log } = setUp();
    begin(1);
    wait.cancel();
    vi.advanceTimersByTime(10_000);
    begin(1);
    vi.advanceTimersByTime(500);
    expect(log).toEqual(['wait 500', 'wait 500', 'due']);
  });

  it('needs no wake-ups, and minds none after the end', () => {
    const alone = new RetryWait(BACKOFF, { clock: timersClock, random: () => 0.5 }, () => {});
    alone.heedWakeUps();
    alone.end();
    const { wait, ended, begin } = setUp();
    begin(1);
    wait.end();
    expect(ended()).toBe(1);
  });
});

describe('a wake-up', () => {
  it('makes a long wait short, and says so', () => {
    const { begin, log, wake } = setUp();
    begin(9);
    vi.advanceTimersByTime(3000);
    wake();
    vi.advanceTimersByTime(249);
    expect(log).toEqual(['wait 15000', 'wait 250']);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(['wait 15000', 'wait 250', 'due']);
  });

  it('makes no wait longer', () => {
    const { begin, log, wake } = setUp();
    begin(1);
    vi.advanceTimersByTime(300);
    wake();
    wake();
    vi.advanceTimersByTime(200);
    expect(log).toEqual(['wait 500', 'due']);
  });

  it('does not shorten what a server asked for', () => {
    const { begin, log, wake } = setUp();
    wake();
    begin(1, { error: Object.assign(handshakeError('UNAVAILABLE'), { retryAfter: 5000 }) });
    wake();
    vi.advanceTimersByTime(7500);
    expect(log).toEqual(['wait 7500', 'due']);
  });

  it('makes the wait short that follows it within five seconds, and only that one', () => {
    const { begin, log, wake } = setUp();
    wake();
    vi.advanceTimersByTime(4999);
    begin(9);
    vi.advanceTimersByTime(250);
    begin(9);
    vi.advanceTimersByTime(15_000);
    wake();
    vi.advanceTimersByTime(5000);
    begin(9);
    vi.advanceTimersByTime(15_000);
    expect(log).toEqual(['wait 250', 'due', 'wait 15000', 'due', 'wait 15000', 'due']);
  });

  it('has jitter: not all who hang on one network come back at once', () => {
    const delays: number[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const { wait, begin, log, wake } = setUp(seeded(seed));
      begin(9);
      wake();
      delays.push(Number(log.at(-1)?.split(' ')[1]));
      wait.end();
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    const inTenths = new Set(delays.map((delay) => Math.floor(delay / 50)));
    expect([...inTenths].filter((tenth) => tenth < 10)).toHaveLength(10);
  });
});
