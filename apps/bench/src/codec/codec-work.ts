// One piece of work of the codec: the same for several contestants, in one process.

import type { Contestant } from './rounds.ts';

/** A contestant whose output can be compared, byte by byte, with what it must be. */
export interface CheckedContestant extends Contestant {
  /** Throws where the output is wrong. */
  check(): void | Promise<void>;
}

export interface CodecWork {
  readonly title: string;
  /** Payload bytes of a unit. */
  readonly bytes: number;
  /** The first is ours. */
  contestants(): readonly CheckedContestant[];
}

/** `20 B`, `16 KB`, `1 MB`. */
export function sizeLabel(bytes: number): string {
  if (bytes >= 1 << 20) return `${bytes >> 20} MB`;
  return bytes >= 1024 ? `${bytes >> 10} KB` : `${bytes} B`;
}
