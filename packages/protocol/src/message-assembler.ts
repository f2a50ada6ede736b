// Frames in, messages out (RFC 6455, sections 5.4 and 5.6): fragments are joined, text is validated and decoded, an extension is
// undone, limits hold. A message that lies whole in one chunk, which nearly all do, is delivered from there without passing through any
// buffer. A message that is asked for as a stream is delivered as it comes.

import { ControlPayload } from './control-payload.ts';
import { ProtocolError, type ViolationCode } from './errors.ts';
import type { FrameSink } from './frame-decoder.ts';
import { MessageMemory } from './message-memory.ts';
import type { ControlSink, MessageSink } from './message-sink.ts';
import type { MessageTransform } from './message-transform.ts';
import { CONTINUATION, isControl, type Opcode, TEXT } from './opcode.ts';
import { type PayloadMemory, portableMemory, releaseTo } from './payload-memory.ts';
import { PayloadParts } from './payload-parts.ts';
import { type MessageType, StreamedMessage, type StreamSink } from './streamed-message.ts';
import { type TextCodec, Utf8Validator } from './utf8.ts';

/** The bounds and backends of a {@link MessageAssembler}. */
export interface AssemblerOptions {
  readonly maxMessageSize: number;
  /** Default: `maxMessageSize`. */
  readonly maxStreamedMessageSize?: number;
  /** Default: 2^53 - 1. */
  readonly maxFrameSize?: number;
  readonly maxFragments: number;
  readonly text: TextCodec;
  readonly memory?: PayloadMemory | undefined;
  /** Undoes the extension that gives RSV1 its meaning. */
  readonly transform?: MessageTransform | undefined;
}

const none: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** How many times as large an extension may make a message: DEFLATE makes at most 1,032 bytes of one. */
const MOST_GROWTH = 1032;

/** Joins frames to messages. */
export class MessageAssembler implements FrameSink {
  #messages: MessageSink;
  #control: ControlSink;
  /** What undoes the extension that was agreed on. */
  #codec: MessageTransform | undefined;
  readonly #maxMessageSize: number;
  readonly #maxStreamedMessageSize: number;
  readonly #maxFrameSize: number;
  readonly #maxFragments: number;
  readonly #text: TextCodec;
  readonly #payloadMemory: PayloadMemory;

  // The frame under way.
  #frameOpcode: Opcode = CONTINUATION;
  #frameLength = 0;
  #frameDelivered = false;

  // The message under way. Its opcode is CONTINUATION while there is none.
  #opcode: Opcode = CONTINUATION;
  /** What its payload went through. */
  #transform: MessageTransform | undefined;
  #fin = true;
  #size = 0;
  #fragments = 0;
  #parts: PayloadParts | undefined;
  #validator: Utf8Validator | undefined;
  #memory: MessageMemory | undefined;
  /** Whether it is delivered as a stream, also while its last part is restored. */
  #streaming = false;
  /** Restores it meanwhile, where it was transformed. */
  #restorer: StreamedMessage | undefined;

  /** Of a control frame that came in parts. */
  #controlPayload: ControlPayload | undefined;

  #streamNext = false;
  #paused = false;
  /** What takes the message that is being restored as a whole, unless it was given up. */
  #awaited: ((message: Uint8Array | ViolationCode) => void) | undefined;
  /** What an extension answered during a pause. */
  #answer: (() => void) | undefined;
  // Why frames must wait: the message under way needs somebody who takes it as a stream; or it is being restored.
  #oversized = false;
  #restoring = false;
  #held = false;
  #discarding = false;
  #failed = false;
  /** Calls that are under way and not caused by a frame. */
  #depth = 0;

  constructor(messages: MessageSink, control: ControlSink, options: AssemblerOptions) {
    this.#messages = messages;
    this.#control = control;
    this.#codec = options.transform;
    this.#maxMessageSize = options.maxMessageSize;
    this.#maxStreamedMessageSize = options.maxStreamedMessageSize ?? options.maxMessageSize;
    this.#maxFrameSize = options.maxFrameSize ?? Number.MAX_SAFE_INTEGER;
    this.#maxFragments = options.maxFragments;
    this.#text = options.text;
    this.#payloadMemory = options.memory ?? portableMemory;
  }

