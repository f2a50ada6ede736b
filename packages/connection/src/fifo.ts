// First in, first out, in constant time on average; what was taken is let go of.

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** How many places at the front have been taken. */
  #taken = 0;

  get length(): number {
    return this.#items.length - this.#taken;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  peek(): T | undefined {
    return this.#items[this.#taken];
  }

  shift(): T | undefined {
    if (!this.length) return undefined;
    const item = this.#items[this.#taken];
    this.#items[this.#taken++] = undefined;
    // The gap is closed when it is as long as what is left, so each item is moved once on average.
    if (this.#taken >= this.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}
