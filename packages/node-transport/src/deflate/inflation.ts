// Inflating a message in the thread pool, part by part, with one live zlib stream that ends with the message. At most 64 KiB are told at a
// time; while paused nothing is told, and at most one such step is ahead. A message that is several DEFLATE streams (RFC 7692, section
// 7.2.3.4) is inflated by as many zlib streams, one after the other.
//
// A place among the jobs of the process is taken for each piece of input, not for the message: a large message, or one whose reader has
// paused, keeps nobody waiting.

import { createInflateRaw, type InflateRaw } from 'node:zlib';
import type { PartDecoder, PartDecoderSink, ViolationCode } from '@framewire/protocol';
import type { Job, JobLimiter } from './job-limiter.ts';
import { MESSAGE_END, mayHaveStreams } from './message-end.ts';
import { ownBytes } from './own-bytes.ts';
import type { SlidingWindow } from './sliding-window.ts';

/** The most that is told at a time. */
const STEP = 64 * 1024;
/** Input for one turn. It may become 1,032 times as much. */
const PIECE = 16 * 1024;

const none: Uint8Array = new Uint8Array(0);

export class Inflation implements PartDecoder, Job {
  readonly #sink: PartDecoderSink;
  readonly #window: SlidingWindow;
  readonly #jobs: JobLimiter;
  readonly #closed: (() => void) | undefined;
  #stream: InflateRaw | undefined;
  #streams = 0;
  /** Bytes of the message that were given to zlib and taken. */
  #taken = 0;
  #part: Uint8Array = none;
  #last = false;
  #done: ((violation?: ViolationCode) => void) | undefined;
  /** What zlib has been given, and has not told everything of. */
  #piece: Uint8Array | undefined;
  /** What the stream had taken before the piece. */
  #takenBefore = 0;
  /** zlib is done with the piece. */
  #isWritten = false;
  #isWaiting = false;
  #hasPlace = false;
  #isPaused = false;
  #isClosed = false;

  /**
   * @param window what the message may refer back to; slides over the message
   * @param closed called by {@link close}
   */
  constructor(sink: PartDecoderSink, window: SlidingWindow, jobs: JobLimiter, closed?: () => void) {
    this.#sink = sink;
    this.#window = window;
    this.#jobs = jobs;
    this.#closed = closed;
  }

  push(part: Uint8Array, last: boolean, done: (violation?: ViolationCode) => void): void {
    this.#part = part;
    this.#last = last;
    this.#done = done;
    this.#next();
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream?.pause();
    // The step under way, if there is one, still ends; whoever waits need not wait for the reader.
    this.#leave();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#piece !== undefined) this.#enter();
    else if (this.#done !== undefined) this.#next();
  }

  close(): void {
    this.#isClosed = true;
    this.#done = undefined;
    this.#part = none;
    this.#piece = undefined;
    this.#leave();
    this.#endStream();
    this.#closed?.();
  }

  /** A place is free: gives zlib the next piece, or goes on with the one it has. */
  start(): void {
    this.#isWaiting = false;
    this.#hasPlace = true;
    const stream = this.#stream ?? this.#open();
    stream.resume();
    if (this.#piece !== undefined) return this.#told();
    this.#takenBefore = stream.bytesWritten;
    this.#isWritten = false;
    if (this.#part.length > 0) {
      this.#piece = this.#part.subarray(0, PIECE);
      stream.write(this.#piece, (error) => this.#wrote(stream, error));
    } else {
      this.#piece = MESSAGE_END;
      stream.on('end', () => this.#ended(stream));
      stream.end(MESSAGE_END);
    }
  }

  #open(): InflateRaw {
    const { dictionary } = this.#window;
    // One byte is over the mark, so that zlib waits while a chunk is not read.
    const options = { chunkSize: STEP, readableHighWaterMark: 1, ...(dictionary !== undefined && { dictionary }) };
    const stream = createInflateRaw(options);
    this.#stream = stream;
    this.#streams++;
    stream.on('data', (chunk: Uint8Array) => this.#inflated(stream, chunk));
    // Stays to the end: zlib may fail after we have closed it.
    stream.on('error', () => this.#failed(stream));
    return stream;
  }

  #next(): void {
    if (this.#isPaused || this.#isWaiting || this.#isClosed) return;
    if (this.#part.length > 0) {
      if (mayHaveStreams(this.#streams + 1, this.#taken) || this.#stream !== undefined) this.#enter();
      else this.#finish('DEFLATE_INVALID');
    } else if (this.#last && this.#stream !== undefined) {
      this.#enter();
    } else {
      this.#finish();
    }
  }

  #inflated(stream: InflateRaw, chunk: Uint8Array): void {
    if (stream !== this.#stream) return;
    this.#window.add(chunk);
    this.#sink.decoded(ownBytes(chunk));
    this.#told();
  }

  #wrote(stream: InflateRaw, error: Error | null | undefined): void {
    // An error is told by its event.
    if (stream !== this.#stream || error) return;
    this.#isWritten = true;
    this.#told();
  }

  /** Goes on when zlib is done with the piece and everything it became was told. */
  #told(): void {
    const { bytesWritten = 0, readableLength = 0 } = this.#stream ?? {};
    if (!this.#isWritten || readableLength > 0 || this.#piece === undefined) return;
    const taken = bytesWritten - this.#takenBefore;
    this.#taken += taken;
    // What is left of a piece is behind a final block, and begins a stream of its own.
    if (taken < this.#piece.length) this.#endStream();
    this.#part = this.#part.subarray(taken);
    this.#piece = undefined;
    this.#leave();
    this.#next();
  }

  #ended(stream: InflateRaw): void {
    if (stream !== this.#stream) return;
    const taken = stream.bytesWritten - this.#takenBefore;
    // The message may also end with its own final block; one that needs bytes of ours was cut.
    this.#finish(taken === MESSAGE_END.length || taken === 0 ? undefined : 'DEFLATE_INVALID');
  }

  #failed(stream: InflateRaw): void {
    if (stream === this.#stream) this.#finish('DEFLATE_INVALID');
  }

  #finish(violation?: ViolationCode): void {
    const done = this.#done;
    this.#done = undefined;
    this.#part = none;
    this.#piece = undefined;
    this.#leave();
    if (this.#last || violation !== undefined) this.#endStream();
    done?.(violation);
  }

  #enter(): void {
    this.#isWaiting = true;
    this.#jobs.enter(this);
  }

  #leave(): void {
    if (this.#isWaiting) this.#jobs.cancel(this);
    this.#isWaiting = false;
    if (this.#hasPlace) {
      this.#hasPlace = false;
      this.#jobs.leave();
    }
  }

  #endStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.destroy();
  }
}