  /**
   * @internal Whether no message is under way: nothing of it came, and nothing of it is still to be told. Some of it follows from the rest,
   * but what is asked here decides whether one connection may hear of another.
   */
  get idle(): boolean {
    if (this.#opcode !== CONTINUATION || this.#failed || this.#depth > 0) return false;
    return !this.#held && !this.#oversized && !this.#restoring && this.#restorer === undefined && !this.#answer;
  }

  /** @internal Whether it was told that frames must wait. */
  get held(): boolean {
    return this.#held;
  }

  /** @internal Goes on with another connection, which only an idle one may. */
  serve(
    messages: MessageSink,
    control: ControlSink,
    codec: MessageTransform | undefined,
    discarding: boolean,
    streamNext: boolean,
  ): void {
    this.#messages = messages;
    this.#control = control;
    this.#codec = codec;
    this.#transform = undefined;
    this.#discarding = discarding;
    this.#streamNext = streamNext;
    this.#paused = false;
  }

  /** From now on messages are checked, but neither kept nor delivered. Frames that wait do so until {@link release}. */
  discard(): void {
    this.#discarding = true;
    this.#parts = undefined;
    this.#streaming = false;
    this.#restorer?.close();
    this.#restorer = undefined;
    this.#awaited = undefined;
    this.#answer = undefined;
    this.#oversized = false;
    this.#restoring = false;
  }

  /** Lets frames go on that waited for a message which is discarded. */
  release(): void {
    this.#tellHeld();
  }

  /** While on, the next message, or the one under way, is delivered as a stream. One that has begun as a stream stays one. */
  streamNext(on: boolean): void {
    this.#streamNext = on;
    if (on) this.#startStream();
  }

  /** Refuses the message that is held, because whoever takes messages takes them as a whole. */
  refuseOversized(): void {
    if (!this.#oversized) return;
    if (this.#leastSize > this.#maxMessageSize) return this.#failTooBig('maxMessageSize', this.#maxMessageSize);
    // It was held for what it might become.
    this.#oversized = false;
    this.#tellHeld();
  }

  /** Delivers nothing that is not caused by a frame until {@link resume}. */
  pause(): void {
    this.#paused = true;
    this.#restorer?.pause();
  }

  /** Each step may pause again. */
  resume(): void {
    this.#depth++;
    this.#paused = false;
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.();
    if (!this.#paused) this.#restorer?.resume();
    if (this.#streaming) this.#streamCollected();
    else if (this.#streamNext) this.#startStream();
    this.#depth--;
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
      this.#transform = rsv1 ? this.#codec : undefined;
    }
    this.#fin = fin;
    this.#size += length;
    // Refused by what the header claims, before a byte of it is kept (section 10.4).
    if (this.#size > this.#maxMessageSize && !this.#mayBeLarge()) return;
    if (length > this.#maxFrameSize) {
      return this.#fail('FRAME_TOO_BIG', `It has ${length} bytes, the limit is ${this.#maxFrameSize}.`);
    }
    // What is not kept costs nothing beside its payload, however it is cut.
    if (!this.#streaming && !this.#discarding && ++this.#fragments > this.#maxFragments) {
      return this.#fail('TOO_MANY_FRAGMENTS', `The limit is ${this.#maxFragments}.`);
    }
    if (this.#streamNext) this.#startStream();
    else if (this.#transform !== undefined) this.#awaitStream();
    if (this.#oversized) this.#tellHeld();
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    if (this.#failed) return;
    if (isControl(this.#frameOpcode)) this.#controlPart(source, start, end);
    else if (
      this.#fin &&
      this.#frameOpcode !== CONTINUATION &&
      end - start === this.#frameLength &&
      this.#transform === undefined &&
      !this.#streaming
    )
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

  /** Whether a message over `maxMessageSize` is taken all the same, or held. After a violation it is not. */
  #mayBeLarge(): boolean {
    const size = this.#leastSize;
    if (size <= this.#maxMessageSize) return true;
    const unkept = this.#streaming || this.#streamNext || this.#discarding;
    if (size <= this.#maxStreamedMessageSize) {
      if (unkept) return true;
      this.#oversized = this.#control.oversized?.() === true;
      // Who was asked may have acted at once.
      if (this.#streaming || this.#discarding) this.#oversized = false;
      else if (!this.#oversized) this.#failTooBig('maxMessageSize', this.#maxMessageSize);
      return !this.#failed;
    }
    if (unkept) this.#failTooBig('maxStreamedMessageSize', this.#maxStreamedMessageSize);
    else this.#failTooBig('maxMessageSize', this.#maxMessageSize);
    return false;
  }

  /** Bytes that the message has at least when it is restored, for what cannot be made smaller becomes a little larger. */
  get #leastSize(): number {
    return this.#transform === undefined ? this.#size : this.#size - this.#size / 16 - 64;
  }

  /** A transformed message may become much larger: where messages are taken as streams, it waits until one is wanted. */
  #awaitStream(): void {
    if (this.#streaming || this.#discarding || this.#size * MOST_GROWTH <= this.#maxMessageSize) return;
    if (this.#control.takesStreams?.() === true) this.#oversized = true;
  }

  #tellHeld(): void {
    const held = this.#oversized || this.#restoring;
    if (this.#held === held) return;
    this.#held = held;
    this.#control.held?.(held);
  }

  #setRestoring(on: boolean): void {
    this.#restoring = on;
    this.#tellHeld();
  }

  /** Makes a stream of the message under way, unless none of it may be told now, or all of it was. */
  #startStream(): void {
    if (this.#opcode === CONTINUATION || this.#streaming || this.#discarding || this.#paused) return;
    if (this.#frameDelivered && !isControl(this.#frameOpcode)) return;
    const type = this.#opcode === TEXT ? 'text' : 'binary';
    this.#streaming = true;
    this.#oversized = false;
    if (this.#transform !== undefined) this.#restorer = this.#restorerOf(type, this.#transform);
    this.#messages.streamStart?.(type);
    this.#streamCollected();
    this.#tellHeld();
  }

  /** What was collected of the message before it became a stream is the first part of it. */
  #streamCollected(): void {
    const parts = this.#parts;
    if (parts === undefined || this.#paused) return;
    this.#parts = undefined;
    this.#streamPart(parts.take());
  }

  #streamPart(part: Uint8Array): void {
    if (this.#restorer === undefined) this.#messages.streamPart?.(part);
    else this.#restorer.push(part);
  }

  #streamEnd(): void {
    this.#streaming = false;
    this.#restorer = undefined;
    this.#messages.streamEnd?.();
  }

  #restorerOf(type: MessageType, transform: MessageTransform): StreamedMessage {
    const sink: StreamSink = {
      part: (bytes) => this.#messages.streamPart?.(bytes),
      end: () => this.#streamEnd(),
      failed: (violation, detail) => this.#fail(violation, detail),
      busy: (on) => this.#setRestoring(on),
      answer: (run) => this.#answered(run),
    };
    return new StreamedMessage(type, sink, this.#maxStreamedMessageSize, transform);
  }

  #take(source: Uint8Array, start: number, end: number): Uint8Array {
    this.#memory ??= new MessageMemory();
    return this.#memory.take(source, start, end);
  }

  #messagePart(source: Uint8Array, start: number, end: number): void {
    if (this.#opcode === TEXT && this.#transform === undefined) {
      this.#validator ??= new Utf8Validator();
      if (!this.#validator.push(source, start, end)) return this.#fail('TEXT_INVALID');
    }
    if (this.#discarding) return;
    if (this.#streaming) return this.#streamPart(this.#take(source, start, end));
    this.#parts ??= new PayloadParts(this.#payloadMemory);
    // How long the message is shows in its last frame's header; until then it only shows that it is longer.
    this.#parts.add(source, start, end, this.#fin ? this.#size : 0);
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
    if (this.#validator !== undefined) {
      if (!this.#validator.complete) return this.#fail('TEXT_INVALID');
      this.#validator = undefined;
    }
    if (this.#discarding) return;
    if (this.#restorer !== undefined) return this.#restorer.finish();
    if (this.#streaming) return this.#streamEnd();
    const message = parts === undefined ? new Uint8Array(0) : parts.take();
    if (this.#transform !== undefined) this.#restore(this.#transform, opcode, message);
    else if (opcode === TEXT) this.#joinedText(message);
    else this.#messages.binary(message);
  }

  /** The validator has seen every byte: what the text codec still cannot give is a string so long. */
  #joinedText(message: Uint8Array): void {
    const text = this.#text.decode(message, 0, message.length);
    releaseTo(this.#payloadMemory, message);
    if (text === undefined) this.#fail('MESSAGE_TOO_BIG', 'Its text is longer than a string can be.');
    else this.#messages.text(text);
  }

  /** Undoes what an extension did to the message. Whatever follows it waits, so that the order stays. */
  #restore(transform: MessageTransform, opcode: Opcode, payload: Uint8Array): void {
    const answer = (message: Uint8Array | ViolationCode): void => {
      this.#awaited = undefined;
      if (message instanceof Uint8Array) this.#restored(opcode, message);
      else
        this.#fail(message, message === 'MESSAGE_TOO_BIG' ? `maxMessageSize is ${this.#maxMessageSize}.` : undefined);
      this.#setRestoring(false);
    };
    this.#awaited = answer;
    transform.decode(payload, this.#maxMessageSize, (message) => {
      // Given up, it means nothing any more: by now this may serve another connection.
      if (this.#awaited === answer) this.#answered(() => answer(message));
    });
    if (this.#awaited === answer) this.#setRestoring(true);
  }

  /** Nothing is told during a pause. One answer at most is owed at a time. */
  #answered(run: () => void): void {
    if (this.#paused) {
      this.#answer = run;
      return;
    }
    this.#depth++;
    run();
    this.#depth--;
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
    this.#controlPayload ??= new ControlPayload();
    this.#controlPayload.add(source, start, end);
  }

  #controlEnd(): void {
    if (this.#frameDelivered) this.#frameDelivered = false;
    else this.#control.controlReceived(this.#frameOpcode, this.#controlPayload?.take() ?? none);
  }

  #failTooBig(name: string, limit: number): void {
    this.#fail('MESSAGE_TOO_BIG', `It has at least ${this.#size} bytes, ${name} is ${limit}.`);
  }

  #fail(violation: ViolationCode, detail?: string): void {
    this.#failed = true;
    this.discard();
    this.#control.violated(new ProtocolError(violation, detail));
  }
}
