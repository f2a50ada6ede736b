// Where we and ws part on purpose, each difference with its name. Everywhere else the two have to hear the same, and to fail with the
// same close code.

import type { ViolationCode } from '../src/errors.ts';
import { holds, same } from './invariant.ts';
import type { ReferenceReading } from './reference-frames.ts';

/** We fail, and ws goes on, or fails later or with another code. What it hears until then begins with what we heard. */
const STRICTER: Partial<Record<ViolationCode, string>> = {
  LENGTH_NOT_MINIMAL: 'ws takes lengths that are not minimal, against the MUST of RFC 6455, section 5.2',
  LENGTH_OVERFLOW: 'ws answers every length above 2^53 - 1 with 1009',
  TEXT_INVALID: 'ws looks at text once its message is whole; we fail at the first bad byte (section 8.1)',
  TOO_MANY_FRAGMENTS: 'ws counts a fragment when it is whole; we count it by its header',
};

/** ws fails, and we wait. By name, when that is right. */
const EARLIER: Readonly<Record<string, (reading: ReferenceReading) => boolean>> = {
  'ws refuses an orphan or interleaved fragment by two bytes, and a length before the masking key; we by the whole header':
    ({ cutHeader }) => cutHeader >= 2,
  'ws refuses a Close payload of one byte by its header; we when the byte is there': ({ frames }) => {
    const last = frames.at(-1);
    return last?.opcode === 8 && last.length === 1n && !last.complete;
  },
};

/** What one side heard: its events, and the violation or close code it failed with. */
export interface Heard {
  readonly events: readonly string[];
  readonly violation: ViolationCode | undefined;
  readonly closeCode: number | undefined;
}

/** Throws unless both heard the same, or part in one of the ways named here. */
export function agreeWithWs(ours: Heard, ws: readonly string[], reading: ReferenceReading): void {
  const failed = ws.at(-1)?.startsWith('failed ') === true ? ws.at(-1) : undefined;
  const theirs = failed === undefined ? ws : ws.slice(0, -1);
  if (ours.violation !== undefined && STRICTER[ours.violation] !== undefined) {
    same('ws hears what we hear before we fail', theirs.slice(0, ours.events.length), ours.events);
    return;
  }
  same('ws hears the same', theirs, ours.events);
  if (ours.closeCode !== undefined || failed === undefined) {
    same('ws fails alike', failed, ours.closeCode === undefined ? undefined : `failed ${ours.closeCode}`);
    return;
  }
  const excused = Object.values(EARLIER).some((excuses) => excuses(reading));
  holds('ws fails only where we do', excused, () => failed);
}
