import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { atOnce, isPromise } from '../src/at-once.ts';

describe('atOnce', () => {
  it.each([[undefined], [null], [false], [0], ['text'], [{}], [[]]])('gives back %j', (value) => {
    expect(atOnce('x', value)).toBe(value);
  });

  it('throws for a promise, and lets nobody be bothered by what becomes of it', async () => {
    expect(() => atOnce('x', Promise.resolve(true))).toThrow(UsageError);
    expect(() => atOnce('x', Promise.reject(new Error('nobody cares')))).toThrow('x must answer at once');
    // An unhandled rejection would fail the test run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('isPromise', () => {
  it('knows a promise from what is none', () => {
    expect(isPromise(Promise.resolve())).toBe(true);
    for (const value of [undefined, null, 'then', 1, {}, () => {}]) expect(isPromise(value)).toBe(false);
  });
});
