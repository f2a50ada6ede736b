// One direction of a connection: bytes from a source to a sink, in order and complete, but late, cut up, put together or slow. What is
// held is bounded: over the bound the source is not read. Bytes leave one piece after the other, each when the kernel has taken the last.

import type { Socket } from 'node:net';
import type { Clock, Timer } from '@framewire/connection';
import type { SeededRandom } from '../seeded-random.ts';
import type { LimitFault, SettledFaults } from './faults.ts';
import { reset } from './reset.ts';
import { randomOf } from './seeds.ts';
import { Segments } from './segments.ts';

/** What a lane has for all its life. */
export interface LaneOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly clock: Clock;
  readonly seed: number;
  /** Bytes held over which the source is not read. */
  readonly maxBuffered: number;
  /** So many bytes have been passed on as the fault allows. */
  readonly limitReached: (action: LimitFault['action']) => void;
}

/** The most written at once. */
const LARGEST_PIECE = 65_536;
/** A rate is kept in slices of this many milliseconds. */
const RATE_SLICE = 50;
const NEVER = Number.POSITIVE_INFINITY;

export class Lane {
  /** Bytes read from the source. */
  received = 0;
  /** Bytes the kernel has taken for the sink. */
  delivered = 0;
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #clock: Clock;
  readonly #maxBuffered: number;
  readonly #limitReached: LaneOptions['limitReached'];
  readonly #delays: SeededRandom;
  readonly #sizes: SeededRandom;
  readonly #limits: SeededRandom;
  readonly #segments: Segments = new Segments();
  #faults: SettledFaults;
  /** Bytes until the limit. */
  #limitLeft = NEVER;
  /** Bytes until the next cut; 0: to be drawn. */
  #pieceLeft = 0;
  /** When the segment that came last arrives. */
  #lastDue = 0;
  /** When the next piece may leave. */
  #free = 0;
  /** When the FIN leaves. */
  #endAt = NEVER;
  /** When the RST leaves; it does not wait for a sink that takes nothing. */
  #resetAt = NEVER;
  #stalled = false;
  /** What comes from the source is thrown away. */
  #deaf = false;
  /** Nothing goes to the sink any more. */
  #over = false;
  #writing = false;
  #paused = true;
  #timer: Timer | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor({ source, sink, clock, seed, maxBuffered, limitReached }: LaneOptions, faults: SettledFaults) {
    this.#source = source;
    this.#sink = sink;
    this.#clock = clock;
    this.#maxBuffered = maxBuffered;
    this.#limitReached = limitReached;
    this.#delays = randomOf(seed, 0);
    this.#sizes = randomOf(seed, 1);
    this.#limits = randomOf(seed, 2);
    this.#faults = faults;
    this.#drawLimit();
  }

  /** Bytes read and not yet written. */
  get held(): number {
    return this.#segments.bytes;
  }

  get stalled(): boolean {
    return this.#stalled;
  }

  set(faults: SettledFaults): void {
    this.#faults = faults;
    this.#pieceLeft = 0;
    this.#free = 0;
    this.#drawLimit();
    this.#pump();
  }

  /** Neither reads nor writes, until it is told to go on. */
  stall(): void {
    this.#stalled = true;
    this.#timer?.cancel();
    this.#regulate();
  }

  resume(): void {
    this.#stalled = false;
    this.#regulate();
    this.#pump();
  }

  receive(bytes: Uint8Array): void {
    this.received += bytes.length;
    if (this.#deaf) return;
    this.#segments.push(bytes, this.#arrival());
    this.#regulate();
    this.#pump();
  }

  /** The source has ended; so does the sink, after what is held. What comes all the same is thrown away. */
  end(): void {
    if (this.#deaf) return;
    this.#deaf = true;
    this.#endAt = this.#arrival() + this.#faults.endDelay;
    this.#regulate();
    this.#pump();
  }

  /** The source was reset; so is the sink, when what came before is due. */
  reset(): void {
    this.#deaf = true;
    this.#resetAt = this.#arrival();
    this.#pump();
  }

  /** There is no sink any more. The source is read, so that its end is seen. */
  stop(): void {
    this.#over = true;
    this.#deaf = true;
    this.#segments.clear();
    this.#timer?.cancel();
    clearImmediate(this.#turn);
    this.#regulate();
  }

  /** When what comes now arrives: not before what came earlier. */
  #arrival(): number {
    const { min, max } = this.#faults.delay;
    const delay = min === max ? min : min + this.#delays.next() * (max - min);
    this.#lastDue = Math.max(this.#lastDue, this.#clock.now() + delay);
    return this.#lastDue;
  }

  #drawLimit(): void {
    const { limit } = this.#faults;
    this.#limitLeft = limit === undefined ? NEVER : this.#limits.integer(limit.bytes.min, limit.bytes.max);
  }

  /** Reads the source as long as there is room. */
  #regulate(): void {
    const paused = this.#stalled || this.#segments.cost >= this.#maxBuffered;
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#source.pause();
    else this.#source.resume();
  }

  readonly #pump = (): void => {
    if (this.#stalled || this.#over) return;
    this.#timer?.cancel();
    const now = this.#clock.now();
    const free = this.#writing ? NEVER : this.#nextWrite(now);
    const next = Math.min(this.#resetAt, free);
    if (next > now) {
      if (next !== NEVER) this.#timer = this.#clock.schedule(next - now, this.#pump);
    } else if (free <= now && this.#segments.arrived > 0) {
      this.#write(now);
    } else if (this.#resetAt <= now) {
      this.stop();
      reset(this.#sink);
    } else {
      this.#endAt = NEVER;
      this.#sink.end();
    }
  };

  /** When there will be something to write, as far as is known. */
  #nextWrite(now: number): number {
    const segments = this.#segments;
    segments.arrive(now);
    if (segments.arrived === 0) return segments.bytes > 0 ? segments.nextDue : this.#endAt;
    const { join } = this.#faults;
    // Nobody else is coming: who waits for company waits in vain.
    const complete = this.#deaf && segments.arrived === segments.bytes;
    if (join !== undefined && segments.arrived < join.bytes && !complete) {
      const joined = segments.since + join.within;
      if (joined > now) return Math.max(this.#free, Math.min(joined, segments.nextDue));
    }
    return this.#free;
  }

  #write(now: number): void {
    const { split, join, rate } = this.#faults;
    if (split !== undefined && this.#pieceLeft === 0) this.#pieceLeft = this.#sizes.integer(split.min, split.max);
    const slice = rate === NEVER ? LARGEST_PIECE : Math.ceil((rate * RATE_SLICE) / 1000);
    const left = split === undefined ? LARGEST_PIECE : this.#pieceLeft;
    const most = Math.min(LARGEST_PIECE, slice, left, this.#limitLeft);
    const piece = this.#segments.take(most, join !== undefined);
    if (rate !== NEVER) this.#free = Math.max(this.#free, now) + (piece.length / rate) * 1000;
    if (split !== undefined) {
      this.#pieceLeft -= piece.length;
      if (this.#pieceLeft === 0) this.#free = Math.max(this.#free, now + split.gap);
    }
    this.#limitLeft -= piece.length;
    this.#writing = true;
    this.#sink.write(piece, (error) => {
      // What a failure means, the end of the socket tells.
      if (error === undefined || error === null) this.#written(piece.length, split !== undefined);
    });
  }

  #written(length: number, split: boolean): void {
    this.#writing = false;
    this.delivered += length;
    if (this.#over) return;
    if (this.#limitLeft === 0) {
      this.#limitLeft = NEVER;
      const action = this.#faults.limit?.action ?? 'cut';
      // Not a byte more, before the end either.
      if (action === 'end') this.#segments.clear();
      this.#limitReached(action);
    }
    this.#regulate();
    // Written in one turn, pieces would leave as one segment, or be read as one.
    if (split) this.#turn = setImmediate(this.#pump);
    else this.#pump();
  }
}
