// What lies between two connections in memory: frames, each way in order. What is written at one end reaches the other in a
// later microtask, unless that end has paused or the wire is held. A cut wire carries nothing more.

import type { CloseStatus } from '@framewire/protocol';

/** What a wire carries. Text is bytes here too, so that what UTF-8 cannot say is lost here as it is elsewhere. */
export type WireFrame =
  | { readonly kind: 'text' | 'binary'; readonly payload: Uint8Array }
  /** A message in chunks: `begin`, then `part`s, then `end`. */
  | { readonly kind: 'begin'; readonly type: 'text' | 'binary' }
  | { readonly kind: 'part'; readonly payload: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'close'; readonly status: CloseStatus };

/** What an end of the wire tells whoever holds it. */
export interface WireHandler {
  frame(frame: WireFrame): void;
  /** The other end took some of what was written here. */
  taken(): void;
  /** The wire was cut. */
  broken(cause: unknown): void;
}

/** What is on its way from one end to the other. */
interface Lane {
  readonly frames: WireFrame[];
  /** Of payload. */
  bytes: number;
  /** Tells the end it leads to. */
  arrived(): void;
  /** Tells the end it comes from. */
  taken(): void;
}

/** Two ends, and what happens to the way between them. */
export class MemoryWire {
  readonly ends: readonly [WireEnd, WireEnd];
  #held = false;
  #cut = false;

  constructor() {
    const there: Lane = { frames: [], bytes: 0, arrived: noop, taken: noop };
    const back: Lane = { frames: [], bytes: 0, arrived: noop, taken: noop };
    this.ends = [new WireEnd(this, back, there), new WireEnd(this, there, back)];
  }

  /** Whether frames can pass. */
  get carries(): boolean {
    return !this.#held && !this.#cut;
  }

  /** Nothing passes until {@link release}, either way. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const end of this.ends) end.schedule();
  }

  /** What is on its way is lost, and both ends learn the cause, in a later microtask. A second call does nothing. */
  cut(cause?: unknown): void {
    if (this.#cut) return;
    this.#cut = true;
    for (const end of this.ends) end.schedule(() => end.handler?.broken(cause));
  }
}

/** One end of a wire. */
export class WireEnd {
  /** Set it before the first frame comes. */
  handler: WireHandler | undefined;
  readonly #wire: MemoryWire;
  readonly #incoming: Lane;
  readonly #outgoing: Lane;
  #paused = false;

  constructor(wire: MemoryWire, incoming: Lane, outgoing: Lane) {
    this.#wire = wire;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    incoming.arrived = () => this.schedule();
    outgoing.taken = () => this.handler?.taken();
  }

  /** Payload bytes that were written here and not yet taken at the other end. */
  get buffered(): number {
    return this.#outgoing.bytes;
  }

  /** Whether the other end has taken all that was written here. */
  get idle(): boolean {
    return this.#outgoing.frames.length === 0;
  }

  write(frame: WireFrame): void {
    const lane = this.#outgoing;
    lane.frames.push(frame);
    lane.bytes += payloadSize(frame);
    // Those behind the first are taken with it, or after it.
    if (lane.frames.length === 1) lane.arrived();
  }

  /** Takes nothing until {@link resume}. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.schedule();
  }

  /** Does it, or takes what has arrived, in a later microtask. */
  schedule(work: () => void = () => this.#take()): void {
    void Promise.resolve().then(work);
  }

  #take(): void {
    if (this.#paused) return;
    const lane = this.#incoming;
    let taken = 0;
    // What is written meanwhile waits for another microtask.
    for (const frame of lane.frames.slice()) {
      if (this.#paused || !this.#wire.carries) break;
      taken++;
      lane.bytes -= payloadSize(frame);
      this.handler?.frame(frame);
    }
    if (taken === 0) return;
    lane.frames.splice(0, taken);
    if (lane.frames.length > 0) this.schedule();
    lane.taken();
  }
}

/** Bytes of payload. */
export function payloadSize(frame: WireFrame): number {
  return 'payload' in frame ? frame.payload.length : 0;
}

function noop(): void {
  // Until the ends are there.
}
