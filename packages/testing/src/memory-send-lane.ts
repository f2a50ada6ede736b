// The order of what one side sends: what is sent while a message goes out in chunks waits behind it, a Close too.

import { DrainGate, OutgoingStream } from '@framewire/connection';
import type { ConnectionClosedError } from '@framewire/protocol';
import { payloadSize, type WireEnd, type WireFrame } from './memory-wire.ts';

export class MemorySendLane {
  readonly #end: WireEnd;
  /** A gate of its own, which works until the wire is cut: streams go out while a close waits for them. */
  readonly #gate: DrainGate;
  readonly #aborted: (error: unknown) => void;
  #current: OutgoingStream | undefined;
  #waiting: (WireFrame | OutgoingStream)[] = [];
  #waitingBytes = 0;

  /** @param aborted a message cannot be completed, for this reason: close */
  constructor(end: WireEnd, sendHighWater: number, aborted: (error: unknown) => void) {
    this.#end = end;
    this.#gate = new DrainGate(sendHighWater, Math.floor(sendHighWater / 4));
    this.#aborted = aborted;
  }

  /** Payload bytes that the other side has not taken. */
  get buffered(): number {
    return this.#end.buffered + this.#waitingBytes;
  }

  write(frame: WireFrame): void {
    if (this.#current === undefined) {
      this.#end.write(frame);
    } else {
      this.#waiting.push(frame);
      this.#waitingBytes += payloadSize(frame);
    }
  }

  stream(outgoing: OutgoingStream): void {
    if (this.#current === undefined) this.#start(outgoing);
    else this.#waiting.push(outgoing);
  }

  /** The other side took some. */
  taken(): void {
    this.#gate.emptied(this.#end.buffered);
  }

  /** No more messages go out: those under way and those that wait are dropped, and only a Close is not. */
  cut(reason: () => ConnectionClosedError): void {
    const [current, waiting] = [this.#current, this.#waiting];
    this.#current = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
    current?.cut(reason());
    for (const item of waiting) {
      if (item instanceof OutgoingStream) item.cut(reason());
      else if (item.kind === 'close') this.#end.write(item);
    }
  }

  #start(outgoing: OutgoingStream): void {
    this.#current = outgoing;
    let begun = false;
    const begin = (): void => {
      if (!begun) this.#end.write({ kind: 'begin', type: outgoing.type });
      begun = true;
    };
    outgoing.start({
      write: (bytes) => {
        begin();
        this.#end.write({ kind: 'part', payload: bytes.slice() });
        return this.#gate.filled(this.#end.buffered);
      },
      drained: () => this.#gate.wait(),
      end: () => {
        begin();
        this.#end.write({ kind: 'end' });
        this.#next();
        return this.#gate.filled(this.#end.buffered);
      },
      withdraw: () => this.#next(),
      abort: (error) => this.#aborted(error),
    });
  }

  #next(): void {
    this.#current = undefined;
    while (this.#current === undefined) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      if (item instanceof OutgoingStream) {
        this.#start(item);
      } else {
        this.#waitingBytes -= payloadSize(item);
        this.#end.write(item);
      }
    }
  }
}
