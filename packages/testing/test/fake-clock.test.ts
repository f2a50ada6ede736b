import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../src/fake-clock.ts';

describe('FakeClock', () => {
  it('stands still until it is moved', () => {
    const clock = new FakeClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
    expect(new FakeClock().now()).toBe(0);
  });

  it('makes calls in the order they fall due, each at its own time', () => {
    const clock = new FakeClock();
    const log: string[] = [];
    const note = (name: string) => (): void => void log.push(`${name} at ${clock.now()}`);
    clock.schedule(30, note('c'));
    clock.schedule(10, note('a'));
    clock.schedule(20, note('b1'));
    clock.schedule(20, note('b2'));
    clock.schedule(40, note('d'));
    clock.advance(35);
    expect(log).toEqual(['a at 10', 'b1 at 20', 'b2 at 20', 'c at 30']);
    expect(clock.now()).toBe(35);
    expect(clock.pending).toBe(1);
  });

  it('makes calls that were scheduled by calls, when they fall due as well', () => {
    const clock = new FakeClock();
    const log: number[] = [];
    const tick = (): void => {
      log.push(clock.now());
      clock.schedule(10, tick);
    };
    clock.schedule(10, tick);
    clock.advance(35);
    expect(log).toEqual([10, 20, 30]);
  });

  it('never makes a call before schedule has returned', () => {
    const clock = new FakeClock();
    let called = false;
    clock.schedule(0, () => {
      called = true;
    });
    expect(called).toBe(false);
    clock.advance(0);
    expect(called).toBe(true);
  });

  it('does not make a call that was cancelled', () => {
    const clock = new FakeClock();
    const log: string[] = [];
    const first = clock.schedule(10, () => {
      log.push('first');
      second.cancel();
    });
    const second = clock.schedule(10, () => void log.push('second'));
    expect(clock.pending).toBe(2);
    clock.advance(10);
    expect(log).toEqual(['first']);
    expect(clock.pending).toBe(0);
    first.cancel();
  });

  it('lets promises settle between calls', async () => {
    const clock = new FakeClock();
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.schedule(ms, resolve);
      });
    const log: number[] = [];
    const work = (async () => {
      await Promise.resolve();
      for (let i = 0; i < 3; i++) {
        await sleep(10);
        log.push(clock.now());
      }
    })();
    await clock.advanceAsync(25);
    expect(log).toEqual([10, 20]);
    expect(clock.now()).toBe(25);
    await clock.advanceAsync(5);
    await work;
    expect(log).toEqual([10, 20, 30]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'refuses the delay %d, which real timers bend',
    (delay) => {
      expect(() => new FakeClock().schedule(delay, () => {})).toThrow(UsageError);
    },
  );
});
