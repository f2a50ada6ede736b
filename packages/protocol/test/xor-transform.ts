// A message transform a test can see through: each byte XORed with 55. It answers at once, or when the test says. A message that begins
// with "!" is sent as it is; a payload that begins with ff, which is "ª" restored, cannot be restored.

import type { ViolationCode } from '../src/errors.ts';
import type { MessageTransform, PartDecoder, PartDecoderSink } from '../src/message-transform.ts';

const KEY = 0x55;
const AS_IT_IS = 0x21;
const INVALID = 0xff;

/** Both directions of the transform. */
export function xor(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (byte) => byte ^ KEY);
}

/** The transform, and what became of it. */
export class XorTransform implements MessageTransform {
  readonly threshold: number;
  /** Whether answers wait for {@link answer}. */
  later: boolean;
  readonly decoders: XorPartDecoder[] = [];
  closed = 0;
  readonly #owed: (() => void)[] = [];

  constructor({ later = false, threshold = 0 }: { readonly later?: boolean; readonly threshold?: number } = {}) {
    this.later = later;
    this.threshold = threshold;
  }

  encode(message: Uint8Array, done: (payload: Uint8Array | undefined) => void): void {
    this.give(() => done(message[0] === AS_IT_IS ? undefined : xor(message)));
  }

  decode(payload: Uint8Array, limit: number, done: (message: Uint8Array | ViolationCode) => void): void {
    this.give(() => {
      if (payload[0] === INVALID) done('DEFLATE_INVALID');
      else if (payload.length > limit) done('MESSAGE_TOO_BIG');
      else done(xor(payload));
    });
  }

  decodeParts(sink: PartDecoderSink): PartDecoder {
    const decoder = new XorPartDecoder(sink, this);
    this.decoders.push(decoder);
    return decoder;
  }

  close(): void {
    this.closed++;
  }

  get owes(): number {
    return this.#owed.length;
  }

  /** Gives the oldest answer that waits; false when there is none. */
  answer(): boolean {
    const answer = this.#owed.shift();
    answer?.();
    return answer !== undefined;
  }

  give(answer: () => void): void {
    if (this.later) this.#owed.push(answer);
    else answer();
  }
}

/** Gives two bytes at a time. Its `done` may come during a pause, once everything was told: the contract allows it. */
export class XorPartDecoder implements PartDecoder {
  closed = 0;
  pushedAfterClose = 0;
  readonly #sink: PartDecoderSink;
  readonly #owner: XorTransform;
  #pieces: Uint8Array[] = [];
  #done: ((violation?: ViolationCode) => void) | undefined;
  #ready = false;
  #paused = false;

  constructor(sink: PartDecoderSink, owner: XorTransform) {
    this.#sink = sink;
    this.#owner = owner;
  }

  push(part: Uint8Array, _last: boolean, done: (violation?: ViolationCode) => void): void {
    if (this.closed > 0) this.pushedAfterClose++;
    this.#pieces = [];
    for (let at = 0; at < part.length; at += 2) this.#pieces.push(part.slice(at, at + 2));
    this.#done = done;
    this.#ready = false;
    this.#owner.give(() => {
      this.#ready = true;
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
    this.closed++;
  }

  #go(): void {
    if (!this.#ready) return;
    while (!this.#paused && this.closed === 0) {
      const piece = this.#pieces.shift();
      if (piece === undefined) break;
      if (piece[0] === INVALID) return this.#finish('DEFLATE_INVALID');
      this.#sink.decoded(xor(piece));
    }
    if (this.#pieces.length === 0) this.#finish(undefined);
  }

  #finish(violation: ViolationCode | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(violation);
  }
}
