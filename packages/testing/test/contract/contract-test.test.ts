import { describe, expect, it } from 'vitest';
import { expectBytes, isStuck, pattern, until } from '../../src/contract/contract-test.ts';

describe('until', () => {
  it('waits for the condition', async () => {
    let calls = 0;
    await until('three calls', () => ++calls === 3);
    expect(calls).toBe(3);
  });

  it('says what it waited for in vain', async () => {
    await expect(until('the impossible', () => false, 10)).rejects.toThrow('Waited in vain: the impossible.');
  });
});

describe('isStuck', () => {
  it('tells a promise that is settled, either way, from one that is not', async () => {
    expect(await isStuck(Promise.resolve(), 10)).toBe(false);
    expect(await isStuck(Promise.reject(new Error('no')), 10)).toBe(false);
    expect(await isStuck(new Promise(() => {}), 10)).toBe(true);
  });
});

describe('expectBytes', () => {
  it('takes bytes that are equal', () => {
    expectBytes(pattern(1000, 3), pattern(1000, 3));
  });

  it('says which byte differs', () => {
    const bytes = pattern(1000);
    bytes[700] = 0;
    expect(() => expectBytes(bytes, pattern(1000))).toThrow('index of the first byte that differs');
  });

  it('says when the length or the type is wrong', () => {
    expect(() => expectBytes(pattern(10), pattern(11))).toThrow('expected 10 to be 11');
    expect(() => expectBytes('text', pattern(3))).toThrow('Expected 3 bytes, got string.');
    expect(() => expectBytes(undefined, pattern(3))).toThrow('Expected 3 bytes, got undefined.');
  });
});
