// permessage-deflate without zlib: a table of compressed payloads and their messages, so that what an endpoint makes of them can be replayed
// in any runtime. It answers at once, or when it is told to.

import type { MessageTransform, PartDecoder, PartDecoderSink, ViolationCode } from '../../src/index.ts';
import { fromHex, toHex, utf8Hex } from './wire.ts';

const HELLO: string = utf8Hex('Hello');

/** What zlib makes of each payload, or the violation it finds. The first are those of RFC 7692, section 7.2.3. */
const INFLATED: ReadonlyMap<string, string | ViolationCode> = new Map([
  ['f248cdc9c90700', HELLO], // one block
  ['f200110000', HELLO], // the second "Hello" with context takeover: it refers back to the first
  ['000500faff48656c6c6f00', HELLO], // a block without compression
  ['f348cdc9c9070000', HELLO], // a block with BFINAL set, and an empty one behind it
  ['f24805000000ffffcac9c90700', HELLO], // two blocks
  ['00', ''], // the empty message
  ['', ''], // the same without even its block
  ['fa0f00', 'ff'], // not UTF-8
  ['7ad40400', 'e282'], // cut inside a code point
  ['07', 'DEFLATE_INVALID'], // a block of the reserved type
]);
const VIOLATION = /^[A-Z]/;

/** What is sent for each message. What is not here is sent as it is. */
const DEFLATED: ReadonlyMap<string, string> = new Map([
  [HELLO, 'f248cdc9c90700'],
  ['', '00'],
]);

function inflated(payload: Uint8Array): Uint8Array | ViolationCode {
  const message = INFLATED.get(toHex(payload));
  if (message === undefined) throw new Error(`The table has no payload ${toHex(payload)}.`);
  return VIOLATION.test(message) ? (message as ViolationCode) : fromHex(message);
}

/** The table as the codec of one side of one connection. */
export class TableTransform implements MessageTransform {
  readonly threshold: number;
  readonly #later: boolean;
  readonly #owed: (() => void)[] = [];

  constructor(later: boolean, threshold = 0) {
    this.#later = later;
    this.threshold = threshold;
  }

  encode(message: Uint8Array, done: (payload: Uint8Array | undefined) => void): void {
    const payload = DEFLATED.get(toHex(message));
    this.give(() => done(payload === undefined ? undefined : fromHex(payload)));
  }

  decode(payload: Uint8Array, limit: number, done: (message: Uint8Array | ViolationCode) => void): void {
    const message = inflated(payload);
    this.give(() => done(typeof message !== 'string' && message.length > limit ? 'MESSAGE_TOO_BIG' : message));
  }

  decodeParts(sink: PartDecoderSink): PartDecoder {
    return new TableParts(sink, this);
  }

  close(): void {
    this.#owed.length = 0;
  }

  /** Gives the oldest answer that waits; false when there is none. */
  answer(): boolean {
    const answer = this.#owed.shift();
    answer?.();
    return answer !== undefined;
  }

  /** Answers now, or when told to. */
  give(answer: () => void): void {
    if (this.#later) this.#owed.push(answer);
    else answer();
  }
}

/** Knows the message once it has the last part, and gives two bytes of it at a time. */
class TableParts implements PartDecoder {
  readonly #sink: PartDecoderSink;
  readonly #owner: TableTransform;
  #payload = '';
  readonly #pieces: Uint8Array[] = [];
  #violation: ViolationCode | undefined;
  #done: ((violation?: ViolationCode) => void) | undefined;
  #paused = false;
  #closed = false;

  constructor(sink: PartDecoderSink, owner: TableTransform) {
    this.#sink = sink;
    this.#owner = owner;
  }

  push(part: Uint8Array, last: boolean, done: (violation?: ViolationCode) => void): void {
    this.#payload += toHex(part);
    this.#owner.give(() => {
      if (!last) return done();
      const message = inflated(fromHex(this.#payload));
      if (typeof message === 'string') this.#violation = message;
      else for (let at = 0; at < message.length; at += 2) this.#pieces.push(message.slice(at, at + 2));
      this.#done = done;
      this.#go();
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#go();
  }

  close(): void {
    this.#closed = true;
  }

  #go(): void {
    while (!this.#paused && !this.#closed) {
      const piece = this.#pieces.shift();
      if (piece === undefined) break;
      this.#sink.decoded(piece);
    }
    if (this.#paused || this.#closed) return;
    const done = this.#done;
    this.#done = undefined;
    done?.(this.#violation);
  }
}
