import { fuzzClosePayload } from './close-payload.ts';
import { fuzzFrameDecoder } from './frame-decoder.ts';
import { fuzzMessages } from './messages.ts';
import { Random } from './random.ts';
import { fuzzUtf8 } from './utf8.ts';

/** One run of a target: throws when an invariant is broken. */
export type Target = (random: Random) => void;

/** Every target, by name. */
export const targets: Readonly<Record<string, Target>> = {
  'frame-decoder': fuzzFrameDecoder,
  messages: fuzzMessages,
  'close-payload': fuzzClosePayload,
  utf8: fuzzUtf8,
};

/** Runs a target once for each seed from this one on, while `more` says so. Returns the number of runs; the error names the seed that failed. */
export function fuzz(name: string, target: Target, seed: number, more: (runs: number) => boolean): number {
  let runs = 0;
  for (; more(runs); runs++) {
    try {
      target(new Random(seed + runs));
    } catch (error) {
      throw new Error(`${name} failed with seed ${seed + runs}`, { cause: error });
    }
  }
  return runs;
}
