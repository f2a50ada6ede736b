import { expect, it } from 'vitest';
import { randomOf } from '../../src/chaos-proxy/seeds.ts';

it('gives the same numbers for the same seed and path, and others for others', () => {
  const draw = (seed: number, ...path: number[]): number => randomOf(seed, ...path).next();
  expect(draw(1, 2, 3)).toBe(draw(1, 2, 3));
  const draws = new Set<number>();
  for (let seed = 0; seed < 10; seed++) {
    for (let a = 0; a < 10; a++) for (let b = 0; b < 10; b++) draws.add(draw(seed, a, b));
  }
  expect(draws.size).toBe(1000);
});
