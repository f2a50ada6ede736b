// How far back compressed data refers (RFC 1951, section 3.2). zlib does not hold data to a window smaller than its own output buffer, so
// whether an endpoint keeps to the window it agreed on is found by reading the data: only how long everything is matters, not what it says.

/** Length codes 257 to 285: how many octets are copied is never needed, only how many bits follow the code. */
const LENGTH_BITS: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/** The order in which the lengths of the codes for code lengths come (section 3.2.7). */
const ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const END_OF_BLOCK = 256;

/** A table of all that the next `bits` bits may begin with: the symbol, and in the low four bits the length of its code. */
interface Codes {
  readonly bits: number;
  readonly table: Uint16Array;
}

/** The farthest reference back in valid data, in octets; 0 when there is none. Data that is cut off is read as far as it goes. */
export function farthestReference(data: Uint8Array): number {
  const reader = new BitReader(data);
  let farthest = 0;
  for (let last = false; !last && !reader.ended; ) {
    last = reader.take(1) === 1;
    const type = reader.take(2);
    if (type === 0) reader.skipStored();
    else if (type === 1) farthest = Math.max(farthest, farthestInBlock(reader, fixedCodes(), FIXED_DISTANCES));
    else if (type === 2) farthest = Math.max(farthest, farthestInBlock(reader, ...readCodes(reader)));
    else return farthest;
  }
  return farthest;
}

class BitReader {
  readonly #data: Uint8Array;
  #position = 0;
  #held = 0;
  #count = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get ended(): boolean {
    return this.#position >= this.#data.length && this.#count <= 0;
  }

  /** At most 16 bits; behind the end there are zeros. */
  take(count: number): number {
    this.#hold(count);
    const bits = this.#held & ((1 << count) - 1);
    this.#drop(count);
    return bits;
  }

  symbol({ bits, table }: Codes): number {
    this.#hold(bits);
    const entry = table[this.#held & ((1 << bits) - 1)] ?? 0;
    // A code nobody assigned has no length, which must not stop the reader from coming to the end.
    this.#drop(entry & 15 || 1);
    return entry >> 4;
  }

  /** A block that is not compressed: its length, that again inverted, and so many octets from a whole octet on (section 3.2.4). */
  skipStored(): void {
    this.#drop(this.#count & 7);
    const length = this.take(16);
    this.take(16);
    this.#position += length - this.#count / 8;
    this.#held = 0;
    this.#count = 0;
  }

  #hold(count: number): void {
    while (this.#count < count && this.#position < this.#data.length) {
      this.#held |= (this.#data[this.#position++] ?? 0) << this.#count;
      this.#count += 8;
    }
  }

  /** What is missing at the end is not owed. */
  #drop(count: number): void {
    this.#held >>>= count;
    this.#count = Math.max(0, this.#count - count);
  }
}

function farthestInBlock(reader: BitReader, literals: Codes, distances: Codes): number {
  let farthest = 0;
  while (!reader.ended) {
    const symbol = reader.symbol(literals);
    if (symbol === END_OF_BLOCK) break;
    if (symbol < END_OF_BLOCK) continue;
    reader.take(LENGTH_BITS[symbol - END_OF_BLOCK - 1] ?? 0);
    const code = reader.symbol(distances);
    const bits = code < 4 ? 0 : (code >> 1) - 1;
    // Section 3.2.5: the distances of two codes in a row have the same number of bits, and begin where those before end.
    const from = code < 4 ? code + 1 : ((2 + (code & 1)) << bits) + 1;
    farthest = Math.max(farthest, from + reader.take(bits));
  }
  return farthest;
}

/** Canonical codes from their lengths (section 3.2.2), bit-reversed, as they come. */
function codesOf(lengths: readonly number[]): Codes {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= bits; length++) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      for (let index = reversed(code, length); index < table.length; index += 1 << length) {
        table[index] = (symbol << 4) | length;
      }
      code++;
    }
    code <<= 1;
  }
  return { bits, table };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

const FIXED_DISTANCES: Codes = codesOf(Array.from({ length: 30 }, () => 5));
let fixed: Codes | undefined;

/** Section 3.2.6. */
function fixedCodes(): Codes {
  fixed ??= codesOf(
    Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  );
  return fixed;
}

/** Section 3.2.7. */
function readCodes(reader: BitReader): [literals: Codes, distances: Codes] {
  const literals = reader.take(5) + 257;
  const distances = reader.take(5) + 1;
  const count = reader.take(4) + 4;
  const own: number[] = Array.from({ length: 19 }, () => 0);
  for (const symbol of ORDER.slice(0, count)) own[symbol] = reader.take(3);
  const codes = codesOf(own);
  const lengths: number[] = [];
  while (lengths.length < literals + distances && !reader.ended) {
    const symbol = reader.symbol(codes);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths.at(-1) ?? 0, 3 + reader.take(2));
    else repeat(lengths, 0, symbol === 17 ? 3 + reader.take(3) : 11 + reader.take(7));
  }
  return [codesOf(lengths.slice(0, literals)), codesOf(lengths.slice(literals, literals + distances))];
}

function repeat(lengths: number[], length: number, times: number): void {
  for (let index = 0; index < times; index++) lengths.push(length);
}
