import { describe, expect, it } from 'vitest';
import { interleave } from '../src/interleave.ts';

describe('interleave', () => {
  it('begins each round with another contestant, and keeps the samples apart', async () => {
    const order: string[] = [];
    const samples = await interleave(3, ['a', 'b', 'c'], async (name, round) => {
      order.push(name);
      return `${name}${round}`;
    });
    expect(order.join('')).toBe('abcbcacab');
    expect([...samples]).toEqual([
      ['a', ['a0', 'a1', 'a2']],
      ['b', ['b0', 'b1', 'b2']],
      ['c', ['c0', 'c1', 'c2']],
    ]);
  });

  it('goes on without a contestant that fails', async () => {
    const failures: unknown[] = [];
    const samples = await interleave(
      3,
      ['a', 'b'],
      async (name, round) => {
        if (name === 'b' && round === 1) throw new Error('It broke.');
        return round;
      },
      (name, error) => void failures.push([name, (error as Error).message]),
    );
    expect(failures).toEqual([['b', 'It broke.']]);
    expect([...samples]).toEqual([['a', [0, 1, 2]]]);
  });

  it('fails with the contestant where nobody is told', async () => {
    await expect(interleave(1, ['a'], () => Promise.reject(new Error('It broke.')))).rejects.toThrow('It broke.');
  });
});
