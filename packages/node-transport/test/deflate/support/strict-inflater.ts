// DEFLATE by the letter of RFC 1951, sharing nothing with zlib: restores messages with a window of the given size and fails at the first
// reference beyond it, which zlib, whose output is its window, does not notice.

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** From `length:code` to symbol. */
type Codes = ReadonlyMap<string, number>;

function codesOf(lengths: readonly number[]): Codes {
  const codes = new Map<string, number>();
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((of, symbol) => {
      if (of === length) codes.set(`${length}:${code++}`, symbol);
    });
    code <<= 1;
  }
  return codes;
}

const FIXED = codesOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = codesOf(Array.from({ length: 30 }, () => 5));

export class StrictInflater {
  readonly #size: number;
  /** Everything so far, oldest first. */
  #out: number[] = [];
  #input: Uint8Array = new Uint8Array(0);
  #bit = 0;

  constructor(bits: number) {
    this.#size = 1 << bits;
  }

  /** Restores one message; all of its blocks are without BFINAL. */
  message(payload: Uint8Array): Uint8Array {
    const start = this.#out.length;
    this.#input = Uint8Array.from([...payload, 0, 0, 0xff, 0xff]);
    this.#bit = 0;
    while (this.#bit < this.#input.length * 8) this.#block();
    const message = Uint8Array.from(this.#out.slice(start));
    this.#out = this.#out.slice(-this.#size);
    return message;
  }

  #bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#bit++) {
      value |= (((this.#input[this.#bit >> 3] ?? Number.NaN) >> (this.#bit & 7)) & 1) << i;
    }
    if (this.#bit > this.#input.length * 8) throw new Error('The message is cut.');
    return value;
  }

  #symbol(codes: Codes): number {
    let code = 0;
    for (let length = 1; length <= 15; length++) {
      code = (code << 1) | this.#bits(1);
      const symbol = codes.get(`${length}:${code}`);
      if (symbol !== undefined) return symbol;
    }
    throw new Error('No such code.');
  }

  #block(): void {
    if (this.#bits(1) === 1) throw new Error('BFINAL is set.');
    const type = this.#bits(2);
    if (type === 0) this.#stored();
    else if (type === 1) this.#compressed(FIXED, FIXED_DISTANCES);
    else this.#dynamic();
  }

  #stored(): void {
    this.#bit = Math.ceil(this.#bit / 8) * 8;
    const length = this.#bits(16);
    if ((this.#bits(16) ^ length) !== 0xffff) throw new Error('The lengths do not agree.');
    for (let i = 0; i < length; i++) this.#out.push(this.#bits(8));
  }

  #dynamic(): void {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const count = this.#bits(4) + 4;
    const codeLengths = new Array<number>(19).fill(0);
    for (const symbol of CODE_LENGTH_ORDER.slice(0, count)) codeLengths[symbol] = this.#bits(3);
    const codes = codesOf(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...new Array<number>(this.#bits(2) + 3).fill(lengths.at(-1) ?? 0));
      else lengths.push(...new Array<number>(symbol === 17 ? this.#bits(3) + 3 : this.#bits(7) + 11).fill(0));
    }
    this.#compressed(codesOf(lengths.slice(0, literals)), codesOf(lengths.slice(literals)));
  }

  #compressed(literals: Codes, distances: Codes): void {
    for (let symbol = this.#symbol(literals); symbol !== 256; symbol = this.#symbol(literals)) {
      if (symbol < 256) {
        this.#out.push(symbol);
        continue;
      }
      const length = (LENGTH_BASE[symbol - 257] ?? 0) + this.#bits(LENGTH_EXTRA[symbol - 257] ?? 0);
      const code = this.#symbol(distances);
      const distance = (DISTANCE_BASE[code] ?? 0) + this.#bits(DISTANCE_EXTRA[code] ?? 0);
      if (distance > this.#size) throw new Error(`${distance} is beyond the window of ${this.#size}.`);
      if (distance > this.#out.length) throw new Error(`${distance} is before the first byte.`);
      for (let i = 0; i < length; i++) this.#out.push(this.#out.at(-distance) ?? 0);
    }
  }
}
