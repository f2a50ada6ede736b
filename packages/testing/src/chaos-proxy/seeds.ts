// One seed for the proxy, many for its parts: what one connection draws does not depend on what the others do.

import { SeededRandom } from '../seeded-random.ts';

/** A source of chance of its own for each path of whole numbers. */
export function randomOf(seed: number, ...path: readonly number[]): SeededRandom {
  let mixed = seed | 0;
  for (const step of path) {
    mixed = Math.imul(mixed ^ Math.imul(step + 1, 0x9e3779b1), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return new SeededRandom(mixed);
}
