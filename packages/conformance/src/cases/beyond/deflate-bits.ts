// DEFLATE blocks by hand (RFC 1951), for streams that no compressor makes. Bits fill an octet from its lowest; a Huffman code is
// written with its first bit first.

export class DeflateBits {
  readonly #octets: number[] = [];
  #free = 0;

  /** A number, lowest bit first. */
  number(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) this.#bit((value >> bit) & 1);
    return this;
  }

  /** A Huffman code, highest bit first. */
  code(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.#bit((value >> bit) & 1);
    return this;
  }

  /** The three bits a block begins with. Type 0 is stored, 1 has the fixed codes, 2 its own, 3 is an error. */
  block(type: 0 | 1 | 2 | 3, final = false): this {
    return this.number(final ? 1 : 0, 1).number(type, 2);
  }

  /** A whole stored block. */
  stored(payload: Uint8Array, options: { readonly final?: boolean; readonly check?: number } = {}): this {
    const { length } = payload;
    const { final = false, check = ~length & 0xffff } = options;
    this.block(0, final);
    this.#free = 0;
    this.#octets.push(length & 255, length >> 8, check & 255, check >> 8, ...payload);
    return this;
  }

  /** Literals or the end of a block (256) or lengths (257 and on), in the fixed codes. */
  fixed(...symbols: readonly number[]): this {
    for (const symbol of symbols) {
      if (symbol < 144) this.code(0x30 + symbol, 8);
      else if (symbol < 256) this.code(0x190 + symbol - 144, 9);
      else if (symbol < 280) this.code(symbol - 256, 7);
      else this.code(0xc0 + symbol - 280, 8);
    }
    return this;
  }

  /** The empty stored block that ends every message, without the four octets that are left out (RFC 7692, section 7.2.1). */
  end(): Buffer {
    this.block(0);
    return this.bytes();
  }

  bytes(): Buffer {
    return Buffer.from(this.#octets);
  }

  #bit(bit: number): void {
    if (this.#free === 0) {
      this.#octets.push(0);
      this.#free = 8;
    }
    const last = this.#octets.length - 1;
    this.#octets[last] = (this.#octets[last] ?? 0) | (bit << (8 - this.#free));
    this.#free--;
  }
}

export const END_OF_BLOCK = 256;

/** The octets of an ASCII string, as symbols. */
export function literals(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}
