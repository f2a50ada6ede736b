// One message as its parts come: bounded by asking the source to pause, read by one reader, dropped when nobody reads it.
// What came before the connection's end stays to be read; the end is told after it.

import { UsageError } from '@framewire/protocol';
import type { MessageStream } from './connection.ts';
import { Fifo } from './fifo.ts';
import { join } from './join.ts';
import { messageSize } from './message.ts';

/** What a stream asks of its source. */
export interface IncomingStreamPort {
  /** What is unread is over the high-water mark: push nothing more until {@link resumeStream}. */
  pauseStream(): void;
  /** What is unread has fallen to a quarter of it, or is wanted no more. May push at once. */
  resumeStream(): void;
}

/** In bytes. */
export interface IncomingStreamOptions {
  /** Over this the source is paused. Each part counts 64 beside its content. */
  readonly highWater: number;
  /** Most that `bytes()` and `text()` put together. */
  readonly maxMessageSize: number;
}

type Result = IteratorResult<Uint8Array, undefined>;

interface Waiter {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

export class IncomingStream implements MessageStream {
  readonly type: 'text' | 'binary';
  readonly #port: IncomingStreamPort;
  readonly #options: IncomingStreamOptions;
  readonly #parts: Fifo<Uint8Array> = new Fifo();
  #size = 0;
  #paused = false;
  /** Set when nothing more comes; gives the error if the message is not complete. */
  #ending: (() => unknown) | undefined;
  #touched = false;
  #dropped = false;
  #over = false;
  #readable: ReadableStream<Uint8Array> | undefined;
  readonly #waiters: Waiter[] = [];
  readonly #overWaiters: (() => void)[] = [];

  constructor(type: 'text' | 'binary', port: IncomingStreamPort, options: IncomingStreamOptions) {
    this.type = type;
    this.#port = port;
    this.#options = options;
  }

  // The source's side.

  /** The next part, which belongs to the stream. Dropped when nobody wants it any more. */
  push(part: Uint8Array): void {
    if (this.#over || this.#ending !== undefined || part.length === 0) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ value: part, done: false });
      return;
    }
    this.#parts.push(part);
    this.#size += messageSize(part);
    if (this.#size > this.#options.highWater && !this.#paused) {
      this.#paused = true;
      this.#port.pauseStream();
    }
  }

  /**
   * Nothing more comes.
   *
   * @param error gives what reading throws after the last part; absent when the message is complete
   */
  end(error: () => unknown = complete): void {
    if (this.#over || this.#ending !== undefined) return;
    this.#ending = error;
    this.#resume();
    if (this.#parts.length === 0) this.#finish();
  }

  // The side of the loop that handed it out.

  /** Whether nobody has begun to read it. */
  get isUntouched(): boolean {
    return !this.#touched;
  }

  /** Nobody has read it, and somebody wants the next message. */
  drop(): void {
    this.#dropped = true;
    this.#leave();
  }

  /** Resolves when it has been read to its end or given up. */
  whenOver(): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => this.#overWaiters.push(resolve));
  }

  // The reader's side.

  get readable(): ReadableStream<Uint8Array> {
    if (this.#readable === undefined) {
      const reader = this[Symbol.asyncIterator]();
      this.#readable = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const { value, done } = await reader.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: async () => this.#leave(),
        },
        // What is unread is counted here and nowhere else.
        { highWaterMark: 0 },
      );
    }
    return this.#readable;
  }

  bytes(): Promise<Uint8Array> {
    const bytes = this.#collect();
    // A wait that nobody looks at any more must not end the process when it fails.
    bytes.catch(ignore);
    return bytes;
  }

  text(): Promise<string> {
    const text = this.#collect().then((bytes) => decoder.decode(bytes));
    text.catch(ignore);
    return text;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array, undefined> {
    if (this.#dropped) {
      throw new UsageError(
        'STREAM_DROPPED',
        'This message was dropped when the next one was asked for: begin to read it before that.',
      );
    }
    if (this.#touched) throw new UsageError('ALREADY_CONSUMED', 'This message is being read, or has been.');
    this.#touched = true;
    const iterator: AsyncIterableIterator<Uint8Array, undefined> = {
      next: () => this.#next(),
      return: () => {
        this.#leave();
        return Promise.resolve(done());
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #next(): Promise<Result> {
    const part = this.#parts.shift();
    if (part !== undefined) {
      this.#size -= messageSize(part);
      if (this.#size <= this.#options.highWater / 4) this.#resume();
      // Nothing is left but to say so, which nobody need wait for.
      if (this.#ending !== undefined && this.#parts.length === 0) this.#finish();
      return Promise.resolve({ value: part, done: false });
    }
    const promise = new Promise<Result>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (this.#over) this.#tellWaiters();
    promise.catch(ignore);
    return promise;
  }

  async #collect(): Promise<Uint8Array> {
    const { maxMessageSize } = this.#options;
    const parts: Uint8Array[] = [];
    let length = 0;
    // Leaving the loop drops the rest.
    for await (const part of this) {
      length += part.length;
      if (length > maxMessageSize) {
        throw new UsageError(
          'STREAM_TOO_LONG',
          `The message has more bytes than maxMessageSize allows (${maxMessageSize}): read it chunk by chunk.`,
        );
      }
      parts.push(part);
    }
    return join(parts);
  }

  /** The rest is wanted no more. */
  #leave(): void {
    while (this.#parts.shift() !== undefined);
    this.#size = 0;
    // Who gave up is not told the error any more.
    this.#ending = complete;
    this.#finish();
    this.#resume();
  }

  #finish(): void {
    this.#over = true;
    this.#tellWaiters();
    for (const resolve of this.#overWaiters.splice(0)) resolve();
  }

  /** The first read that waits is told why the message is not complete; after that it is only over. */
  #tellWaiters(): void {
    for (const { resolve, reject } of this.#waiters.splice(0)) {
      const error = this.#ending?.();
      this.#ending = complete;
      if (error === undefined) resolve(done());
      else reject(error);
    }
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#port.resumeStream();
  }
}

function done(): Result {
  return { value: undefined, done: true };
}

function complete(): undefined {
  return undefined;
}

function ignore(): void {
  // The same error is in `closed`.
}
