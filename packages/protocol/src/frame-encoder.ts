// Messages in, bytes out (RFC 6455, section 5.2). Small frames are written straight into the buffer of whoever sends them, so
// that many leave in one write; a large payload is handed over beside its header and not copied. A client masks (section 5.3).

import { BufferSink } from './buffer-sink.ts';
import { UsageError } from './errors.ts';
import { applyMask, type Mask } from './mask.ts';
import { BINARY, type Opcode, TEXT } from './opcode.ts';
import { portableText, type TextCodec } from './utf8.ts';

/** Where encoded bytes go: a transport's output buffer. */
export interface ByteSink {
  /** A buffer with room for at least `size` bytes from {@link offset} on. The encoder writes there and then moves `offset`. */
  reserve(size: number): Uint8Array;
  /** Where in the last reserved buffer the next byte goes. */
  offset: number;
  /** Sends both, in order, after what was written before. They are not copied: neither may change until it was sent. */
  writePair(head: Uint8Array, payload: Uint8Array): void;
  /** Nothing will be written any more: send what there is, then end the transport's sending side. May be called again. */
  end(): void;
}

/** Gives the 32-bit masking key of each frame a client sends. It must be unpredictable (RFC 6455, section 10.3): take it from a CSPRNG. */
export type MaskingKeySource = () => number;

/** The backends of a {@link FrameEncoder}. */
export interface FrameEncoderOptions {
  /** Present on a client, absent on a server (RFC 6455, section 5.1). */
  readonly maskingKey?: MaskingKeySource | undefined;
  readonly mask?: Mask | undefined;
  readonly text?: TextCodec | undefined;
}

const MAX_HEADER = 14;
/** Payloads up to this many bytes are copied into the sink, larger ones handed over: a write of two buffers costs more than copying these. */
const COPY_UP_TO = 262_144;
/** Text up to this many code units is encoded straight into the sink, where it may take three bytes each. */
const TEXT_UP_TO = 16_384;
/** Below about this many bytes a loop beats making a view for `set`. */
const LOOP_UP_TO = 32;

const none: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** What frames are written with: those of an Endpoint are its settings, so that a connection needs no encoder of its own. */
export interface FrameCoding {
  readonly maskingKey: MaskingKeySource | undefined;
  readonly mask: Mask;
  readonly text: TextCodec;
}

/** Writes the frames one side sends. */
export class FrameEncoder {
  readonly #out: ByteSink;
  readonly #coding: FrameCoding;

  constructor(out: ByteSink, options: FrameEncoderOptions = {}) {
    const { maskingKey, mask = applyMask, text = portableText } = options;
    this.#out = out;
    this.#coding = { maskingKey, mask, text };
  }

