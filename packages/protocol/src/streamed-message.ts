// One message that an extension changed, restored part by part on its way to the application (RFC 6455, section 5.4: fragments exist so
// that a message need not be buffered): size and text are checked as they come, and nothing is kept.

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
  /** Lets the answer to a part run now, or once {@link StreamedMessage.resume} is called. */
  answer(run: () => void): void;
}

/** Restores the parts of one message and checks them. */
export class StreamedMessage {
  readonly #sink: StreamSink;
  readonly #limit: number;
  readonly #validator: Utf8Validator | undefined;
  readonly #decoder: PartDecoder;
  #size = 0;
  #over = false;

  /** @param limit most bytes it may have in the end */
  constructor(type: MessageType, sink: StreamSink, limit: number, transform: MessageTransform) {
    this.#sink = sink;
    this.#limit = limit;
    this.#validator = type === 'text' ? new Utf8Validator() : undefined;
    this.#decoder = transform.decodeParts({ decoded: (part) => this.#part(part) });
  }

  /** The next part of the payload, which belongs to this now. */
  push(part: Uint8Array): void {
    this.#decode(part, false);
  }

  /** The payload is complete. */
  finish(): void {
    this.#decode(new Uint8Array(0), true);
  }

  pause(): void {
    this.#decoder.pause();
  }

  resume(): void {
    this.#decoder.resume();
  }

  /** Nobody wants the rest: nothing is told any more. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#decoder.close();
  }

  #decode(part: Uint8Array, last: boolean): void {
    let answered = false;
    let told = false;
    const answer = (violation: ViolationCode | undefined): void => {
      answered = true;
      if (violation !== undefined) this.#fail(violation);
      else if (last) this.#end();
      // Last: the next part may come out of this call.
      if (told) this.#sink.busy(false);
    };
    this.#decoder.push(part, last, (violation) => {
      // Given up, it means nothing any more: by now the sink may serve another connection.
      if (!this.#over) this.#sink.answer(() => answer(violation));
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
