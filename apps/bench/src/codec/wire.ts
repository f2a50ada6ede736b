// Frames byte by byte, the plainest way: the input of the benchmarks and the judge of their output. It shares no code with
// what it judges.

import { randomBytes } from 'node:crypto';

export const TEXT = 1;
export const BINARY = 2;

/** One whole message in one frame (RFC 6455, section 5.2). */
export function frame(opcode: number, payload: Uint8Array, masked: boolean): Buffer {
  const { length } = payload;
  const maskBit = masked ? 0x80 : 0;
  const head: number[] = [0x80 | opcode];
  if (length < 126) head.push(maskBit | length);
  else if (length < 65_536) head.push(maskBit | 126, length >> 8, length & 255);
  else head.push(maskBit | 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  if (!masked) return Buffer.concat([Buffer.from(head), payload]);
  const key = randomBytes(4);
  return Buffer.concat([Buffer.from(head), key, xor(payload, key)]);
}

/** What stands in one frame that fills the bytes exactly. */
export interface PlainFrame {
  readonly opcode: number;
  readonly masked: boolean;
  readonly key: number;
  readonly payload: Buffer;
}

/** Every frame in the bytes; throws where they are not whole frames with FIN and no reserved bit. */
export function readFrames(bytes: Uint8Array): PlainFrame[] {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: PlainFrame[] = [];
  for (let at = 0; at < source.length; ) {
    const first = source.readUInt8(at);
    if ((first & 0xf0) !== 0x80) throw new Error(`A frame begins with 0x${first.toString(16)}`);
    const second = source.readUInt8(at + 1);
    at += 2;
    let length = second & 0x7f;
    if (length === 126) {
      length = source.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(source.readBigUInt64BE(at));
      at += 8;
    }
    const masked = second > 0x7f;
    const key = masked ? source.subarray(at, at + 4) : Buffer.alloc(4);
    if (masked) at += 4;
    if (at + length > source.length) throw new Error('The last frame is cut');
    const payload = xor(source.subarray(at, at + length), key);
    found.push({ opcode: first & 0x0f, masked, key: key.readUInt32BE(0), payload });
    at += length;
  }
  return found;
}

function xor(payload: Uint8Array, key: Uint8Array): Buffer {
  const result = Buffer.from(payload);
  for (let at = 0; at < result.length; at++) result[at] = (payload[at] ?? 0) ^ (key[at % 4] ?? 0);
  return result;
}
