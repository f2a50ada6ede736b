// The payload of a message that arrives in parts. Memory follows the bytes received, never a claimed length: only when half of a payload
// has come is room made for the whole of it, and from then on each part is copied there while it is still in the cache (1 MiB: 0.75 of
// the time it takes to keep all parts and join them at the end). Before that a part is kept as it is where it fills its chunk, or copied
// together with its neighbours, so that neither a thousand one-byte fragments nor one byte in a large chunk costs more than was sent.
// At any time it holds at most twice what the message will have, and 48 KiB.

import { type PayloadMemory, portableMemory, releaseTo } from './payload-memory.ts';

// A view and its buffer cost a few hundred bytes of their own, so smaller parts are always copied together.
const KEEP_FROM = 4096;
const FIRST_BLOCK = 256;
const LARGEST_BLOCK = 32_768;
/** Bytes that kept parts may keep alive beside themselves, all together. */
const MOST_SLACK = 16_384;

/** Collects the parts of a message and joins them once. */
export class PayloadParts {
  readonly #memory: PayloadMemory;
  #length = 0;
  /** What came before there was room for the whole. */
  #parts: Uint8Array[] = [];
  #slack = 0;
  #block: Uint8Array | undefined; // copied small parts; sealed into #parts when full or when a large part follows
  #used = 0;
  /** The first {@link length} bytes of it are there. */
  #whole: Uint8Array | undefined;
  /** The last chunk, if all of it was copied: the decoder is not through with it before the next one comes. */
  #done: Uint8Array | undefined;

  constructor(memory: PayloadMemory = portableMemory) {
    this.#memory = memory;
  }

  /** Bytes collected. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds `source[start, end)`. The source must not change any more: a part that fills it is kept, not copied.
   *
   * @param total bytes that there will be when all parts are added, or 0 while that is not known
   */
  add(source: Uint8Array, start: number, end: number, total: number): void {
    const at = this.#length;
    const size = end - start;
    this.#length = at + size;
    this.#releaseDone();
    if (this.#whole === undefined && total > 0 && this.#length * 2 >= total) this.#whole = this.#join(total);
    if (this.#whole !== undefined) {
      this.#whole.set(plainView(source, start, end), at);
      if (size === source.length) this.#done = source;
    } else if (size >= KEEP_FROM && this.#mayKeep(source, size)) {
      this.#seal();
      this.#parts.push(plainView(source, start, end));
    } else {
      this.#copy(source, start, end);
    }
  }

  /** All parts as one array, which the caller owns; then this is empty again. */
  take(): Uint8Array {
    const length = this.#length;
    this.#done = undefined;
    let whole = this.#whole;
    this.#whole = undefined;
    // What is given away early must not show memory that nobody has written.
    if (whole !== undefined && length < whole.length) whole = new Uint8Array(whole.subarray(0, length));
    whole ??= this.#only() ?? this.#join(length);
    this.#length = 0;
    return whole;
  }

  /** Makes room for so many bytes and moves there what has come. */
  #join(length: number): Uint8Array {
    this.#seal();
    const whole = this.#memory.allocate(length);
    let at = 0;
    let before: Uint8Array | undefined;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
      // Not the last: it may be the chunk under way.
      if (before !== undefined) releaseTo(this.#memory, before);
      before = part;
    }
    this.#parts = [];
    this.#slack = 0;
    return whole;
  }

  /** The only part there is, if it may be given away as it is. */
  #only(): Uint8Array | undefined {
    this.#seal();
    const only = this.#parts[0];
    if (only === undefined || this.#parts.length > 1 || !fillsItsBuffer(only, only.length)) return undefined;
    this.#parts = [];
    this.#slack = 0;
    return only;
  }

  /** Counts what it costs beside its bytes, the rest of a block that it makes an end of included. */
  #mayKeep(source: Uint8Array, size: number): boolean {
    if (!fillsItsBuffer(source, size)) return false;
    const rest = this.#block === undefined ? 0 : this.#block.length - this.#used;
    const slack = this.#slack + source.buffer.byteLength - size + rest;
    if (slack > MOST_SLACK) return false;
    this.#slack = slack;
    return true;
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      let block = this.#block;
      if (block === undefined || this.#used === block.length) {
        this.#seal();
        // As many bytes again as there are already, so blocks stay few and at most half of one is empty.
        const size = Math.min(Math.max(this.#length, FIRST_BLOCK), LARGEST_BLOCK);
        block = this.#block = new Uint8Array(size);
      }
      const take = Math.min(end - at, block.length - this.#used);
      block.set(source.subarray(at, at + take), this.#used);
      this.#used += take;
      at += take;
    }
  }

  #seal(): void {
    if (this.#block === undefined) return;
    this.#parts.push(this.#block.subarray(0, this.#used));
    this.#block = undefined;
    this.#used = 0;
  }

  #releaseDone(): void {
    if (this.#done !== undefined) releaseTo(this.#memory, this.#done);
    this.#done = undefined;
  }
}

/** Whether keeping `length` bytes of the view keeps at most as much again of its buffer alive. */
export function fillsItsBuffer(view: Uint8Array, length: number): boolean {
  return length * 2 >= view.buffer.byteLength;
}

/** A view that is a Uint8Array and nothing more, whatever subclass the source is: what an application gets looks the same everywhere. */
export function plainView(source: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(source.buffer, source.byteOffset + start, end - start);
}
