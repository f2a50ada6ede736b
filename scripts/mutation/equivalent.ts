// Mutants that no test can tell from the original, each with the reason. The list is read by people: keep it small, and prefer to take out
// code whose change has no effect.

import type { Mutant } from './instrument.ts';

/** All mutants of a function that look like this. */
export interface Equivalent extends Pick<Mutant, 'file' | 'where' | 'original' | 'mutated'> {
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];
