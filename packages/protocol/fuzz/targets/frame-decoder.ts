// The frame decoder tells what a plain reading of RFC 6455, section 5.2 finds, never throws, and tells the same however the bytes are cut
// and wherever it is suspended. What it told, encoded again, is what it was given.

import { FrameDecoder, type FrameSink } from '../../src/frame-decoder.ts';
import { encodeFrame } from '../../src/frames.ts';
import type { Opcode } from '../../src/opcode.ts';
import type { Role } from '../../src/role.ts';
import { holds, same } from '../invariant.ts';
import type { Random } from '../random.ts';
import { type ReferenceReading, referenceReading } from '../reference-frames.ts';
import { CHOICES, Input, type Target, withChoices } from '../target.ts';
import { randomWire, varyWire } from '../wire.ts';

class Recorder implements FrameSink {
  readonly lines: string[] = [];
  payload = '';
  #left = 0;
  /** Called in the middle of each call, when there is one. */
  act: (() => void) | undefined;

  frameStart(opcode: number, fin: boolean, rsv1: boolean, length: number): void {
    this.lines.push(`${opcode} ${fin} ${rsv1} ${length}`);
    this.#left = length;
    this.payload = '';
    this.act?.();
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    holds('no empty payload is told', start < end, () => `${start} to ${end}`);
    this.#left -= end - start;
    for (let at = start; at < end; at++) this.payload += String.fromCharCode(source[at] ?? -1);
    this.act?.();
  }

  frameEnd(): void {
    holds('a frame ends with its payload', this.#left === 0, () => `${this.#left} bytes are missing`);
    this.lines.push(this.payload);
    this.payload = '';
    this.act?.();
  }

  frameFailed(violation: string): void {
    this.lines.push(violation);
  }
}

/** What a recorder has to hear. */
function expected({ frames, violation }: ReferenceReading): { lines: string[]; payload: string } {
  const lines: string[] = [];
  let rest = '';
  for (const { opcode, fin, rsv1, length, payload, complete } of frames) {
    lines.push(`${opcode} ${fin} ${rsv1} ${Number(length)}`);
    const text = String.fromCharCode(...payload);
    if (complete) lines.push(text);
    else rest = text;
  }
  if (violation !== undefined) lines.push(violation);
  return { lines, payload: rest };
}

function role(input: Input): Role {
  return input.chooses(0) ? 'server' : 'client';
}

export const frameDecoder: Target = {
  maxLength: 3000,
  dictionary: [
    '\x81\x00',
    '\x80\x80',
    '\x88\x02\x03\xe8',
    '\x89\x85\0\0\0\0',
    '\x82\x7e\x00\x7e',
    '\x82\xff',
    '\x82\x7f\0\0\0\0\0\0\xff\xff',
    '\xc1',
  ],

  generate: (random) => {
    const input = withChoices(random, new Uint8Array(0));
    return withFirst(input, randomWire(random, role(new Input(input)), 8));
  },

  vary: (random: Random, bytes) => {
    const input = new Input(bytes);
    const wire = varyWire(random, input.body, role(input));
    return wire === undefined ? undefined : withFirst(bytes, wire);
  },

  run: (bytes) => {
    const input = new Input(bytes);
    const { body, random } = input;
    const [side, rsv1Allowed, suspending] = [role(input), input.chooses(1), input.chooses(2)];
    const reading = referenceReading(body, side, rsv1Allowed);
    const told = expected(reading);

    const whole = new Recorder();
    new FrameDecoder(whole, side, rsv1Allowed).push(body.slice());
    same('frames of the whole', whole, { ...told, act: undefined });

    const cut = new Recorder();
    const decoder = new FrameDecoder(cut, side, rsv1Allowed);
    if (suspending) cut.act = () => random.oneIn(3) && decoder.suspend();
    for (const chunk of input.chunks()) {
      decoder.push(chunk);
      if (random.oneIn(4)) decoder.resume();
    }
    cut.act = undefined;
    decoder.resume();
    same('frames of the chunks', cut, { ...told, act: undefined });

    const again = reading.frames
      .filter(({ complete }) => complete)
      .map((frame) => encodeFrame({ ...frame, opcode: frame.opcode as Opcode }, frame.key));
    const encoded = Buffer.concat(again);
    holds('encoded again', encoded.equals(body.subarray(0, encoded.length)), () => encoded.toString('hex'));
    return reading.violation ?? (reading.frames.at(-1)?.complete === false ? 'cut' : 'whole');
  },
};

function withFirst(input: Uint8Array, body: Uint8Array): Uint8Array {
  return Uint8Array.of(...input.subarray(0, CHOICES), ...body);
}
