import { describe, expect, it } from 'vitest';
import { compare } from '../../src/codec/rounds.ts';

const EFFORT = { rounds: 5, roundTime: 4, warmUp: 4 };

function spinning(milliseconds: number, units: number): () => number {
  return () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return units;
  };
}

describe('compare', () => {
  it('tells the nanoseconds of a unit, by contestant, in their order', async () => {
    const timings = await compare(
      [
        { name: 'slow', pass: spinning(1, 10) },
        { name: 'fast', pass: async () => spinning(1, 100)() },
      ],
      EFFORT,
    );
    expect(Object.keys(timings)).toEqual(['slow', 'fast']);
    // A tenth; far apart, because CPU time on a busy machine is rough.
    expect((timings.slow?.median ?? 0) / (timings.fast?.median ?? 1)).toBeGreaterThan(3);
  });

  it('lets everyone begin a round in turn', async () => {
    const order: string[] = [];
    const contestant = (name: string) => ({ name, pass: () => order.push(name) });
    await compare([contestant('a'), contestant('b')], { rounds: 2, roundTime: 0, warmUp: 0 });
    expect(order.slice(-4)).toEqual(['a', 'b', 'b', 'a']);
  });
});