  /** A whole text message in one frame. Lone surrogates become U+FFFD, as in browsers. */
  text(message: string): void {
    writeText(this.#out, this.#coding, message);
  }

  /** A whole binary message in one frame. A payload over 256 KiB is not copied: it must not change until it was sent. */
  binary(message: Uint8Array): void {
    writeFrame(this.#out, this.#coding, BINARY, true, false, message);
  }

  /** Any frame: for fragments, control frames and extensions. The caller keeps to the rules of sections 5.4 and 5.5. */
  frame(opcode: Opcode, fin: boolean, rsv1: boolean, payload: Uint8Array): void {
    writeFrame(this.#out, this.#coding, opcode, fin, rsv1, payload);
  }

  /** Bytes of whole frames that are encoded already. Over 256 KiB they are not copied: they must not change until they were sent. */
  encoded(frames: Uint8Array): void {
    writeEncoded(this.#out, frames);
  }
}

/** {@link FrameEncoder.text} */
export function writeText(out: ByteSink, coding: FrameCoding, message: string): void {
  const { maskingKey, text } = coding;
  const length = message.length;
  if (length > TEXT_UP_TO) return writeBeside(out, coding, TEXT, true, false, text.encode(message), true);
  const maskSize = maskingKey === undefined ? 0 : 4;
  const buffer = out.reserve(MAX_HEADER + length * 3);
  const start = out.offset;
  // One byte a code unit is the least it can take, and nearly always right; if not, the text moves by two bytes.
  const guess = headerSize(length) + maskSize;
  const written = text.encodeInto(message, buffer, start + guess);
  const size = headerSize(written) + maskSize;
  if (size !== guess) buffer.copyWithin(start + size, start + guess, start + guess + written);
  const payload = writeHeader(buffer, start, TEXT, true, false, written, maskingKey);
  if (maskingKey !== undefined) coding.mask(buffer, payload, payload + written, keyBefore(buffer, payload), 0);
  out.offset = payload + written;
}

/** {@link FrameEncoder.frame} */
export function writeFrame(
  out: ByteSink,
  coding: FrameCoding,
  opcode: Opcode,
  fin: boolean,
  rsv1: boolean,
  payload: Uint8Array,
): void {
  const { maskingKey } = coding;
  const length = payload.length;
  if (length > COPY_UP_TO) return writeBeside(out, coding, opcode, fin, rsv1, payload, false);
  const buffer = out.reserve(MAX_HEADER + length);
  const start = writeHeader(buffer, out.offset, opcode, fin, rsv1, length, maskingKey);
  out.offset = start + length;
  // A key of 0 changes nothing.
  if (length <= LOOP_UP_TO) copyFew(payload, buffer, start, maskingKey === undefined ? 0 : keyBefore(buffer, start));
  else if (maskingKey === undefined) buffer.set(payload, start);
  else copyMasked(coding.mask, payload, buffer, start, keyBefore(buffer, start));
}

/** {@link FrameEncoder.encoded} */
export function writeEncoded(out: ByteSink, frames: Uint8Array): void {
  if (frames.length > COPY_UP_TO) return out.writePair(none, frames);
  out.reserve(frames.length).set(frames, out.offset);
  out.offset += frames.length;
}

/** @param own whether the payload is ours, so that it may be masked where it is */
function writeBeside(
  out: ByteSink,
  { maskingKey, mask }: FrameCoding,
  opcode: Opcode,
  fin: boolean,
  rsv1: boolean,
  payload: Uint8Array,
  own: boolean,
): void {
  const { length } = payload;
  const head = new Uint8Array(headerSize(length) + (maskingKey === undefined ? 0 : 4));
  const end = writeHeader(head, 0, opcode, fin, rsv1, length, maskingKey);
  if (maskingKey === undefined) return out.writePair(head, payload);
  const sent = own ? payload : new Uint8Array(length);
  if (own) mask(sent, 0, length, keyBefore(head, end), 0);
  else copyMasked(mask, payload, sent, 0, keyBefore(head, end));
  out.writePair(head, sent);
}

/** Writes a header, with a new masking key where there is a source of them, and returns where the payload goes. */
function writeHeader(
  buffer: Uint8Array,
  at: number,
  opcode: Opcode,
  fin: boolean,
  rsv1: boolean,
  length: number,
  maskingKey: MaskingKeySource | undefined,
): number {
  buffer[at] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  const next = writeLength(buffer, at + 1, length, maskingKey === undefined ? 0 : 0x80);
  if (maskingKey === undefined) return next;
  writeUint32(buffer, next, maskingKey());
  return next + 4;
}

/** The masking key in the last four bytes of a header. */
function keyBefore(buffer: Uint8Array, payload: number): number {
  return (
    ((buffer[payload - 4] as number) << 24) |
    ((buffer[payload - 3] as number) << 16) |
    ((buffer[payload - 2] as number) << 8) |
    (buffer[payload - 1] as number)
  );
}

/** One whole unmasked message as bytes, as a server sends it: encode once, send to many. */
export function encodeMessage(message: string | Uint8Array, text: TextCodec = portableText): Uint8Array {
  if (typeof message !== 'string' && Object(message)[Symbol.toStringTag] !== 'Uint8Array') {
    throw new UsageError('INVALID_ARGUMENT', 'A message must be a string or a Uint8Array.');
  }
  const sink = new BufferSink();
  const encoder = new FrameEncoder(sink, { text });
  if (typeof message === 'string') encoder.text(message);
  else encoder.binary(message);
  return sink.take();
}

function copyMasked(mask: Mask, source: Uint8Array, target: Uint8Array, offset: number, key: number): void {
  if (mask.copy !== undefined) return mask.copy(source, target, offset, key);
  target.set(source, offset);
  mask(target, offset, offset + source.length, key, 0);
}

/** Copies a few bytes and masks them on the way. */
function copyFew(source: Uint8Array, target: Uint8Array, offset: number, key: number): void {
  const k0 = key >>> 24;
  const k1 = (key >>> 16) & 0xff;
  const k2 = (key >>> 8) & 0xff;
  const k3 = key & 0xff;
  const { length } = source;
  let at = 0;
  // Indexes stay below the length, so elements are there.
  for (const last = length - 3; at < last; at += 4) {
    target[offset + at] = (source[at] as number) ^ k0;
    target[offset + at + 1] = (source[at + 1] as number) ^ k1;
    target[offset + at + 2] = (source[at + 2] as number) ^ k2;
    target[offset + at + 3] = (source[at + 3] as number) ^ k3;
  }
  if (at < length) target[offset + at] = (source[at] as number) ^ k0;
  if (at + 1 < length) target[offset + at + 1] = (source[at + 1] as number) ^ k1;
  if (at + 2 < length) target[offset + at + 2] = (source[at + 2] as number) ^ k2;
}

/** Bytes of a header without a masking key: "the minimal number of bytes MUST be used" (RFC 6455, section 5.2). */
function headerSize(length: number): number {
  return length < 126 ? 2 : length < 0x10000 ? 4 : 10;
}

function writeLength(buffer: Uint8Array, at: number, length: number, maskBit: number): number {
  if (length < 126) {
    buffer[at] = maskBit | length;
    return at + 1;
  }
  if (length < 0x10000) {
    buffer[at] = maskBit | 126;
    buffer[at + 1] = length >>> 8;
    buffer[at + 2] = length;
    return at + 3;
  }
  buffer[at] = maskBit | 127;
  writeUint32(buffer, at + 1, Math.floor(length / 0x100000000));
  writeUint32(buffer, at + 5, length);
  return at + 9;
}

function writeUint32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}
