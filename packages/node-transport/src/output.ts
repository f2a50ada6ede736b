// The way out: the encoder writes into the buffer `reserve` gives, and `flush` hands it to the socket. The number of write calls decides
// the speed of a server (docs/performance.md): what is sent while a chunk is parsed leaves as one write when the chunk ends, what is sent
// outside a read leaves in one write at the end of the turn. While the socket still holds bytes the kernel did not take, everything waits
// here and leaves together when it has.

import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ByteSink, UsageError } from '@framewire/protocol';
import { ANSWERS_SIZE, acquireBuffer, releaseBuffer } from './buffer-pool.ts';
import type { SharedFrames } from './shared-frames.ts';
import { atTurnEnd, type TurnTask } from './turn.ts';

/** Bytes of a queue that are written together. */
const PORTION = 256 * 1024;
/** Up to this many shared bytes are copied where something else is to follow them: one write costs more than the copy. */
const COPY_SHARED_UP_TO = 16 * 1024;

const none: Buffer = Buffer.alloc(0);

// What an output is about, in one field: six of their own would take 40 bytes more of each idle connection.
/** The end of a read will flush, so that no turn's end needs to. */
const READING = 1;
const SCHEDULED = 2;
/** The socket holds bytes the kernel has not taken. */
const BUSY = 4;
const ENDING = 8;
const ENDED = 16;
/** The stream copies what it is given, or is done with it when it says so: then buffers can be used again, and shared. */
const COPIES = 32;

/** Coalesces what one connection writes. The connection extends it, for an object of its own would take 56 bytes more of each. */
export abstract class Output implements ByteSink, TurnTask {
  /** How much of the buffer is used. */
  offset = 0;
  protected readonly socket: Duplex;
  #buffer: Buffer = none;
  /** Full buffers and large payloads, in order, before what is in the buffer. */
  #queue: Uint8Array[] | undefined;
  /** Broadcasts of this turn. While there are any, there is neither queue nor buffer. */
  #shared: SharedFrames | undefined;
  /** Bytes in the queue, or shared. */
  #waiting = 0;
  #flags: number;

  constructor(socket: Duplex) {
    this.socket = socket;
    this.#flags = socket instanceof Socket ? COPIES : 0;
  }

  /** The kernel has taken what the socket was given. */
  protected abstract outputFlushed(): void;

  /** So many bytes were given to the socket. */
  protected abstract written(count: number): void;

