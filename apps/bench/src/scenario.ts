// One row of the codec benchmark: the same work for several contestants, and what is hoped of it.

import type { Contestant } from './rounds.ts';

/** A contestant whose output can be compared, byte by byte, with what it must be. */
export interface CheckedContestant extends Contestant {
  /** Throws where the output is wrong. */
  check(): void | Promise<void>;
}

/** The first contestant is ours. */
export interface Scenario {
  readonly name: string;
  /** Payload bytes of a unit, for GB/s. */
  readonly bytes: number;
  readonly targets: readonly Target[];
  contestants(): readonly CheckedContestant[];
}

/** What the first contestant should reach. */
export type Target =
  | { readonly kind: 'ratio'; readonly rival: string; readonly atLeast: number }
  | { readonly kind: 'rate'; readonly unit: 'M/s' | 'GB/s'; readonly atLeast: number };

/** `20 B`, `16 KB`, `1 MB`. */
export function sizeLabel(bytes: number): string {
  if (bytes >= 1 << 20) return `${bytes >> 20} MB`;
  return bytes >= 1024 ? `${bytes >> 10} KB` : `${bytes} B`;
}
