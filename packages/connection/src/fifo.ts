// First in, first out, in constant time on average; what was taken is let go of.

/** Taken places at the front that are worth closing the gap for. */
const GAP = 1024;

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
    if (this.length === 0) return undefined;
    const item = this.#items[this.#taken];
    this.#items[this.#taken++] = undefined;
    if (this.length === 0) this.clear();
    else if (this.#taken > GAP && this.#taken > this.length) {
      this.#items.splice(0, this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#taken = 0;
  }
}
