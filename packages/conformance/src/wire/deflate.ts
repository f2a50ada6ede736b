// Compressed messages (RFC 7692, section 7.2). A context is kept as the last octets that went through it, which zlib takes as a
// preset dictionary: so every message is one synchronous call, and taking a context over is nothing but not forgetting.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { farthestReference } from './deflate-reach.ts';

const TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const NOTHING: Buffer = Buffer.alloc(0);

/** The last `size` octets of what went through. */
class History {
  readonly #size: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(size: number) {
    this.#size = size;
  }

  get bytes(): Buffer {
    return this.#bytes;
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

/** What inflating gave: the same data in the same context gives the same again. */
interface Inflated {
  readonly context: Buffer;
  readonly payload: Buffer;
  readonly inflated: Buffer;
}

/** Below this many octets, looking up costs as much as inflating. */
const REMEMBERED_LENGTH = 4096;
/** More than there are different messages of 8,192 octets in a case that sends the same ones again and again. */
const REMEMBERED = 96;

export class Inflator {
  readonly #windowBits: number;
  readonly #history: History | undefined;
  readonly #memory: Map<string, Inflated> = new Map();

  constructor(windowBits: number, contextTakeover: boolean) {
    this.#windowBits = windowBits;
    this.#history = contextTakeover ? new History(2 ** windowBits) : undefined;
  }

  /**
   * Throws on invalid data, and on a reference that reaches out of the agreed window. What it returns it may return again: it is not to be
   * changed.
   */
  inflate(payload: Buffer): Buffer {
    const inflated = this.#recall(payload) ?? this.#inflate(payload);
    this.#history?.add(inflated);
    return inflated;
  }

  #inflate(payload: Buffer): Buffer {
    const data = Buffer.concat([payload, TAIL]);
    const inflated = inflateRawSync(data, {
      ...(this.#history?.dictionary ?? {}),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    // zlib looks only at references behind its output buffer, so it does not hold data to a small window.
    const window = 2 ** this.#windowBits;
    const farthest = this.#windowBits < 15 ? farthestReference(data) : 0;
    if (farthest > window) throw new Error(`distance too far back: ${farthest} octets, and the window has ${window}`);
    if (inflated.length >= REMEMBERED_LENGTH) this.#remember({ context: this.#context, payload, inflated });
    return inflated;
  }

  get #context(): Buffer {
    return this.#history?.bytes ?? NOTHING;
  }

  #recall(payload: Buffer): Buffer | undefined {
    const known = this.#memory.get(shortKey(payload));
    const same = known?.payload.equals(payload) === true && known.context.equals(this.#context);
    return same ? known.inflated : undefined;
  }

  #remember(inflated: Inflated): void {
    const [oldest] = this.#memory.keys();
    if (oldest !== undefined && this.#memory.size >= REMEMBERED) this.#memory.delete(oldest);
    this.#memory.set(shortKey(inflated.payload), inflated);
  }
}

/** Enough to tell the messages of one case apart; whether they are equal is looked at in full. */
function shortKey(payload: Buffer): string {
  return `${payload.length} ${payload.toString('latin1', Math.max(0, payload.length - 24))}`;
}
