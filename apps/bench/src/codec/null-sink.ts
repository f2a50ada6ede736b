// A ByteSink that behaves like a transport whose kernel takes everything at once: when its buffer is full, it starts again.

import type { ByteSink } from '@framewire/protocol';

export class NullSink implements ByteSink {
  offset = 0;
  /** Bytes that left. */
  written = 0;
  #buffer: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

  reserve(size: number): Uint8Array {
    if (this.offset + size > this.#buffer.length) this.#flush(size);
    return this.#buffer;
  }

  writePair(head: Uint8Array, payload: Uint8Array): void {
    this.written += head.length + payload.length;
  }

  end(): void {
    this.#flush(0);
  }

  #flush(size: number): void {
    this.written += this.offset;
    this.offset = 0;
    if (size > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(size);
  }
}
