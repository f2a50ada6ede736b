// UTF-8 as RFC 6455, section 8.1 wants it: invalid bytes fail the connection, at the first bad byte even when the message goes on.
// Whole messages go through the text codec in one piece; what arrives in parts goes through the validator part by part.

/** How text becomes bytes and comes back. A runtime may inject a faster one; the default is {@link portableText}. */
export interface TextCodec {
  /** The text of `bytes[start, end)`, a leading U+FEFF kept, or undefined when that is not valid UTF-8, or longer than a string can be. */
  decode(bytes: Uint8Array, start: number, end: number): string | undefined;
  /** Writes the text at `offset` and returns the number of bytes; lone surrogates become U+FFFD. There is room for 3 bytes per code unit. */
  encodeInto(text: string, target: Uint8Array, offset: number): number;
  /** The same as an array of its own. */
  encode(text: string): Uint8Array;
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** The text codec of every runtime: TextDecoder and TextEncoder. */
export const portableText: TextCodec = {
  decode(bytes, start, end) {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  },
  encodeInto(text, target, offset) {
    return encoder.encodeInto(text, target.subarray(offset)).written;
  },
  encode(text) {
    return encoder.encode(text);
  },
};

/** Validates UTF-8 that arrives in parts (Unicode 15, table 3-7), and remembers an unfinished sequence between them. */
export class Utf8Validator {
  #needed = 0; // continuation bytes the sequence under way still wants
  #lower = 0x80; // the range of the next continuation byte; narrower than 80-BF only right after E0, ED, F0 and F4
  #upper = 0xbf;

  /** Whether no sequence is under way, so that the text may end here. */
  get complete(): boolean {
    return this.#needed === 0;
  }

  /** Takes the next part. Returns false at the first byte that no valid text could have here. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    let needed = this.#needed;
    let lower = this.#lower;
    let upper = this.#upper;
    for (let at = start; at < end; ) {
      if (needed === 0) {
        // Most text is ASCII or has runs of it: four bytes at a time. Indexes stay below end, so elements are there.
        while (
          at + 3 < end &&
          ((bytes[at] as number) | (bytes[at + 1] as number) | (bytes[at + 2] as number) | (bytes[at + 3] as number)) <
            0x80
        ) {
          at += 4;
        }
        if (at === end) break;
        const lead = bytes[at++] as number;
        if (lead < 0x80) continue;
        if (lead < 0xc2 || lead > 0xf4) return false; // a stray continuation, an overlong C0 or C1, or beyond U+10FFFF
        needed = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        if (lead === 0xe0)
          lower = 0xa0; // overlong
        else if (lead === 0xed)
          upper = 0x9f; // surrogates
        else if (lead === 0xf0)
          lower = 0x90; // overlong
        else if (lead === 0xf4) upper = 0x8f; // beyond U+10FFFF
      } else {
        const byte = bytes[at++] as number;
        if (byte < lower || byte > upper) return false;
        lower = 0x80;
        upper = 0xbf;
        needed--;
      }
    }
    this.#needed = needed;
    this.#lower = lower;
    this.#upper = upper;
    return true;
  }

  /** Forgets everything, ready for the next message. */
  reset(): void {
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }
}
