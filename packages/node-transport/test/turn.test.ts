import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { atTurnEnd } from '../src/turn.ts';

/** Catches what is to run next, so that a test can let it throw. */
function catchTicks(): (() => void)[] {
  const ticks: (() => void)[] = [];
  const spy = vi.spyOn(process, 'nextTick').mockImplementation((callback) => void ticks.push(callback as () => void));
  onTestFinished(() => spy.mockRestore());
  return ticks;
}

function task(name: string, log: string[], then?: () => void): { turnEnded(): void } {
  return {
    turnEnded: () => {
      log.push(name);
      then?.();
    },
  };
}

describe('atTurnEnd', () => {
  it('runs all tasks of a turn in one tick, in order', () => {
    const ticks = catchTicks();
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) atTurnEnd(task(name, log));
    expect(log).toEqual([]);
    expect(ticks.length).toBe(1);
    ticks.shift()?.();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('runs a task that is added by another in the same tick', () => {
    const ticks = catchTicks();
    const log: string[] = [];
    atTurnEnd(task('a', log, () => atTurnEnd(task('b', log))));
    ticks.shift()?.();
    expect(log).toEqual(['a', 'b']);
    expect(ticks.length).toBe(0);
  });

  it('begins a new tick for the next turn', () => {
    const ticks = catchTicks();
    const log: string[] = [];
    atTurnEnd(task('a', log));
    ticks.shift()?.();
    atTurnEnd(task('b', log));
    expect(ticks.length).toBe(1);
    ticks.shift()?.();
    expect(log).toEqual(['a', 'b']);
  });

  it('lets an error out, and runs the other tasks in the next tick', () => {
    const ticks = catchTicks();
    const log: string[] = [];
    const fail = (): never => {
      throw new Error('This stream throws.');
    };
    atTurnEnd(task('a', log, fail));
    atTurnEnd(task('b', log));
    atTurnEnd(task('c', log, fail));
    expect(ticks.shift()).toThrow('This stream throws.');
    expect(log).toEqual(['a']);
    atTurnEnd(task('d', log));
    expect(ticks.length).toBe(1);
    expect(ticks.shift()).toThrow('This stream throws.');
    ticks.shift()?.();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    expect(ticks.length).toBe(0);
  });
});
