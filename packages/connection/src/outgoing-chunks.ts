// From what a source gives to what goes on the wire: bytes, never empty, at most 64 KiB each. Text is encoded and checked across the
// borders of chunks: a surrogate pair, or a UTF-8 sequence, may be cut anywhere.

import { UsageError, Utf8Validator } from '@framewire/protocol';
import { checkMessage } from './message.ts';

/** Most bytes in a piece, so that one frame does not hold up the control frames behind it. */
export const MAX_PIECE = 65_536;

const encoder = /* @__PURE__ */ new TextEncoder();

export class OutgoingChunks {
  /** Of a text message. */
  readonly #utf8: Utf8Validator | undefined;
  /** The first half of a surrogate pair, if the last string ended in the middle of one. */
  #half = '';
  #scratch: Uint8Array | undefined;

  constructor(type: 'text' | 'binary') {
    if (type === 'text') this.#utf8 = new Utf8Validator();
  }

  /**
   * The pieces of a chunk, which is checked as a whole before the first. A piece must be used before the next one is asked for.
   *
   * @throws UsageError INVALID_ARGUMENT
   */
  take(chunk: unknown): Iterable<Uint8Array> {
    checkMessage(chunk);
    if (typeof chunk === 'string') return this.#takeText(chunk);
    if (chunk.length === 0) return [];
    const rest = this.#takeRest();
    if (this.#utf8?.push(chunk, 0, chunk.length) === false) throw notUtf8();
    return rest.length === 0 ? cut(chunk) : both(rest, cut(chunk));
  }

  /**
   * What is left when there are no more chunks.
   *
   * @throws UsageError INVALID_ARGUMENT when the text ends inside a character
   */
  end(): Iterable<Uint8Array> {
    const rest = this.#takeRest();
    if (this.#utf8?.complete === false) throw notUtf8();
    return rest.length === 0 ? [] : [rest];
  }

  #takeText(chunk: string): Iterable<Uint8Array> {
    if (chunk === '') return [];
    // No string begins with what a cut sequence of bytes still wants.
    if (this.#utf8?.complete === false) throw notUtf8();
    let text = this.#half + chunk;
    this.#half = '';
    const last = text.charCodeAt(text.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.#half = text.slice(-1);
      text = text.slice(0, -1);
    }
    return this.#encode(text);
  }

  /** A half that gets no other half is what `send` makes of it: U+FFFD. */
  #takeRest(): Uint8Array {
    const half = this.#half;
    this.#half = '';
    return encoder.encode(half);
  }

  *#encode(text: string): Generator<Uint8Array, void> {
    // UTF-8 takes at most three bytes for a UTF-16 code unit.
    if (text.length * 3 <= MAX_PIECE) {
      if (text.length > 0) yield encoder.encode(text);
      return;
    }
    // A long text is never in memory twice.
    this.#scratch ??= new Uint8Array(MAX_PIECE);
    for (let at = 0; at < text.length; ) {
      const { read, written } = encoder.encodeInto(text.slice(at, at + MAX_PIECE), this.#scratch);
      // A pair the slice has cut is left for the next round: behind 65,535 code units there is no room for the three bytes of a half.
      at += read;
      yield this.#scratch.subarray(0, written);
    }
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += MAX_PIECE) yield bytes.subarray(at, at + MAX_PIECE);
}

function* both(first: Uint8Array, then: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  yield first;
  yield* then;
}

function notUtf8(): UsageError {
  return new UsageError(
    'INVALID_ARGUMENT',
    "The chunks of a text message must be UTF-8: send them with type 'binary'.",
  );
}
