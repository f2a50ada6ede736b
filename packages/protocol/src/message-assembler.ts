// Frames in, messages out (RFC 6455, sections 5.4 and 5.6): fragments are joined, text is validated and decoded, an extension is
// undone, limits hold. A message that lies whole in one chunk, which nearly all do, is delivered from there without passing through any
// buffer. A message that is asked for as a stream is delivered as it comes; see streamed-message.ts.

import { ProtocolError, type ViolationCode } from './errors.ts';
import type { FrameSink } from './frame-decoder.ts';
import { MessageMemory } from './message-memory.ts';
import type { MessageTransform } from './message-transform.ts';
import { CONTINUATION, isControl, type Opcode, TEXT } from './opcode.ts';
import { PayloadParts } from './payload-parts.ts';
import { type MessageType, StreamedMessage } from './streamed-message.ts';
import { type TextCodec, Utf8Validator } from './utf8.ts';

/** Hears messages. */
export interface MessageSink {
  text(message: string): void;
  /** The message belongs to the receiver. */
  binary(message: Uint8Array): void;
  /** A message that was asked for as a stream begins. */
  streamStart?(type: MessageType): void;
  /** Its next bytes, which belong to the receiver. Those of text are valid UTF-8 so far, and may end inside a character. */
  streamPart?(bytes: Uint8Array): void;
  /** It is complete. */
  streamEnd?(): void;
}

/** Hears everything else. */
export interface ControlSink {
  /** The payload, at most 125 bytes, is valid only during this call. */
  controlReceived(opcode: Opcode, payload: Uint8Array): void;
  /** Called once; nothing follows. */
  violated(error: ProtocolError): void;
  /** Whether frames must wait, because a message is being restored or nobody has said yet how to take it. Told at each change. */
  held?(on: boolean): void;
  /** A message is over `maxMessageSize`: true holds it until it is asked for as a stream or refused. Default: it is refused. */
  oversized?(): boolean;
}

/** The bounds and backends of a {@link MessageAssembler}. */
export interface AssemblerOptions {
  readonly maxMessageSize: number;
  /** Default: `maxMessageSize`. */
  readonly maxStreamedMessageSize?: number;
  /** Default: 2^53 - 1. */
  readonly maxFrameSize?: number;
  readonly maxFragments: number;
  readonly text: TextCodec;
  /** Undoes the extension that gives RSV1 its meaning. */
  readonly transform?: MessageTransform | undefined;
}

const MAX_CONTROL_PAYLOAD = 125;

// One incomplete control frame per connection is rare, one per process rarer: most connections never allocate this.
const none: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Joins frames to messages. */
export class MessageAssembler implements FrameSink {
  readonly #messages: MessageSink;
  readonly #control: ControlSink;
  readonly #options: AssemblerOptions;
  readonly #maxMessageSize: number;
  readonly #maxFrameSize: number;
  readonly #maxFragments: number;
  readonly #text: TextCodec;

  // The frame under way.
  #frameOpcode: Opcode = CONTINUATION;
  #frameLength = 0;
  #frameDelivered = false;

  // The message under way. Its opcode is CONTINUATION while there is none.
  #opcode: Opcode = CONTINUATION;
  #transformed = false;
  #fin = true;
  #size = 0;
  #fragments = 0;
  #parts: PayloadParts | undefined;
  #validator: Utf8Validator | undefined;
  #stream: StreamedMessage | undefined;
  #memory: MessageMemory | undefined;

  // The control frame under way, when it came in parts.
  #controlPayload: Uint8Array = none;
  #controlLength = 0;

  #streamNext = false;
  // Why frames must wait: the message under way needs somebody who takes it as a stream; or it is being restored.
  #oversized = false;
  #restoring = false;
  #held = false;
  #discarding = false;
  #failed = false;

  constructor(messages: MessageSink, control: ControlSink, options: AssemblerOptions) {
    this.#messages = messages;
    this.#control = control;
    this.#options = options;
    this.#maxMessageSize = options.maxMessageSize;
    this.#maxFrameSize = options.maxFrameSize ?? Number.MAX_SAFE_INTEGER;
    this.#maxFragments = options.maxFragments;
    this.#text = options.text;
  }

  /** From now on messages are checked, but neither kept nor delivered. */
  discard(): void {
    this.#discarding = true;
    this.#parts = undefined;
    this.#stream?.close();
    this.#stream = undefined;
    this.#oversized = false;
    this.#restoring = false;
    this.#tellHeld();
  }

