// The order of what one side sends, where sending takes time: a message that is being compressed, or sent part by part, lets what
// is sent after it wait (RFC 6455, section 5.4: "fragments of one message MUST NOT be interleaved"). Control frames do not wait. Without
// an extension and without streams nothing takes time, and an Endpoint has no lane.

import { type ByteSink, type FrameCoding, writeEncoded, writeFrame, writeText } from './frame-encoder.ts';
import type { MessageTransform } from './message-transform.ts';
import { BINARY, CONTINUATION, type Opcode, TEXT } from './opcode.ts';
import type { MessageType } from './streamed-message.ts';

/** Writes one message frame by frame. After the message was cut, its methods do nothing. */
export interface MessageWriter {
  /** Sends the next bytes as one frame. Over 256 KiB they are not copied: they must not change until they were sent. */
  write(bytes: Uint8Array): void;
  /** The message is complete. */
  end(): void;
  /** There will be no message: what waits behind it goes on. Does nothing after {@link write}. */
  withdraw(): void;
}

/** Who sends a message frame by frame. */
export interface MessageSender {
  /** Its turn has come: what was sent before is written. */
  start(writer: MessageWriter): void;
  /** The connection no longer takes it. */
  cut(): void;
}

/** About what a message costs that waits, beside its content. */
const JOB_BYTES = 64;

interface Job {
  /** Bytes that wait with it. */
  readonly size: number;
  run(job: Job): void;
  /** Absent where it may still be written after the peer's Close. */
  readonly sender: MessageSender | undefined;
}

/** Lets messages wait their turn. */
export class SendLane {
  readonly #out: ByteSink;
  readonly #coding: FrameCoding;
  readonly #transform: MessageTransform | undefined;
  readonly #waiting: Job[] = [];
  #size = 0;
  /** What is under way. */
  #current: Job | undefined;
  /** Whether the first frame of a message was written and not the last. */
  #inMessage = false;
  #streamed = 0;
  #running = false;

  constructor(out: ByteSink, coding: FrameCoding, transform: MessageTransform | undefined) {
    this.#out = out;
    this.#coding = coding;
    this.#transform = transform;
  }

  /** Whether nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.#current === undefined;
  }

  /** Bytes that wait here: of text, code units; and 64 for each message, so that many small ones, or empty ones, are not free. */
  get size(): number {
    return this.#size;
  }

  /** Bytes written of messages that are sent frame by frame: it grows while they move. */
  get streamed(): number {
    return this.#streamed;
  }

  text(message: string, compress: boolean): void {
    const transform = this.#suited(message.length, compress);
    if (transform !== undefined)
      this.#add(JOB_BYTES + message.length, (job) =>
        this.#encode(job, transform, TEXT, this.#coding.text.encode(message)),
      );
    else if (this.#current === undefined) writeText(this.#out, this.#coding, message);
    else this.#later(JOB_BYTES + message.length, () => writeText(this.#out, this.#coding, message));
  }

  binary(message: Uint8Array, compress: boolean): void {
    const transform = this.#suited(message.length, compress);
    if (transform !== undefined)
      this.#add(JOB_BYTES + message.length, (job) => this.#encode(job, transform, BINARY, message));
    else if (this.#current === undefined) this.#frame(BINARY, true, false, message);
    else this.#later(JOB_BYTES + message.length, () => this.#frame(BINARY, true, false, message));
  }

  encoded(frames: Uint8Array): void {
    if (this.#current === undefined) writeEncoded(this.#out, frames);
    else this.#later(JOB_BYTES + frames.length, () => writeEncoded(this.#out, frames));
  }

  /** Lets the sender write a message when its turn comes. */
  stream(type: MessageType, sender: MessageSender): void {
    this.#add(0, (job) => sender.start(this.#writer(job, type === 'text' ? TEXT : BINARY)), sender);
  }

  /** Calls back when everything before is written. */
  afterAll(run: () => void): void {
    if (this.#current === undefined) run();
    else this.#later(0, run);
  }

  /** The peer takes no more: what is sent frame by frame is cut, and with it what waits behind a message cut in its middle. */
  cut(): void {
    const inMessage = this.#inMessage;
    const kept = inMessage ? [] : this.#waiting.filter(({ sender }) => sender === undefined);
    this.#drop(kept, this.#current?.sender !== undefined);
  }

  /** The connection is failed or gone: nothing that waits is written any more. */
  abandon(): void {
    this.#drop([], true);
  }

  #drop(kept: readonly Job[], withCurrent: boolean): void {
    const dropped = this.#waiting.filter((job) => !kept.includes(job));
    this.#waiting.length = 0;
    this.#waiting.push(...kept);
    this.#size = kept.reduce((sum, { size }) => sum + size, withCurrent ? 0 : (this.#current?.size ?? 0));
    if (withCurrent && this.#current !== undefined) {
      dropped.unshift(this.#current);
      this.#current = undefined;
      this.#inMessage = false;
    }
    for (const { sender } of dropped) sender?.cut();
    this.#run();
  }

  #frame(opcode: Opcode, fin: boolean, rsv1: boolean, payload: Uint8Array): void {
    writeFrame(this.#out, this.#coding, opcode, fin, rsv1, payload);
  }

  #suited(length: number, compress: boolean): MessageTransform | undefined {
    const transform = this.#transform;
    return transform !== undefined && compress && length >= transform.threshold ? transform : undefined;
  }

  /** What takes no time itself waits for what is before it. */
  #later(size: number, write: () => void): void {
    this.#add(size, (job) => this.#done(job, write));
  }

  #add(size: number, run: (job: Job) => void, sender?: MessageSender): void {
    this.#waiting.push({ size, run, sender });
    this.#size += size;
    this.#run();
  }

  /** Starts what waits until something takes time. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    while (this.#current === undefined) {
      const job = this.#waiting.shift();
      if (job === undefined) break;
      this.#current = job;
      job.run(job);
    }
    this.#running = false;
  }

  /** What is under way is complete with this. */
  #done(job: Job, write: () => void): void {
    // Not before: what is sent meanwhile must go behind what waits.
    write();
    // Writing may have ended everything.
    if (this.#current !== job) return;
    this.#size -= job.size;
    this.#current = undefined;
    this.#run();
  }

  #encode(job: Job, transform: MessageTransform, opcode: Opcode, message: Uint8Array): void {
    transform.encode(message, (payload) => {
      // It was dropped meanwhile.
      if (this.#current !== job) return;
      this.#done(job, () => this.#frame(opcode, true, payload !== undefined, payload ?? message));
    });
  }

  #writer(job: Job, first: Opcode): MessageWriter {
    let opcode = first;
    const frame = (fin: boolean, bytes: Uint8Array): void => {
      this.#inMessage = !fin;
      this.#streamed += bytes.length;
      this.#frame(opcode, fin, false, bytes);
      opcode = CONTINUATION;
    };
    const isCurrent = (): boolean => this.#current === job;
    return {
      write: (bytes) => {
        if (isCurrent()) frame(false, bytes);
      },
      end: () => {
        if (isCurrent()) this.#done(job, () => frame(true, new Uint8Array(0)));
      },
      withdraw: () => {
        if (isCurrent() && !this.#inMessage) this.#done(job, nothing);
      },
    };
  }
}

function nothing(): void {
  // There is nothing to write.
}
