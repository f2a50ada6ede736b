// Replays the vectors of compressed messages as those of plain ones are replayed, with a codec that answers at once and one that answers later.

import { brokenCompressed, validCompressed } from './frames-compressed.ts';
import type { Protocol, Report } from './replay.ts';
import { checkReceived } from './replay-received.ts';
import { TableTransform } from './table-transform.ts';
import { verdict } from './verdict.ts';

/** Replays every vector of compressed messages. */
export function replayCompressedFrames(protocol: Protocol, report: Report): void {
  for (const vector of [...validCompressed, ...brokenCompressed]) {
    for (const later of [false, true]) {
      verdict(report, `${vector.name} (inflated ${later ? 'later' : 'at once'} by a ${vector.role})`, () =>
        checkReceived(protocol, vector, () => new TableTransform(later)),
      );
    }
  }
}