  /** Bytes written that the kernel has not taken. */
  get queuedBytes(): number {
    const unsent = this.offset + this.#waiting;
    return (this.#flags & BUSY) === 0 ? unsent : unsent + this.socket.writableLength;
  }

  reserve(size: number): Uint8Array {
    if ((this.#flags & (READING | SCHEDULED)) === 0) this.#schedule();
    if (this.#buffer.length - this.offset < size) this.#makeRoom(size);
    return this.#buffer;
  }

  writePair(head: Uint8Array, payload: Uint8Array): void {
    if (this.#shared !== undefined) this.#unshare(this.#shared);
    this.reserve(head.length).set(head, this.offset);
    this.offset += head.length;
    this.#seal();
    this.#enqueue(payload);
  }

  /** Sends what is sent to many, as it is. False when it has to be copied instead, because something else waits or the stream is not a socket. */
  share(frames: SharedFrames): boolean {
    let shared: SharedFrames | undefined = frames;
    if (this.#shared !== undefined) shared = this.#shared.joined(frames);
    else if (this.#buffer !== none || this.#waiting > 0 || (this.#flags & (BUSY | COPIES)) !== COPIES) return false;
    if (shared === undefined) return false;
    this.#shared = shared;
    this.#waiting += frames.length;
    if ((this.#flags & (READING | SCHEDULED)) === 0) this.#schedule();
    return true;
  }

  end(): void {
    if ((this.#flags & ENDING) !== 0) return;
    this.#flags |= ENDING;
    if ((this.#flags & (READING | SCHEDULED)) === 0) this.#schedule();
  }

  /** Until {@link endRead} nothing is flushed. */
  beginRead(): void {
    this.#flags |= READING;
  }

  /** Flushes what was written since {@link beginRead}. */
  endRead(): void {
    this.#flags &= ~READING;
    this.flush();
  }

  turnEnded(): void {
    this.#flags &= ~SCHEDULED;
    this.flush();
  }

  /** Hands everything to the socket, unless it is still busy with what it was given before: then it follows by itself. */
  flush(): void {
    if ((this.#flags & ENDED) !== 0) return;
    if ((this.#flags & BUSY) === 0 && this.#hasUnsent) this.#write();
    if ((this.#flags & ENDING) !== 0 && !this.#hasUnsent) {
      this.#flags |= ENDED;
      this.socket.end();
    }
  }

  /** Forgets what was not sent: the socket is gone. */
  discard(): void {
    this.#flags = (this.#flags | ENDED) & ~BUSY;
    this.#queue = undefined;
    this.#shared = undefined;
    this.#waiting = 0;
    if (this.#buffer !== none) releaseBuffer(this.#buffer);
    this.#buffer = none;
    this.offset = 0;
  }

  #schedule(): void {
    this.#flags |= SCHEDULED;
    atTurnEnd(this);
  }

  #makeRoom(size: number): void {
    if (this.#shared !== undefined) this.#unshare(this.#shared);
    const used = this.offset;
    const full = this.#buffer;
    if (used > 0 && used + size > ANSWERS_SIZE) {
      this.#seal();
      this.#buffer = acquireBuffer(size);
      return;
    }
    // What is sent in a read is often as much as was read; outside of reads it is often one small message to each of many.
    const isReading = (this.#flags & READING) !== 0;
    this.#buffer = acquireBuffer(isReading ? Math.max(ANSWERS_SIZE, size) : used + size);
    full.copy(this.#buffer, 0, 0, used);
    if (full !== none) releaseBuffer(full);
  }

  /** Something else follows what is shared. */
  #unshare({ bytes, length }: SharedFrames): void {
    this.#shared = undefined;
    this.#waiting = 0;
    if (length > COPY_SHARED_UP_TO) return this.#enqueue(bytes);
    this.#buffer = acquireBuffer(length);
    bytes.copy(this.#buffer);
    this.offset = length;
  }

  #seal(): void {
    if (this.offset > 0) this.#enqueue(this.#buffer.subarray(0, this.offset));
    this.#buffer = none;
    this.offset = 0;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue ??= [];
    this.#queue.push(bytes);
    this.#waiting += bytes.length;
  }

  /** Whether there are bytes the socket was not given. */
  get #hasUnsent(): boolean {
    return this.offset > 0 || this.#waiting > 0;
  }

  #write(): void {
    const { socket } = this;
    if (this.#shared !== undefined) this.#writeShared(this.#shared);
    else if (this.#queue === undefined) this.#writeBuffer();
    else this.#seal();
    while (this.#queue !== undefined && socket.writableLength === 0) this.#writePortion(this.#queue);
    if (socket.writableLength === 0) {
      this.outputFlushed();
      return;
    }
    this.#flags |= BUSY;
    // An empty write is called back after all before it: so the callback is paid for only when the kernel could not keep up.
    socket.write(none, (error) => {
      this.#flags &= ~BUSY;
      if (error !== undefined && error !== null) return; // the socket's 'close' follows
      this.outputFlushed();
      this.flush();
    });
  }

  /** The usual case: all there is fits one buffer. */
  #writeBuffer(): void {
    const { socket } = this;
    const buffer = this.#buffer;
    const bytes = buffer.subarray(0, this.offset);
    this.#buffer = none;
    this.offset = 0;
    this.written(bytes.length);
    if ((this.#flags & COPIES) === 0) {
      // Any stream but a socket may pass our buffer on instead of copying it, so it gets one of its own.
      socket.write(Buffer.from(bytes));
      releaseBuffer(buffer);
      return;
    }
    socket.write(bytes);
    // Nothing left in the socket: the kernel (under TLS: the cipher) has copied it all, and the buffer can be used again.
    if (socket.writableLength === 0) releaseBuffer(buffer);
  }

  #writeShared({ bytes }: SharedFrames): void {
    this.#shared = undefined;
    this.#waiting = 0;
    this.written(bytes.length);
    this.socket.write(bytes);
  }

  /** In portions, because a gathered write shows no progress before its end, and who waits for a slow peer must see some. */
  #writePortion(queue: Uint8Array[]): void {
    const { socket } = this;
    let written = 0;
    let parts = 0;
    socket.cork();
    for (const bytes of queue) {
      if (written >= PORTION) break;
      // Nothing empty is queued. Node would throw, out of a turn in which nobody can catch it.
      if (bytes.length === 0) return this.#giveUp();
      socket.write(bytes);
      written += bytes.length;
      parts++;
    }
    socket.uncork();
    this.#waiting -= written;
    this.written(written);
    this.#queue = parts === queue.length ? undefined : queue.slice(parts);
  }

  /** The memory of a large message, which is not copied, was transferred: the frame that began cannot be completed. */
  #giveUp(): void {
    this.discard();
    const message = 'A message was transferred before it was sent: wait until bufferedAmount is 0, or send a copy.';
    this.socket.destroy(new UsageError('INVALID_ARGUMENT', message));
  }
}