  /** While on, the next message, or the one under way, is delivered as a stream. One that has begun as a stream stays one. */
  streamNext(on: boolean): void {
    this.#streamNext = on;
    if (!on || this.#opcode === CONTINUATION || this.#stream !== undefined || this.#discarding || this.#failed) return;
    const parts = this.#parts;
    const wasOversized = this.#oversized;
    this.#parts = undefined;
    this.#validator = undefined;
    this.#oversized = false;
    const stream = this.#startStream();
    if (wasOversized && !this.#checkSize()) return;
    // What was collected of the message is the first part of it.
    if (parts !== undefined) stream.push(parts.take());
    this.#tellHeld();
  }

  /** Refuses the message that is held, because whoever takes messages takes them as a whole. */
  refuseOversized(): void {
    if (!this.#oversized) return;
    this.#oversized = false;
    this.#failTooBig('maxMessageSize', this.#maxMessageSize);
  }

  /** Delivers no more of a stream until {@link resume}. */
  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  frameStart(opcode: Opcode, fin: boolean, rsv1: boolean, length: number): void {
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
      this.#transformed = rsv1;
      if (this.#streamNext && !this.#discarding) this.#startStream();
    }
    this.#fin = fin;
    this.#size += length;
    if (!this.#checkSize()) return;
    if (++this.#fragments > this.#maxFragments) {
      this.#fail('TOO_MANY_FRAGMENTS', `The limit is ${this.#maxFragments}.`);
    }
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    if (this.#failed) return;
    if (isControl(this.#frameOpcode)) this.#controlPart(source, start, end);
    else if (this.#stream !== undefined) this.#stream.push(this.#take(source, start, end));
    else if (this.#fin && this.#fragments === 1 && end - start === this.#frameLength && !this.#transformed)
      this.#deliver(source, start, end);
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

  /** Refused by what the header claims, before a byte of it is kept (section 10.4). False after a violation. */
  #checkSize(): boolean {
    const { maxStreamedMessageSize = this.#maxMessageSize } = this.#options;
    const streamed = this.#stream !== undefined;
    // What cannot be made smaller becomes a little larger: its true size is checked when it is restored.
    const slack = this.#transformed ? this.#size / 16 + 64 : 0;
    const size = this.#size - slack;
    if (size > maxStreamedMessageSize || (size > this.#maxMessageSize && !streamed && !this.#mayHold())) {
      if (streamed) this.#failTooBig('maxStreamedMessageSize', maxStreamedMessageSize);
      else this.#failTooBig('maxMessageSize', this.#maxMessageSize);
      return false;
    }
    if (this.#frameLength > this.#maxFrameSize) {
      this.#fail('FRAME_TOO_BIG', `It has ${this.#frameLength} bytes, the limit is ${this.#maxFrameSize}.`);
      return false;
    }
    return true;
  }

  /** A message too big to be kept waits while nobody has said how to take it. */
  #mayHold(): boolean {
    if (this.#discarding || this.#control.oversized?.() !== true) return false;
    this.#oversized = true;
    this.#tellHeld();
    return true;
  }

  #tellHeld(): void {
    const held = this.#oversized || this.#restoring;
    if (this.#held === held) return;
    this.#held = held;
    this.#control.held?.(held);
  }

  #startStream(): StreamedMessage {
    const type = this.#opcode === TEXT ? 'text' : 'binary';
    const { maxStreamedMessageSize = this.#maxMessageSize, transform } = this.#options;
    const stream = new StreamedMessage(
      type,
      {
        part: (bytes) => this.#messages.streamPart?.(bytes),
        end: () => {
          this.#stream = undefined;
          this.#messages.streamEnd?.();
        },
        failed: (violation, detail) => this.#fail(violation, detail),
        busy: (on) => {
          this.#restoring = on;
          this.#tellHeld();
        },
      },
      maxStreamedMessageSize,
      this.#transformed ? transform : undefined,
    );
    this.#stream = stream;
    this.#messages.streamStart?.(type);
    return stream;
  }

  #take(source: Uint8Array, start: number, end: number): Uint8Array {
    this.#memory ??= new MessageMemory();
    return this.#memory.take(source, start, end);
  }

  #messagePart(source: Uint8Array, start: number, end: number): void {
    if (this.#opcode === TEXT && !this.#transformed) {
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
    if (this.#stream !== undefined) return this.#stream.finish();
    if (opcode === TEXT && this.#validator !== undefined) {
      if (!this.#validator.complete) return this.#fail('TEXT_INVALID');
      this.#validator = undefined;
    }
    if (this.#discarding) return;
    const message = parts === undefined ? new Uint8Array(0) : parts.take();
    if (this.#transformed) this.#restore(opcode, message);
    else if (opcode === TEXT) this.#joinedText(message);
    else this.#messages.binary(message);
  }

  /** The validator has seen every byte: what the text codec still cannot give is a string so long. */
  #joinedText(message: Uint8Array): void {
    const text = this.#text.decode(message, 0, message.length);
    if (text === undefined) this.#fail('MESSAGE_TOO_BIG', 'Its text is longer than a string can be.');
    else this.#messages.text(text);
  }

  /** Undoes what an extension did to the message. Whatever follows it waits, so that the order stays. */
  #restore(opcode: Opcode, payload: Uint8Array): void {
    let answered = false;
    this.#options.transform?.decode(payload, this.#maxMessageSize, (message) => {
      answered = true;
      if (this.#failed || this.#discarding) return;
      if (message instanceof Uint8Array) this.#restored(opcode, message);
      else
        this.#fail(message, message === 'MESSAGE_TOO_BIG' ? `maxMessageSize is ${this.#maxMessageSize}.` : undefined);
      this.#restoring = false;
      this.#tellHeld();
    });
    if (answered) return;
    this.#restoring = true;
    this.#tellHeld();
  }

  #restored(opcode: Opcode, message: Uint8Array): void {
    if (opcode !== TEXT) return this.#messages.binary(message);
    const text = this.#text.decode(message, 0, message.length);
    // "if the text is not valid UTF-8" is found out only now: RFC 6455, section 8.1, speaks of what was restored.
    if (text === undefined) this.#fail('TEXT_INVALID');
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
      this.#messages.binary(this.#take(source, start, end));
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

  #failTooBig(name: string, limit: number): void {
    this.#fail('MESSAGE_TOO_BIG', `It has at least ${this.#size} bytes, ${name} is ${limit}.`);
  }

  #fail(violation: ViolationCode, detail?: string): void {
    this.#failed = true;
    this.#parts = undefined;
    this.#stream?.close();
    this.#stream = undefined;
    this.#oversized = false;
    this.#restoring = false;
    this.#control.violated(new ProtocolError(violation, detail));
    // What still comes is ignored, but it must be read.
    this.#tellHeld();
  }
}
