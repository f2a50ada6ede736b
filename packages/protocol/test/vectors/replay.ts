// Replays every vector against a protocol package, whichever is passed: the sources, or what was built from them, in any runtime.
// Nothing here may import from a runtime or a test runner.

import { replayCompressedFrames } from './replay-compressed.ts';
import { replayRsv1Frames, replaySentFrames } from './replay-frames.ts';
import { replayHandshake } from './replay-handshake.ts';
import { replayNegotiation } from './replay-negotiation.ts';
import { replayReceivedFrames } from './replay-received.ts';
import { replaySentSteps } from './replay-sent-steps.ts';
import { replayUtf8 } from './replay-utf8.ts';

/** The public exports of `@framewire/protocol`. */
export type Protocol = typeof import('../../src/index.ts');

/** Told of each vector once. `detail` says what differed, and is empty when nothing did. */
export type Report = (name: string, ok: boolean, detail: string) => void;

/** A set of vectors and how to run it. */
export type Suite = (protocol: Protocol, report: Report) => void;

const SUITES: readonly Suite[] = [
  replayReceivedFrames,
  replayCompressedFrames,
  replayRsv1Frames,
  replaySentFrames,
  replaySentSteps,
  replayUtf8,
  replayHandshake,
  replayNegotiation,
];

/** Runs every vector of every suite, or of these, and returns how many failed. */
export function replay(protocol: Protocol, report: Report, suites: readonly Suite[] = SUITES): number {
  let failed = 0;
  const count: Report = (name, ok, detail) => {
    if (!ok) failed++;
    report(name, ok, detail);
  };
  for (const suite of suites) suite(protocol, count);
  return failed;
}
