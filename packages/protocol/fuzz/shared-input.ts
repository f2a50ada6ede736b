// The last input a worker began with, in memory that outlives the worker.

const HEADER_BYTES = 8;
const COUNT = 0;
const LENGTH = 1;

/** One writer and one reader see the same input. */
export class SharedInput {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  /** @param from the buffer of the other side, or the most bytes an input has */
  constructor(from: SharedArrayBuffer | number) {
    this.buffer = typeof from === 'number' ? new SharedArrayBuffer(HEADER_BYTES + from) : from;
    this.#words = new Int32Array(this.buffer, 0, 2);
    this.#bytes = new Uint8Array(this.buffer, HEADER_BYTES);
  }

  /** How many inputs have begun. */
  get count(): number {
    return Atomics.load(this.#words, COUNT);
  }

  /** Tells of the next input. */
  begin(input: Uint8Array): void {
    this.#words[LENGTH] = input.length;
    this.#bytes.set(input);
    Atomics.add(this.#words, COUNT, 1);
  }

  /** A copy of the last input. */
  take(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.#words[LENGTH]));
  }
}
