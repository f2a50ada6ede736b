import { expect, it } from 'vitest';
import { Random } from '../../fuzz/random.ts';

it('gives the same numbers and chunks for the same seed', () => {
  const [first, second] = [new Random(42), new Random(42)];
  const bytes = new Random(1).bytes(500);
  expect(second.chunks(bytes)).toEqual(first.chunks(bytes));
  expect([first.uint32(), first.uint32()]).toEqual([second.uint32(), second.uint32()]);
  expect(new Random(42).uint32()).not.toBe(new Random(43).uint32());
});

it('cuts bytes into chunks that are the bytes', () => {
  const bytes = new Random(1).bytes(500);
  for (let seed = 0; seed < 20; seed++) {
    expect(Buffer.concat(new Random(seed).chunks(bytes))).toEqual(Buffer.from(bytes));
  }
});
