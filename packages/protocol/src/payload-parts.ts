// The payload of a message that arrives in parts. Memory follows the bytes received, never a claimed length: a part that fills
// most of its chunk is kept as it is, a smaller one is copied together with its neighbours, so that neither a thousand one-byte
// fragments nor one byte in a large chunk costs more than twice what was sent.

// A view and its buffer cost a few hundred bytes of their own, so smaller parts are always copied together.
const KEEP_FROM = 4096;
const FIRST_BLOCK = 256;
const LARGEST_BLOCK = 65_536;

/** Collects the parts of a message and joins them once. */
export class PayloadParts {
  #parts: Uint8Array[] = [];
  #block: Uint8Array | undefined; // copied small parts; sealed into #parts when full or when a large part follows
  #used = 0;
  #length = 0;

  /** Bytes collected. */
  get length(): number {
    return this.#length;
  }

  /** Adds `source[start, end)`. The source must not change any more: a part that fills most of it is kept, not copied. */
  add(source: Uint8Array, start: number, end: number): void {
    this.#length += end - start;
    if (end - start >= KEEP_FROM && fillsItsBuffer(source, end - start)) {
      this.#seal();
      this.#parts.push(plainView(source, start, end));
    } else {
      this.#copy(source, start, end);
    }
  }

  /** All parts as one array, which the caller owns; then this is empty again. */
  take(): Uint8Array {
    this.#seal();
    const parts = this.#parts;
    const only = parts[0];
    let whole: Uint8Array;
    if (parts.length === 1 && only !== undefined && fillsItsBuffer(only, only.length)) {
      whole = only;
    } else {
      whole = new Uint8Array(this.#length);
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
    }
    this.#parts = [];
    this.#length = 0;
    return whole;
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
}

/** Whether keeping `length` bytes of the view keeps at most as much again of its buffer alive. */
export function fillsItsBuffer(view: Uint8Array, length: number): boolean {
  return length * 2 >= view.buffer.byteLength;
}

/** A view that is a Uint8Array and nothing more, whatever subclass the source is: what an application gets looks the same everywhere. */
export function plainView(source: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(source.buffer, source.byteOffset + start, end - start);
}
