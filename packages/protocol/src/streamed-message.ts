// One message on its way to the application part by part (RFC 6455, section 5.4: fragments exist so that a message need not be
// buffered). Text is checked as it comes, an extension is undone as it comes, and nothing is kept.

import type { ViolationCode } from './errors.ts';
import type { MessageTransform, PartDecoder } from './message-transform.ts';
import { Utf8Validator } from './utf8.ts';

/** What the payload of a message is. */
export type MessageType = 'text' | 'binary';

/** Hears a message part by part. */
export interface StreamSink {
  /** The next bytes, which belong to the receiver. */
  part(bytes: Uint8Array): void;
  /** The message is complete and valid. */
  end(): void;
  /** It is not valid, or too big; nothing follows. */
  failed(violation: ViolationCode, detail?: string): void;
  /** Whether a part is being worked on: push nothing until it is not. Told at each change. */
  busy(on: boolean): void;
}

/** Checks and restores the parts of one message. */
export class StreamedMessage {
  readonly #sink: StreamSink;
  readonly #limit: number;
  readonly #validator: Utf8Validator | undefined;
  readonly #decoder: PartDecoder | undefined;
  #size = 0;
  #over = false;

  /**
   * @param limit most bytes it may have in the end
   * @param transform undoes an extension; absent where none was applied
   */
  constructor(type: MessageType, sink: StreamSink, limit: number, transform: MessageTransform | undefined) {
    this.#sink = sink;
    this.#limit = limit;
    this.#validator = type === 'text' ? new Utf8Validator() : undefined;
    this.#decoder = transform?.decodeParts({ decoded: (part) => this.#part(part) });
  }

  /** The next part of the payload, which belongs to this now. */
  push(part: Uint8Array): void {
    if (this.#decoder === undefined) this.#part(part);
    else this.#decode(this.#decoder, part, false);
  }

  /** The payload is complete. */
  finish(): void {
    if (this.#decoder === undefined) this.#end();
    else this.#decode(this.#decoder, new Uint8Array(0), true);
  }

  pause(): void {
    this.#decoder?.pause();
  }

  resume(): void {
    this.#decoder?.resume();
  }

  /** Nobody wants the rest: nothing is told any more. */
  close(): void {
    this.#over = true;
    this.#decoder?.close();
  }

  #decode(decoder: PartDecoder, part: Uint8Array, last: boolean): void {
    let answered = false;
    let told = false;
    decoder.push(part, last, (violation) => {
      answered = true;
      if (this.#over) return;
      if (violation !== undefined) this.#fail(violation);
      else if (last) this.#end();
      // Last: the next part may come out of this call.
      if (told) this.#sink.busy(false);
    });
    if (answered || this.#over) return;
    told = true;
    this.#sink.busy(true);
  }

  #part(part: Uint8Array): void {
    if (this.#over) return;
    this.#size += part.length;
    if (this.#size > this.#limit) {
      return this.#fail(
        'MESSAGE_TOO_BIG',
        `It has at least ${this.#size} bytes, maxStreamedMessageSize is ${this.#limit}.`,
      );
    }
    if (this.#validator?.push(part, 0, part.length) === false) return this.#fail('TEXT_INVALID');
    this.#sink.part(part);
  }

  #end(): void {
    if (this.#validator?.complete === false) return this.#fail('TEXT_INVALID');
    this.close();
    this.#sink.end();
  }

  #fail(violation: ViolationCode, detail?: string): void {
    this.close();
    this.#sink.failed(violation, detail);
  }
}
