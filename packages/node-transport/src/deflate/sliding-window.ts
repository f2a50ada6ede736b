// What a compressed message may refer back to: the last bytes of the messages before it (RFC 7692, section 7.1.1). Kept as plain bytes that
// zlib takes for a dictionary, they replace a live zlib stream, which would hold several times as much for as long as the connection lives.

/** The window of 32 KiB, the largest there is. */
export const LARGEST_WINDOW = 15;

/** The smallest buffer worth having. */
const LEAST = 512;
/** A window that fills up passes few sizes on the way: memory given back between live windows is hard to use again. */
const GROWTH = 8;

export class SlidingWindow {
  readonly #size: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** @param bits the window has 2 to the power of this many bytes */
  constructor(bits: number) {
    this.#size = 1 << bits;
  }

  /** The bytes so far, the last ones of at most the window's size; undefined when there are none. Valid until {@link add}. */
  get dictionary(): Uint8Array | undefined {
    return this.#length === 0 ? undefined : this.#bytes.subarray(0, this.#length);
  }

  /** Slides over the bytes, which are copied. */
  add(bytes: Uint8Array): void {
    const fresh = bytes.length > this.#size ? bytes.subarray(bytes.length - this.#size) : bytes;
    const kept = Math.min(this.#length, this.#size - fresh.length);
    const start = this.#length - kept;
    if (kept + fresh.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#size, capacity(kept + fresh.length)));
      grown.set(this.#bytes.subarray(start, this.#length));
      this.#bytes = grown;
    } else if (start > 0) {
      this.#bytes.copyWithin(0, start, this.#length);
    }
    this.#bytes.set(fresh, kept);
    this.#length = kept + fresh.length;
  }
}

function capacity(length: number): number {
  let enough = LEAST;
  while (enough < length) enough *= GROWTH;
  return enough;
}
