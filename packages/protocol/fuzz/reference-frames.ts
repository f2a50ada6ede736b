// RFC 6455, section 5.2, read once more and as plainly as can be: the whole input at once, one frame after the other, no state. What the
// decoder tells of an input has to be this.

import type { ViolationCode } from '../src/errors.ts';
import type { Role } from '../src/role.ts';

/** A frame as it stands in an input. */
export interface ReferenceFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** What the header claims. */
  readonly length: bigint;
  readonly key: number | undefined;
  /** Unmasked, as far as the input goes. */
  readonly payload: Uint8Array;
  readonly complete: boolean;
}

/** An input taken apart. */
export interface ReferenceReading {
  readonly frames: readonly ReferenceFrame[];
  readonly violation?: ViolationCode;
  /** The bytes of a last header that is not whole. */
  readonly cutHeader: number;
}

/** Reads an input as a side of this role has to. */
export function referenceReading(bytes: Uint8Array, role: Role, rsv1Allowed: boolean): ReferenceReading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: ReferenceFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 2) {
    const first = view.getUint8(at);
    const second = view.getUint8(at + 1);
    const violation = firstTwoBytes(first, second, role, rsv1Allowed);
    if (violation !== undefined) return { frames, violation, cutHeader: 0 };
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const headerBytes = 2 + lengthBytes + (role === 'server' ? 4 : 0);
    if (bytes.length - at < headerBytes) break;
    let length = BigInt(short);
    if (lengthBytes === 2) length = BigInt(view.getUint16(at + 2));
    if (lengthBytes === 8) length = view.getBigUint64(at + 2);
    if (length >= 1n << 63n) return { frames, violation: 'LENGTH_OVERFLOW', cutHeader: 0 };
    if (lengthBytes > 0 && length < (lengthBytes === 2 ? 126n : 65_536n)) {
      return { frames, violation: 'LENGTH_NOT_MINIMAL', cutHeader: 0 };
    }
    const key = role === 'server' ? view.getUint32(at + headerBytes - 4) : undefined;
    const start = at + headerBytes;
    const left = BigInt(bytes.length - start);
    const complete = length <= left;
    const end = start + Number(complete ? length : left);
    const payload = unmasked(bytes.subarray(start, end), key ?? 0);
    frames.push({ opcode: first & 15, fin: first >= 0x80, rsv1: (first & 0x40) > 0, length, key, payload, complete });
    if (!complete) return { frames, cutHeader: 0 };
    at = end;
  }
  return { frames, cutHeader: bytes.length - at };
}

function firstTwoBytes(first: number, second: number, role: Role, rsv1Allowed: boolean): ViolationCode | undefined {
  const opcode = first & 15;
  const rsv = (first >>> 4) & 7;
  if (rsv !== 0 && !(rsv === 4 && rsv1Allowed)) return 'RESERVED_BITS';
  if (rsv === 4 && (opcode === 0 || opcode >= 8)) return 'RSV1_MISPLACED';
  if (![0, 1, 2, 8, 9, 10].includes(opcode)) return 'RESERVED_OPCODE';
  if (opcode >= 8 && first < 0x80) return 'CONTROL_FRAGMENTED';
  if (opcode >= 8 && (second & 0x7f) > 125) return 'CONTROL_TOO_LONG';
  const masked = second >= 0x80;
  if (role === 'server' && !masked) return 'MASK_MISSING';
  if (role === 'client' && masked) return 'MASK_UNEXPECTED';
  return undefined;
}

function unmasked(payload: Uint8Array, key: number): Uint8Array {
  return payload.map((byte, at) => byte ^ (key >>> (24 - 8 * (at % 4))));
}
