// Frames in, messages out (RFC 6455, sections 5.4 and 5.6): fragments are joined, text is validated and decoded, limits hold.
// A message that lies whole in one chunk, which nearly all do, is delivered from there without passing through any buffer.

import { ProtocolError, type ViolationCode } from './errors.ts';
import type { FrameSink } from './frame-decoder.ts';
import { MessageMemory } from './message-memory.ts';
import { CONTINUATION, isControl, type Opcode, TEXT } from './opcode.ts';
import { PayloadParts } from './payload-parts.ts';
import { type TextCodec, Utf8Validator } from './utf8.ts';

/** Hears whole messages. */
export interface MessageSink {
  text(message: string): void;
  /** The message belongs to the receiver. */
  binary(message: Uint8Array): void;
}

/** Hears everything else. */
export interface ControlSink {
  /** The payload, at most 125 bytes, is valid only during this call. */
  controlReceived(opcode: Opcode, payload: Uint8Array): void;
  /** Called once; nothing follows. */
  violated(error: ProtocolError): void;
}

/** The bounds and backends of a {@link MessageAssembler}. */
export interface AssemblerOptions {
  readonly maxMessageSize: number;
  readonly maxFragments: number;
  readonly text: TextCodec;
}

const MAX_CONTROL_PAYLOAD = 125;

// One incomplete control frame per connection is rare, one per process rarer: most connections never allocate this.
const none: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Joins frames to messages. */
export class MessageAssembler implements FrameSink {
  readonly #messages: MessageSink;
  readonly #control: ControlSink;
  readonly #maxMessageSize: number;
  readonly #maxFragments: number;
  readonly #text: TextCodec;

  // The frame under way.
  #frameOpcode: Opcode = CONTINUATION;
  #frameLength = 0;
  #frameDelivered = false;

  // The message under way. Its opcode is CONTINUATION while there is none.
  #opcode: Opcode = CONTINUATION;
  #fin = true;
  #size = 0;
  #fragments = 0;
  #parts: PayloadParts | undefined;
  #validator: Utf8Validator | undefined;
  #memory: MessageMemory | undefined;

  // The control frame under way, when it came in parts.
  #controlPayload: Uint8Array = none;
  #controlLength = 0;

  #discarding = false;
  #failed = false;

  constructor(messages: MessageSink, control: ControlSink, options: AssemblerOptions) {
    this.#messages = messages;
    this.#control = control;
    this.#maxMessageSize = options.maxMessageSize;
    this.#maxFragments = options.maxFragments;
    this.#text = options.text;
  }

  /** From now on messages are checked, but neither kept nor delivered. */
  discard(): void {
    this.#discarding = true;
    this.#parts = undefined;
  }

  frameStart(opcode: Opcode, fin: boolean, _rsv1: boolean, length: number): void {
    if (this.#failed) return;
    this.#frameOpcode = opcode;
    this.#frameLength = length;
    // "Control frames MAY be injected in the middle of a fragmented message" (section 5.4): they leave it alone.
    if (isControl(opcode)) return;
    if (opcode === CONTINUATION) {
      if (this.#opcode === CONTINUATION) return this.#fail('CONTINUATION_UNEXPECTED');
    } else {
      // "fragments of one message MUST NOT be interleaved between the fragments of another" (section 5.4).
      if (this.#opcode !== CONTINUATION) return this.#fail('CONTINUATION_EXPECTED');
      this.#opcode = opcode;
    }
    this.#fin = fin;
    // Refused by what the header claims, before a byte of it is kept (section 10.4).
    this.#size += length;
    if (this.#size > this.#maxMessageSize) {
      return this.#fail(
        'MESSAGE_TOO_BIG',
        `It has at least ${this.#size} bytes, the limit is ${this.#maxMessageSize}.`,
      );
    }
    if (++this.#fragments > this.#maxFragments) {
      this.#fail('TOO_MANY_FRAGMENTS', `The limit is ${this.#maxFragments}.`);
    }
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    if (this.#failed) return;
    if (isControl(this.#frameOpcode)) this.#controlPart(source, start, end);
    else if (this.#fin && this.#fragments === 1 && end - start === this.#frameLength) this.#deliver(source, start, end);
    else this.#messagePart(source, start, end);
  }

  frameEnd(): void {
    if (this.#failed) return;
    if (isControl(this.#frameOpcode)) this.#controlEnd();
    else if (this.#fin) this.#messageEnd();
  }

  chunkEnd(): void {
    this.#memory?.chunkEnd();
  }

  frameFailed(violation: ViolationCode): void {
    if (!this.#failed) this.#fail(violation);
  }

  #messagePart(source: Uint8Array, start: number, end: number): void {
    if (this.#opcode === TEXT) {
      this.#validator ??= new Utf8Validator();
      if (!this.#validator.push(source, start, end)) return this.#fail('TEXT_INVALID');
    }
    if (this.#discarding) return;
    this.#parts ??= new PayloadParts();
    this.#parts.add(source, start, end);
  }

  #messageEnd(): void {
    const opcode = this.#opcode;
    const parts = this.#parts;
    const delivered = this.#frameDelivered;
    this.#opcode = CONTINUATION;
    this.#size = 0;
    this.#fragments = 0;
    this.#frameDelivered = false;
    this.#parts = undefined;
    if (delivered) return;
    if (opcode === TEXT && this.#validator !== undefined) {
      if (!this.#validator.complete) return this.#fail('TEXT_INVALID');
      this.#validator = undefined;
    }
    if (this.#discarding) return;
    const message = parts === undefined ? new Uint8Array(0) : parts.take();
    if (opcode !== TEXT) return this.#messages.binary(message);
    const text = this.#text.decode(message, 0, message.length);
    // The validator has seen every byte: what the text codec still cannot give is a string so long.
    if (text === undefined) this.#fail('MESSAGE_TOO_BIG', 'Its text is longer than a string can be.');
    else this.#messages.text(text);
  }

  /** A whole message in one piece of one chunk. */
  #deliver(source: Uint8Array, start: number, end: number): void {
    this.#frameDelivered = true;
    if (this.#opcode === TEXT) {
      const message = this.#text.decode(source, start, end);
      if (message === undefined) this.#fail('TEXT_INVALID');
      else if (!this.#discarding) this.#messages.text(message);
    } else if (!this.#discarding) {
      this.#memory ??= new MessageMemory();
      this.#messages.binary(this.#memory.take(source, start, end));
    }
  }

  #controlPart(source: Uint8Array, start: number, end: number): void {
    if (end - start === this.#frameLength) {
      this.#frameDelivered = true;
      this.#control.controlReceived(this.#frameOpcode, source.subarray(start, end));
      return;
    }
    if (this.#controlPayload === none) this.#controlPayload = new Uint8Array(MAX_CONTROL_PAYLOAD);
    this.#controlPayload.set(source.subarray(start, end), this.#controlLength);
    this.#controlLength += end - start;
  }

  #controlEnd(): void {
    const length = this.#controlLength;
    this.#controlLength = 0;
    if (this.#frameDelivered) this.#frameDelivered = false;
    else this.#control.controlReceived(this.#frameOpcode, this.#controlPayload.subarray(0, length));
  }

  #fail(violation: ViolationCode, detail?: string): void {
    this.#failed = true;
    this.#parts = undefined;
    this.#control.violated(new ProtocolError(violation, detail));
  }
}
