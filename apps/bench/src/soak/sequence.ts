// Whether what came is what was sent, in its order and once: the messages of a connection bear the numbers 0, 1, 2 and so on.

export class SequenceChecker {
  /** Messages that came, those that came twice included. */
  received = 0;
  duplicated = 0;
  /** Those that came after a later one. */
  reordered = 0;
  #next = 0;
  /** Numbers that were passed over, and have not come yet. */
  readonly #missing: Set<number> = new Set();

  /** This number came. */
  came(number: number): void {
    this.received++;
    if (number === this.#next) {
      this.#next++;
    } else if (number > this.#next) {
      for (let skipped = this.#next; skipped < number; skipped++) this.#missing.add(skipped);
      this.#next = number + 1;
    } else if (this.#missing.delete(number)) {
      this.reordered++;
    } else {
      this.duplicated++;
    }
  }

  /** How many have not come, of so many that were sent. */
  lost(sent: number): number {
    return this.#missing.size + Math.max(0, sent - this.#next);
  }
}
