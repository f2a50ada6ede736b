// The number of write calls decides the speed of a server (docs/performance.md): what is sent while a chunk is parsed leaves as one
// write when the chunk ends, what is sent outside a read leaves in one write at the end of the turn. While the socket still holds
// bytes the kernel did not take, everything waits here and leaves together when it has.

import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ByteSink } from '@framewire/protocol';
import { acquireBuffer, READ_SIZE, releaseBuffer } from './buffer-pool.ts';
import { atTurnEnd, type TurnTask } from './turn.ts';

/** Told when the kernel has taken what the socket was given. */
export interface OutputOwner {
  outputFlushed(): void;
}

/** Bytes of a queue that are written together. */
const PORTION = 256 * 1024;

const none: Buffer = Buffer.alloc(0);

/** Coalesces what one connection writes. */
export class Output implements ByteSink, TurnTask {
  offset = 0;
  readonly #socket: Duplex;
  readonly #owner: OutputOwner;
  #buffer: Buffer = none;
  /** Full buffers and large payloads, in order, before what is in the current buffer. */
  #queue: Uint8Array[] | undefined;
  #queueBytes = 0;
  /** Whether the end of a read will flush, so that no turn's end needs to. */
  #reading = false;
  #scheduled = false;
  /** Whether the socket holds bytes the kernel has not taken. */
  #busy = false;
  #ending = false;
  #ended = false;

  constructor(socket: Duplex, owner: OutputOwner) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Bytes written that the kernel has not taken. */
  get bufferedAmount(): number {
    const unsent = this.offset + this.#queueBytes;
    return this.#busy ? unsent + this.#socket.writableLength : unsent;
  }

  reserve(size: number): Uint8Array {
    if (!this.#reading && !this.#scheduled) this.#schedule();
    if (this.#buffer.length - this.offset < size) this.#makeRoom(size);
    return this.#buffer;
  }

  writePair(head: Uint8Array, payload: Uint8Array): void {
    this.reserve(head.length).set(head, this.offset);
    this.offset += head.length;
    this.#seal();
    this.#enqueue(payload);
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (!this.#reading && !this.#scheduled) this.#schedule();
  }

  /** Until {@link endRead} nothing is flushed. */
  beginRead(): void {
    this.#reading = true;
  }

  /** Flushes what was written since {@link beginRead}. */
  endRead(): void {
    this.#reading = false;
    this.flush();
  }

  turnEnded(): void {
    this.#scheduled = false;
    this.flush();
  }

  /** Hands everything to the socket, unless it is still busy with what it was given before: then it follows by itself. */
  flush(): void {
    if (this.#ended) return;
    if (!this.#busy && this.#hasUnsent) this.#write();
    if (this.#ending && !this.#hasUnsent) {
      this.#ended = true;
      this.#socket.end();
    }
  }

  /** Forgets what was not sent: the socket is gone. */
  discard(): void {
    this.#ended = true;
    this.#busy = false;
    this.#queue = undefined;
    this.#queueBytes = 0;
    this.#release();
  }

  #schedule(): void {
    this.#scheduled = true;
    atTurnEnd(this);
  }

  #makeRoom(size: number): void {
    const used = this.offset;
    const full = this.#buffer;
    if (used > 0 && used + size > READ_SIZE) {
      this.#seal();
      this.#buffer = acquireBuffer(size);
      return;
    }
    // What is sent in a read is often as much as was read; outside of reads it is often one small message to each of many.
    this.#buffer = acquireBuffer(this.#reading ? Math.max(READ_SIZE, size) : used + size);
    full.copy(this.#buffer, 0, 0, used);
    if (full !== none) releaseBuffer(full);
  }

  #seal(): void {
    if (this.offset > 0) this.#enqueue(this.#buffer.subarray(0, this.offset));
    this.#buffer = none;
    this.offset = 0;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue ??= [];
    this.#queue.push(bytes);
    this.#queueBytes += bytes.length;
  }

  /** Whether there are bytes the socket was not given. */
  get #hasUnsent(): boolean {
    return this.offset > 0 || this.#queueBytes > 0;
  }

  #write(): void {
    const socket = this.#socket;
    if (this.#queue === undefined) this.#writeBuffer();
    else this.#seal();
    while (this.#queue !== undefined && socket.writableLength === 0) this.#writePortion(this.#queue);
    if (socket.writableLength === 0) {
      this.#owner.outputFlushed();
      return;
    }
    this.#busy = true;
    // An empty write is called back after all before it: so the callback is paid for only when the kernel could not keep up.
    socket.write(none, (error) => {
      this.#busy = false;
      if (error !== undefined && error !== null) return; // the socket's 'close' follows
      this.#owner.outputFlushed();
      this.flush();
    });
  }

  /** The usual case: all there is fits one buffer. */
  #writeBuffer(): void {
    const socket = this.#socket;
    const buffer = this.#buffer;
    const bytes = buffer.subarray(0, this.offset);
    this.#buffer = none;
    this.offset = 0;
    if (!(socket instanceof Socket)) {
      // Any stream but a socket may pass our buffer on instead of copying it, so it gets one of its own.
      socket.write(Buffer.from(bytes));
      releaseBuffer(buffer);
      return;
    }
    socket.write(bytes);
    // Nothing left in the socket: the kernel (under TLS: the cipher) has copied it all, and the buffer can be used again.
    if (socket.writableLength === 0) releaseBuffer(buffer);
  }

  /** In portions, because a gathered write shows no progress before its end, and who waits for a slow peer must see some. */
  #writePortion(queue: Uint8Array[]): void {
    const socket = this.#socket;
    let written = 0;
    let parts = 0;
    socket.cork();
    for (const bytes of queue) {
      if (written >= PORTION) break;
      socket.write(bytes);
      written += bytes.length;
      parts++;
    }
    socket.uncork();
    this.#queueBytes -= written;
    this.#queue = parts === queue.length ? undefined : queue.slice(parts);
  }

  #release(): void {
    if (this.#buffer !== none) releaseBuffer(this.#buffer);
    this.#buffer = none;
    this.offset = 0;
  }
}
