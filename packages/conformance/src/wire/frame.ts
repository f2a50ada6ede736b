// Frames as plain data, and their bytes (RFC 6455, section 5.2). Nothing is refused here: a tester must be able to write
// every frame that is wrong.

import { randomBytes } from 'node:crypto';

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** Text becomes UTF-8. */
export type Payload = string | Uint8Array;

export interface FrameFields {
  /** Whether this is the last frame of its message; true if left out. */
  readonly fin?: boolean;
  /** The three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1; 0 if left out. */
  readonly rsv?: number;
  /** Whether the payload is masked, or with which four octets; if left out, as RFC 6455 (section 5.1) demands of the tester's role. */
  readonly mask?: boolean | Uint8Array;
  /** How many bits the length takes; the fewest if left out. */
  readonly lengthBits?: 7 | 16 | 64;
  /** The length the header tells, where it is not the payload's. */
  readonly claimedLength?: number | bigint;
}

export interface Frame extends FrameFields {
  readonly opcode: number;
  readonly payload: Payload;
}

export function frame(opcode: number, payload: Payload = '', fields: FrameFields = {}): Frame {
  return { opcode, payload, ...fields };
}

export function text(payload: Payload = '', fields: FrameFields = {}): Frame {
  return frame(TEXT, payload, fields);
}

export function binary(payload: Payload = '', fields: FrameFields = {}): Frame {
  return frame(BINARY, payload, fields);
}

export function continuation(payload: Payload = '', fields: FrameFields = {}): Frame {
  return frame(CONTINUATION, payload, fields);
}

export function ping(payload: Payload = '', fields: FrameFields = {}): Frame {
  return frame(PING, payload, fields);
}

export function pong(payload: Payload = '', fields: FrameFields = {}): Frame {
  return frame(PONG, payload, fields);
}

/** A Close frame; without a code it has no payload. No code and no reason is refused here, however wrong. */
export function close(code?: number, reason: Payload = '', fields: FrameFields = {}): Frame {
  return frame(CLOSE, code === undefined ? '' : closePayload(code, reason), fields);
}

export function closePayload(code: number, reason: Payload = ''): Uint8Array {
  const bytes = toBytes(reason);
  const payload = Buffer.alloc(2 + bytes.length);
  payload.writeUInt16BE(code, 0);
  payload.set(bytes, 2);
  return payload;
}

/** One message in several frames: the first with the opcode, the others continue it, the last has FIN. */
export function fragments(opcode: number, payloads: readonly Payload[], first: FrameFields = {}): Frame[] {
  return payloads.map((payload, index) =>
    frame(index === 0 ? opcode : CONTINUATION, payload, {
      ...(index === 0 ? first : {}),
      fin: index === payloads.length - 1,
    }),
  );
}

/** A payload cut into pieces of `size` octets, the last with what is left; an empty payload is one empty piece. */
export function pieces(payload: Payload, size: number): Uint8Array[] {
  const bytes = toBytes(payload);
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

export function toBytes(payload: Payload): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
}

/** @param masked whether the tester's role masks; a frame's own `mask` wins over it */
export function encodeFrame(frame: Frame, masked: boolean): Buffer {
  const payload = toBytes(frame.payload);
  const key = maskingKey(frame.mask ?? masked);
  const length = BigInt(frame.claimedLength ?? payload.length);
  const lengthBits = frame.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = Buffer.alloc(2 + (lengthBits === 7 ? 0 : lengthBits / 8) + (key?.length ?? 0));
  head[0] = (frame.fin === false ? 0 : 0x80) | ((frame.rsv ?? 0) << 4) | frame.opcode;
  head[1] = key === undefined ? 0 : 0x80;
  if (lengthBits === 7) head[1] |= Number(length);
  if (lengthBits === 16) {
    head[1] |= 126;
    head.writeUInt16BE(Number(length), 2);
  }
  if (lengthBits === 64) {
    head[1] |= 127;
    head.writeBigUInt64BE(length, 2);
  }
  if (key === undefined) return Buffer.concat([head, payload]);
  head.set(key, head.length - key.length);
  const encoded = Buffer.concat([head, payload]);
  applyMask(encoded.subarray(head.length), key);
  return encoded;
}

function maskingKey(mask: boolean | Uint8Array): Uint8Array | undefined {
  if (mask === false) return undefined;
  return mask === true ? randomBytes(4) : mask;
}

/** In place (RFC 6455, section 5.3). */
export function applyMask(bytes: Uint8Array, key: Uint8Array): void {
  const [a = 0, b = 0, c = 0, d = 0] = key;
  const whole = bytes.length - (bytes.length % 4);
  // The index is inside the array, so nothing here is undefined.
  for (let index = 0; index < whole; index += 4) {
    bytes[index] = (bytes[index] as number) ^ a;
    bytes[index + 1] = (bytes[index + 1] as number) ^ b;
    bytes[index + 2] = (bytes[index + 2] as number) ^ c;
    bytes[index + 3] = (bytes[index + 3] as number) ^ d;
  }
  for (let index = whole; index < bytes.length; index++) {
    bytes[index] = (bytes[index] as number) ^ (key[index % 4] ?? 0);
  }
}
