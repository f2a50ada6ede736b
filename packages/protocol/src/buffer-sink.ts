// The simplest ByteSink: everything written is gathered until it is taken. For tools, tests, and runtimes where one write at a time is enough.

import type { ByteSink } from './frame-encoder.ts';

const FIRST_SIZE = 512;

/** Gathers encoded bytes. */
export class BufferSink implements ByteSink {
  offset = 0;
  /** Whether {@link end} was called: after the taken bytes, the transport's sending side should end. */
  ended = false;
  #buffer: Uint8Array = new Uint8Array(0);

  reserve(size: number): Uint8Array {
    const needed = this.offset + size;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2, FIRST_SIZE));
      grown.set(this.#buffer.subarray(0, this.offset));
      this.#buffer = grown;
    }
    return this.#buffer;
  }

  writePair(head: Uint8Array, payload: Uint8Array): void {
    const buffer = this.reserve(head.length + payload.length);
    buffer.set(head, this.offset);
    buffer.set(payload, this.offset + head.length);
    this.offset += head.length + payload.length;
  }

  end(): void {
    this.ended = true;
  }

  /** All bytes written since the last call; they belong to the caller. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.offset);
    this.#buffer = new Uint8Array(0);
    this.offset = 0;
    return bytes;
  }
}
