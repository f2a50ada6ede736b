// Compressed messages (RFC 7692, section 7.2). A context is kept as the last octets that went through it, which zlib takes as a
// preset dictionary: so every message is one synchronous call, and taking a context over is nothing but not forgetting.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

const TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** The last `size` octets of what went through. */
class History {
  readonly #size: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(size: number) {
    this.#size = size;
  }

  get dictionary(): { dictionary?: Buffer } {
    return this.#bytes.length === 0 ? {} : { dictionary: this.#bytes };
  }

  add(bytes: Buffer): void {
    const joined = bytes.length >= this.#size ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#bytes = Buffer.from(joined.subarray(Math.max(0, joined.length - this.#size)));
  }
}

export class Compressor {
  readonly #windowBits: number;
  readonly #history: History | undefined;

  constructor(windowBits: number, contextTakeover: boolean) {
    this.#windowBits = windowBits;
    this.#history = contextTakeover ? new History(2 ** windowBits) : undefined;
  }

  /** The payload of a compressed message, without the four octets that end it (section 7.2.1). */
  compress(payload: Uint8Array): Buffer {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const compressed = deflateRawSync(bytes, {
      // zlib cannot make a raw stream of 8 bits. One without any match fits every window.
      windowBits: Math.max(9, this.#windowBits),
      ...(this.#windowBits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : (this.#history?.dictionary ?? {})),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    this.#history?.add(bytes);
    // An empty message is one empty block (section 7.2.3.6).
    return payload.length === 0 ? Buffer.from([0]) : compressed.subarray(0, compressed.length - TAIL.length);
  }
}

export class Inflator {
  readonly #windowBits: number;
  readonly #history: History | undefined;

  constructor(windowBits: number, contextTakeover: boolean) {
    this.#windowBits = windowBits;
    this.#history = contextTakeover ? new History(2 ** windowBits) : undefined;
  }

  /** Throws on invalid data, and on a reference that reaches out of the agreed window. */
  inflate(payload: Buffer): Buffer {
    const inflated = inflateRawSync(Buffer.concat([payload, TAIL]), {
      windowBits: this.#windowBits,
      // zlib looks only at references behind its output buffer, so a small window needs a small buffer to be held to:
      // what reaches out of the window by more than its 64 octets is found.
      ...(this.#windowBits < 15 ? { chunkSize: 64 } : {}),
      ...(this.#history?.dictionary ?? {}),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    this.#history?.add(inflated);
    return inflated;
  }
}
