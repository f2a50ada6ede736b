// The rules of `Connection.sendStream`, once for every shell: asks the source for a chunk when there is room for it, and whatever goes wrong
// on either side, tells both sides and the caller.

import { type ConnectionClosedError, UsageError } from '@framewire/protocol';
import type { Chunks } from './connection.ts';
import { OutgoingChunks } from './outgoing-chunks.ts';

/** Where the chunks of one message go, once it is its turn. None of it is called after {@link OutgoingStream.cut}. */
export interface ChunkWriter {
  /** Copies the bytes, 1 to 65,536, and queues them as the next part of the message. False: wait for {@link drained} before the next one. */
  write(bytes: Uint8Array): boolean;
  /**
   * As `Connection.drained`, but goes on working while a close waits for this message: it need not settle when the connection ends, for then
   * {@link OutgoingStream.cut} is called.
   */
  drained(): Promise<void>;
  /** The message is complete. False: wait for {@link drained}. */
  end(): boolean;
  /** There will be no message, and nothing of it was written: what waits behind it goes on. */
  withdraw(): void;
  /** The message cannot be completed: close with 1011, for this reason. */
  abort(error: unknown): void;
}

type Source = Iterator<unknown> | AsyncIterator<unknown>;

export class OutgoingStream {
  readonly type: 'text' | 'binary';
  /** What `sendStream` returns. */
  readonly sent: Promise<void>;
  readonly #source: Source;
  readonly #chunks: OutgoingChunks;
  #resolve: () => void = noop;
  #reject: (error: unknown) => void = noop;
  #settled = false;

  /** @throws UsageError INVALID_ARGUMENT when `chunks` is no iterable of chunks, or `type` neither `text` nor `binary` */
  constructor(chunks: Chunks, type: 'text' | 'binary' = 'binary') {
    if (type !== 'text' && type !== 'binary') {
      throw new UsageError('INVALID_ARGUMENT', `The type of a message is 'text' or 'binary', not ${String(type)}.`);
    }
    this.type = type;
    this.#chunks = new OutgoingChunks(type);
    this.#source = iterate(chunks);
    this.sent = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A message that nobody looks at any more must not end the process when it fails.
    this.sent.catch(noop);
  }

  /** Its turn has come. */
  start(writer: ChunkWriter): void {
    // Before that, the connection may have ended.
    if (!this.#settled) void this.#run(writer);
  }

  /** The connection has ended, or will without sending the rest. Does nothing when the message was sent. */
  cut(reason: ConnectionClosedError): void {
    if (!this.#settled) this.#fail(reason);
  }

  async #run(writer: ChunkWriter): Promise<void> {
    let begun = false;
    try {
      while (true) {
        const { value, done } = await this.#source.next();
        if (this.#settled) return;
        for (const piece of done ? this.#chunks.end() : this.#chunks.take(value)) {
          begun = true;
          if (writer.write(piece)) continue;
          await writer.drained();
          if (this.#settled) return;
        }
        if (done) break;
      }
      if (!writer.end()) await writer.drained();
      this.#settled = true;
      this.#resolve();
    } catch (error) {
      if (this.#settled) return;
      this.#fail(error);
      if (begun) writer.abort(error);
      else writer.withdraw();
    }
  }

  #fail(error: unknown): void {
    this.#settled = true;
    this.#reject(error);
    // What the source says to this changes nothing any more. It is not waited for: it may be in the middle of making a chunk.
    new Promise((resolve) => resolve(this.#source.return?.())).catch(noop);
  }
}

function iterate(chunks: Chunks): Source {
  // A string and bytes can be iterated as well, but not as chunks.
  if (typeof chunks === 'string' || ArrayBuffer.isView(chunks)) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      'The chunks are an iterable of strings or Uint8Arrays: send a single one with `send`.',
    );
  }
  const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync } = Object(chunks) as Partial<AllChunks>;
  if (typeof async === 'function') return async.call(chunks);
  if (typeof sync === 'function') return sync.call(chunks);
  throw new UsageError('INVALID_ARGUMENT', 'The chunks must be an iterable or an async iterable.');
}

type AllChunks = AsyncIterable<unknown> & Iterable<unknown>;

function noop(): void {
  // Nobody waits, or nobody wants to know.
}
