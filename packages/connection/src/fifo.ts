// First in, first out, in constant time: a ring that grows by doubling and lets go of what was taken and of its own bulk.

const SMALLEST = 8;
const LARGEST_KEPT = 1024;

export class Fifo<T> {
  /** Its length is 0 or a power of two. */
  #ring: (T | undefined)[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length++;
  }

  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#ring.length > LARGEST_KEPT) this.clear();
    return item;
  }

  clear(): void {
    this.#ring = [];
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const { length } = this.#ring;
    const head = this.#head;
    const grown = this.#ring.slice(head).concat(this.#ring.slice(0, head));
    grown.length = length === 0 ? SMALLEST : length * 2;
    this.#ring = grown;
    this.#head = 0;
  }
}
