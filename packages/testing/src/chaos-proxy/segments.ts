// The bytes that are under way in one direction, in order: first those that have arrived and may be written, then those that are delayed.
// Every operation takes constant time on average, however many segments there are.

interface Segment {
  readonly bytes: Uint8Array;
  /** When it arrives. Never before that of the segment ahead of it. */
  readonly due: number;
}

/** What holding a segment costs beside its bytes, about: so that a flood of small ones is bounded too. */
const OVERHEAD = 128;

export class Segments {
  #items: (Segment | undefined)[] = [];
  /** How many of the items, from the front, are gone. */
  #gone = 0;
  /** How many of the items, from the front, have arrived. */
  #here = 0;
  /** How many bytes of the first item are gone. */
  #offset = 0;
  #arrivedBytes = 0;
  #bytes = 0;

  /** Bytes that have arrived. */
  get arrived(): number {
    return this.#arrivedBytes;
  }

  /** All bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What it takes to hold them, in bytes. */
  get cost(): number {
    return this.#bytes + (this.#items.length - this.#gone) * OVERHEAD;
  }

  /** When the first of those that have arrived did so. */
  get since(): number {
    return this.#here === this.#gone ? Number.POSITIVE_INFINITY : this.#dueOf(this.#gone);
  }

  /** When the next one arrives. */
  get nextDue(): number {
    return this.#dueOf(this.#here);
  }

  push(bytes: Uint8Array, due: number): void {
    this.#items.push({ bytes, due });
    this.#bytes += bytes.length;
  }

  /** What is due by now has arrived. */
  arrive(now: number): void {
    for (let item = this.#items[this.#here]; item !== undefined && item.due <= now; item = this.#items[this.#here]) {
      this.#here++;
      this.#arrivedBytes += item.bytes.length;
    }
  }

  /** Takes at most so many bytes that have arrived: of one segment, or of as many as it needs. Something must have arrived. */
  take(most: number, joined: boolean): Uint8Array {
    if (!joined) return this.#takeOfFirst(most);
    const length = Math.min(most, this.#arrivedBytes);
    const all = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const part = this.#takeOfFirst(length - at);
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  clear(): void {
    this.#items = [];
    this.#gone = 0;
    this.#here = 0;
    this.#offset = 0;
    this.#arrivedBytes = 0;
    this.#bytes = 0;
  }

  #dueOf(place: number): number {
    return this.#items[place]?.due ?? Number.POSITIVE_INFINITY;
  }

  #takeOfFirst(most: number): Uint8Array {
    const { bytes } = this.#items[this.#gone] as Segment; // Callers have seen that something has arrived.
    const part = bytes.subarray(this.#offset, this.#offset + most);
    this.#offset += part.length;
    this.#arrivedBytes -= part.length;
    this.#bytes -= part.length;
    if (this.#offset === bytes.length) this.#dropFirst();
    return part;
  }

  #dropFirst(): void {
    this.#offset = 0;
    this.#items[this.#gone++] = undefined;
    // The gap is closed when it is as long as what is left, so each item is moved once on average.
    if (this.#gone < this.#items.length - this.#gone) return;
    this.#items = this.#items.slice(this.#gone);
    this.#here -= this.#gone;
    this.#gone = 0;
  }
}
