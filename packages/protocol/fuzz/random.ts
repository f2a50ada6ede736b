// Numbers that look random and can be had again from their seed (mulberry32): a failing run is repeated by its seed alone.

/** A repeatable source of numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 to `bound` - 1. */
  below(bound: number): number {
    return this.uint32() % bound;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of these, each as likely. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item; // the index is in range
  }

  /** So many random bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A copy, cut into chunks of random sizes, some of them empty, each in a buffer of its own. */
  chunks(bytes: Uint8Array): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    const largest = this.pick([1, 3, 17, 300, Math.max(bytes.length, 1)]);
    for (let at = 0; at < bytes.length; ) {
      const size = this.below(largest + 1);
      chunks.push(bytes.slice(at, at + size));
      at += size;
    }
    return chunks;
  }
}
