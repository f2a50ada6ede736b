// The chance in tests of faults. It is new at every run on a developer's machine, and always the same in CI, which judges a change. The seed
// stands in the names of the tests: FRAMEWIRE_SEED=1234 repeats them.

import { SeededRandom } from '@framewire/testing';

const { CI, FRAMEWIRE_SEED } = process.env;

/** The seed of this run. */
export const SEED: number = Number(FRAMEWIRE_SEED ?? (CI === 'true' ? 6455 : Math.floor(Math.random() * 2 ** 31)));

/** Chance of one test. @param salt to have another sequence than other tests of the run */
export function chance(salt = 0): SeededRandom {
  return new SeededRandom(SEED + salt);
}
