// The same bytes over and over, as a server sends them that answers the same messages over and over: compares what comes with them, every byte,
// wherever it is cut.

export class ByteCycle {
  readonly #bytes: Buffer;
  #at = 0;
  #rounds = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How often everything has come. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Whether everything that began to come has come. */
  get whole(): boolean {
    return this.#at === 0;
  }

  /** Goes on by the bytes of the chunk. @throws when one of them is another than expected */
  push(chunk: Uint8Array): void {
    const bytes = this.#bytes;
    for (let from = 0; from < chunk.length; ) {
      const take = Math.min(chunk.length - from, bytes.length - this.#at);
      if (bytes.compare(chunk, from, from + take, this.#at, this.#at + take) !== 0) {
        throw new Error('What came is not what was sent.');
      }
      from += take;
      this.#at += take;
      if (this.#at === bytes.length) {
        this.#at = 0;
        this.#rounds++;
      }
    }
  }
}
