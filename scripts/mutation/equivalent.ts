// Mutants that no test can tell from the original, each with the reason. The list is read by people: keep it small, and prefer to take out
// code whose change has no effect.

import type { Mutant } from './instrument.ts';

/** All mutants of a function that look like this. */
export interface Equivalent extends Pick<Mutant, 'file' | 'where' | 'original' | 'mutated'> {
  readonly reason: string;
}

const SHORT_WAY = 'What does not take the short way takes the one of all others, with the same events.';

export const EQUIVALENT: readonly Equivalent[] = [
  equivalent('src/frame-decoder.ts', 'STOPPED', '2', '(2 + 1)', 'Any number that no other status has will do.'),
  equivalent('src/frame-decoder.ts', 'RUNNING', '0', '(0 - 1)', 'Any number that no other status has will do.'),
  equivalent('src/frame-decoder.ts', 'FrameDecoder.#shortFrames', 'at + headerSize <= end', 'false', SHORT_WAY),
  equivalent(
    'src/frame-decoder.ts',
    'FrameDecoder.#shortFrames',
    'at + headerSize <= end',
    'at + headerSize > end',
    SHORT_WAY,
  ),
];

function equivalent(file: string, where: string, original: string, mutated: string, reason: string): Equivalent {
  return { file, where, original, mutated, reason };
}
