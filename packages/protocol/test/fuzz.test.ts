import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { fuzz, targets } from '../fuzz/targets.ts';

/** A short run with a fixed seed; the long one is `pnpm --filter @framewire/protocol fuzz`. */
describe('fuzzing', () => {
  it.each(Object.entries(targets))('%s holds for 2,000 seeds', (name, target) => {
    expect(fuzz(name, target, 20_250_101, (runs) => runs < 2000)).toBe(2000);
  });

  it('names the target and the seed that failed, and keeps the cause', () => {
    const cause = new Error('found');
    const seeds: number[] = [];
    const target = (random: Random): void => {
      seeds.push(random.uint32());
      if (seeds.length === 5) throw cause;
    };
    const error = new Error('broken failed with seed 11', { cause });
    expect(() => fuzz('broken', target, 7, () => true)).toThrow(error);
    expect(seeds[4]).toBe(new Random(11).uint32());
  });

  it('is repeatable: the same seed gives the same numbers and chunks', () => {
    const [first, second] = [new Random(42), new Random(42)];
    const bytes = new Random(1).bytes(500);
    expect(second.chunks(bytes)).toEqual(first.chunks(bytes));
    expect(Buffer.concat(new Random(7).chunks(bytes))).toEqual(Buffer.from(bytes));
    expect([first.uint32(), first.uint32()]).toEqual([second.uint32(), second.uint32()]);
    expect(new Random(42).uint32()).not.toBe(new Random(43).uint32());
  });
});
