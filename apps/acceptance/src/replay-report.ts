// Replays every vector of the protocol against what is passed in, and says in one line of JSON what was replayed and what failed. Runs in any
// runtime: it is bundled for those that cannot read TypeScript.

import { type Protocol, replay } from '../../../packages/protocol/test/vectors/replay.ts';

/** What {@link replayReport} says. */
export interface ReplayReport {
  /** Of every vector, in order. */
  readonly names: readonly string[];
  /** The name of each vector that failed, and how. */
  readonly failures: readonly string[];
}

/** Replays everything against the exports of a protocol package. */
export function replayReport(protocol: Protocol): string {
  const names: string[] = [];
  const failures: string[] = [];
  replay(protocol, (name, ok, detail) => {
    names.push(name);
    if (!ok) failures.push(`${name}: ${detail}`);
  });
  return JSON.stringify({ names, failures } satisfies ReplayReport);
}
