// The frame decoder never throws, and any chunking and any suspension of the same bytes gives the same frames.

import { FrameDecoder, type FrameSink } from '../src/frame-decoder.ts';
import type { Role } from '../src/role.ts';
import type { Random } from './random.ts';
import { same } from './same.ts';
import { randomWire } from './wire.ts';

class Frames implements FrameSink {
  readonly lines: string[] = [];
  #payload = '';
  /** Called in the middle of each call, when there is one. */
  act: (() => unknown) | undefined;

  frameStart(opcode: number, fin: boolean, rsv1: boolean, length: number): void {
    this.lines.push(`${opcode} ${fin} ${rsv1} ${length}`);
    this.#payload = '';
    this.act?.();
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    if (start >= end) throw new Error('an empty payload was told');
    this.#payload += source.subarray(start, end).join();
    this.#payload += ',';
    this.act?.();
  }

  frameEnd(): void {
    this.lines.push(this.#payload);
    this.act?.();
  }

  frameFailed(violation: string): void {
    this.lines.push(violation);
  }
}

/** One run. */
export function fuzzFrameDecoder(random: Random): void {
  const role = random.pick<Role>(['client', 'server']);
  const rsv1Allowed = random.oneIn(2);
  const bytes = random.oneIn(8) ? random.bytes(random.below(40)) : randomWire(random, role);
  const whole = new Frames();
  new FrameDecoder(whole, role, rsv1Allowed).push(bytes.slice());
  const cut = new Frames();
  const decoder = new FrameDecoder(cut, role, rsv1Allowed);
  const suspending = random.oneIn(3);
  if (suspending) cut.act = () => random.oneIn(3) && decoder.suspend();
  for (const chunk of random.chunks(bytes)) decoder.push(chunk);
  cut.act = undefined;
  decoder.resume();
  same('frames', cut.lines, whole.lines);
}
