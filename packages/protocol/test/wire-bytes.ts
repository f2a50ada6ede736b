// Arbitrary bytes from a peer, for properties: frames that are mostly valid, now and then damaged, sometimes plain noise.

import fc from 'fast-check';
import { encodeFrame, type Frame } from '../src/frames.ts';
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '../src/opcode.ts';

/** Payloads around every boundary that matters, ASCII or not text at all. */
const payload: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
  fc.constantFrom(0, 125, 126, 127, 300).map((length) => new Uint8Array(length).fill(0x61)),
);

/** Any frame the opcodes allow, in any order, so often a violation of section 5.4. */
const anyFrame: fc.Arbitrary<Frame> = fc.record({
  opcode: fc.constantFrom<Frame['opcode'][]>(TEXT, BINARY, CONTINUATION, CONTINUATION, PING, PONG, CLOSE),
  fin: fc.boolean(),
  rsv1: fc.constant(false),
  payload,
});

/** A message as its fragments, control frames between them: always valid. */
export const validMessage: fc.Arbitrary<Frame[]> = fc
  .record({
    opcode: fc.constantFrom<Frame['opcode'][]>(TEXT, BINARY),
    text: fc.string({ unit: 'grapheme', maxLength: 60 }),
    cuts: fc.array(fc.nat(), { maxLength: 5 }),
    control: fc.array(fc.constantFrom<Frame['opcode'][]>(PING, PONG), { maxLength: 2 }),
  })
  .map(({ opcode, text, cuts, control }) => {
    const bytes = new TextEncoder().encode(text);
    const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const fragments = ends.map((end, index): Frame => {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      const last = index === ends.length - 1;
      return { opcode: index === 0 ? opcode : CONTINUATION, fin: last, rsv1: false, payload: bytes.slice(start, end) };
    });
    const between = control.map(
      (opcode, index): Frame => ({ opcode, fin: true, rsv1: false, payload: Uint8Array.of(index) }),
    );
    return [...fragments.slice(0, 1), ...between, ...fragments.slice(1)];
  });

/** Valid messages as a client sends them, in one piece. */
export function maskedBytes(frames: readonly Frame[], key: number): Uint8Array {
  return Uint8Array.from(Buffer.concat(frames.map((frame, index) => encodeFrame(frame, key ^ index))));
}

/** What a server may get to hear: valid frames, wrong frames, damaged ones, noise. */
export const bytesToServer: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(
      fc.array(validMessage, { maxLength: 4 }).map((messages) => messages.flat()),
      fc.array(anyFrame, { maxLength: 6 }),
    ),
    fc.integer(),
    fc.option(fc.tuple(fc.nat(), fc.nat(255))),
    fc.uint8Array({ maxLength: 12 }),
  )
  .map(([frames, key, damage, noise]) => {
    const bytes = Uint8Array.from(Buffer.concat([maskedBytes(frames, key), noise]));
    if (damage !== null && bytes.length > 0) bytes[damage[0] % bytes.length] = damage[1];
    return bytes;
  });

/** Sizes of chunks, used in turn; 0 is an empty chunk. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.array(fc.oneof(fc.nat(3), fc.nat(40), fc.nat(400)), {
  minLength: 1,
  maxLength: 10,
});

/** Copies of the bytes in chunks of these sizes, over and over, each in a buffer of its own. */
export function inChunks(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let turn = 0;
  for (let at = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    // A round of nothing but empty chunks would never end.
    const taken = turn % sizes.length === sizes.length - 1 ? Math.max(size, 1) : size;
    chunks.push(bytes.slice(at, at + taken));
    at += taken;
  }
  return chunks;
}
