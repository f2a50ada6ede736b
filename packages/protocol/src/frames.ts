// Frames as plain data, both ways: for tests, tools and people who want to look. The hot path never makes such objects.

import { BufferSink } from './buffer-sink.ts';
import { ProtocolError, type ViolationCode } from './errors.ts';
import { FrameDecoder, type FrameSink } from './frame-decoder.ts';
import { FrameEncoder } from './frame-encoder.ts';
import type { Opcode } from './opcode.ts';
import type { Role } from './role.ts';

/** One frame (RFC 6455, section 5.2). */
export interface Frame {
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** Unmasked. */
  readonly payload: Uint8Array;
}

/**
 * Yields each whole frame in a sequence of chunks; a frame cut by the end is not yielded. The chunks stay as they are.
 *
 * @param role of the receiving side: `server` for frames a client sent
 * @throws ProtocolError where the framing is broken
 */
export function* frames(chunks: Iterable<Uint8Array>, role: Role, rsv1Allowed = false): Generator<Frame, void, void> {
  const collector = new FrameCollector();
  const decoder = new FrameDecoder(collector, role, rsv1Allowed);
  for (const chunk of chunks) {
    decoder.push(new Uint8Array(chunk)); // not slice(): a Node Buffer's does not copy
    yield* collector.take();
    if (collector.violation !== undefined) throw new ProtocolError(collector.violation);
  }
}

/**
 * One frame as bytes. Nothing is checked: what is broken on purpose stays broken.
 *
 * @param maskingKey a 32-bit number for a frame a client sends
 */
export function encodeFrame(frame: Frame, maskingKey?: number): Uint8Array {
  const sink = new BufferSink();
  const encoder = new FrameEncoder(sink, { maskingKey: maskingKey === undefined ? undefined : () => maskingKey });
  encoder.frame(frame.opcode, frame.fin, frame.rsv1, frame.payload);
  return sink.take();
}

class FrameCollector implements FrameSink {
  violation: ViolationCode | undefined;
  #frames: Frame[] = [];
  #start: Omit<Frame, 'payload'> = { opcode: 0, fin: true, rsv1: false };
  readonly #payload: BufferSink = new BufferSink();

  frameStart(opcode: Opcode, fin: boolean, rsv1: boolean): void {
    this.#start = { opcode, fin, rsv1 };
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    this.#payload.writePair(source.subarray(start, end), empty);
  }

  frameEnd(): void {
    this.#frames.push({ ...this.#start, payload: this.#payload.take() });
  }

  frameFailed(violation: ViolationCode): void {
    this.violation = violation;
  }

  take(): Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}

const empty: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
