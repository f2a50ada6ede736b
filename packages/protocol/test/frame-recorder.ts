// A FrameSink that writes down what it hears, one line a call, and can act in the middle of it.

import type { FrameSink } from '../src/frame-decoder.ts';
import { toHex } from './vectors/wire.ts';

/** Records the calls of a frame decoder. */
export class FrameRecorder implements FrameSink {
  readonly lines: string[] = [];
  /** Called after each line. */
  after: (line: string) => void = () => {};

  frameStart(opcode: number, fin: boolean, rsv1: boolean, length: number): void {
    this.#record(`start ${opcode}${fin ? ' fin' : ''}${rsv1 ? ' rsv1' : ''} ${length}`);
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    this.#record(`payload ${toHex(source.subarray(start, end))}`);
  }

  frameEnd(): void {
    this.#record('end');
  }

  frameFailed(violation: string): void {
    this.#record(`failed ${violation}`);
  }

  /** The lines with the parts of each payload joined: what must not depend on chunks. */
  get joined(): string[] {
    const lines: string[] = [];
    for (const line of this.lines) {
      const last = lines.at(-1);
      if (line.startsWith('payload ') && last?.startsWith('payload ')) lines[lines.length - 1] = last + line.slice(8);
      else lines.push(line);
    }
    return lines;
  }

  #record(line: string): void {
    this.lines.push(line);
    this.after(line);
  }
}
