// A stream without anything behind it: the test plays the other side, and decides which events come and in which order.

import type { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { type Frame, frames, type Role } from '@framewire/protocol';

export interface FakeSocketOptions {
  /** Whether writes are taken at once. Default true. */
  readonly takes?: boolean;
  /** Whether `close` is emitted after `destroy`, and `destroy` called after the end, as real sockets do. Default true. */
  readonly tellsItsEnd?: boolean;
}

export class FakeSocket extends Duplex {
  readonly written: Buffer[] = [];
  takes: boolean;
  #waiting: (() => void) | undefined;

  constructor({ takes = true, tellsItsEnd = true }: FakeSocketOptions = {}) {
    super({ autoDestroy: tellsItsEnd, emitClose: tellsItsEnd, writableHighWaterMark: 1 });
    this.takes = takes;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    if (chunk.length > 0) this.written.push(chunk);
    if (this.takes) callback();
    else this.#waiting = callback;
  }

  /** Takes what waits and what follows. */
  release(): void {
    this.takes = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  /** What was written, as frames: those of a server are read as a client reads them, and the other way round. */
  frames(sender: Role): Frame[] {
    return [...frames(this.written, sender === 'server' ? 'client' : 'server')];
  }
}
