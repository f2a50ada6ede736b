// Memory for the binary messages of one peer that lie whole in a chunk. What the application gets it may keep, so one message must
// not keep a 64 KiB chunk alive. But an array of its own costs 500 to 2,500 ns above 64 bytes, where engines put it outside of
// their heap, and a view 40. So messages share buffers of at most 16 KiB: the chunk itself, or blocks they are copied into.
// The peer cannot waste memory with that: all these buffers together have at most twice the bytes of the messages delivered.

import { plainView } from './payload-parts.ts';

/** Up to this many bytes engines keep the bytes of an array beside the object: 37 ns. A view costs no less, but leaves less garbage. */
const IN_HEAP_UP_TO = 64;
const LARGEST_SHARED = 16_384;

const nothing: ArrayBuffer = /* @__PURE__ */ new ArrayBuffer(0);
const none: Uint8Array = /* @__PURE__ */ new Uint8Array(nothing);

/** Finds a place for messages. */
export class MessageMemory {
  /** Bytes that the next shared buffer may have: twice what was delivered, less what it took up, never more than 16 KiB. */
  #credit = 0;
  /** The chunk under way and its buffer, which costs half as much to ask for as a new view. */
  #chunk: Uint8Array = none;
  #chunkBuffer: ArrayBufferLike = nothing;
  #chunkSize = 0;
  /** Whether messages are views of the chunk. */
  #shared = false;
  /** Otherwise, the buffer for copies of them, and how much of it is used. */
  #block: Uint8Array = none;
  #blockBuffer: ArrayBuffer = nothing;
  #used = 0;

  /** The bytes of `source[start, end)` for the application to keep: a copy or a view. Sources come one after the other. */
  take(source: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (source !== this.#chunk) {
      const { buffer } = source;
      // It fills most of the buffer by itself, as a message that came alone does: no credit needed, none earned.
      if (length * 2 >= buffer.byteLength) return new Uint8Array(buffer, source.byteOffset + start, length);
      this.#begin(source, buffer);
    }
    if (this.#shared) return this.#view(source, start, length);
    if (length * 2 >= this.#chunkSize) return plainView(source, start, end);
    if (length <= IN_HEAP_UP_TO) return this.#own(smallCopy(source, start, end));
    if (length <= this.#block.length - this.#used) return this.#copy(source, start, length);
    // What the rest of the chunk can fill at most. A block for one message would save nothing.
    const room = Math.min(this.#credit, source.length - start);
    if (room < length * 2) return this.#own(new Uint8Array(plainView(source, start, end)));
    this.#credit -= room;
    this.#blockBuffer = new ArrayBuffer(room);
    this.#block = new Uint8Array(this.#blockBuffer);
    this.#used = 0;
    return this.#copy(source, start, length);
  }

  /** Lets go of the chunk and of the rest of the block, so that an idle connection holds neither. */
  chunkEnd(): void {
    if (this.#chunk !== none) this.#begin(none, nothing);
  }

  #begin(chunk: Uint8Array, buffer: ArrayBufferLike): void {
    const size = buffer.byteLength;
    this.#chunk = chunk;
    this.#chunkBuffer = buffer;
    this.#chunkSize = size;
    // A chunk that is less than half of its buffer is only lent, however small that is.
    this.#shared = size <= Math.min(this.#credit, chunk.length * 2);
    if (this.#shared) this.#credit -= size;
    this.#block = none;
    this.#blockBuffer = nothing;
    this.#used = 0;
  }

  #view(chunk: Uint8Array, start: number, length: number): Uint8Array {
    this.#earn(length * 2);
    return new Uint8Array(this.#chunkBuffer, chunk.byteOffset + start, length);
  }

  #copy(chunk: Uint8Array, start: number, length: number): Uint8Array {
    this.#earn(length * 2);
    const used = this.#used;
    this.#used = used + length;
    this.#block.set(new Uint8Array(this.#chunkBuffer, chunk.byteOffset + start, length), used);
    return new Uint8Array(this.#blockBuffer, used, length);
  }

  #own(copy: Uint8Array): Uint8Array {
    this.#earn(copy.length);
    return copy;
  }

  #earn(bytes: number): void {
    this.#credit = Math.min(this.#credit + bytes, LARGEST_SHARED);
  }
}

function smallCopy(source: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  const copy = new Uint8Array(length);
  // The index stays below end, so the element is there. `set` would need a view of the source: 52 ns instead of 37 for 20 bytes.
  for (let at = 0; at < length; at++) copy[at] = source[start + at] as number;
  return copy;
}
