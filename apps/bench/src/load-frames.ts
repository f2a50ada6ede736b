// The frames a load sends, and those it expects: whole messages, encoded once by our encoder.

import { randomBytes } from 'node:crypto';
import { BINARY, encodeFrame, type Opcode } from '@framewire/protocol';

/** As a client sends it: masked. */
export function requestFrame(payload: Uint8Array, opcode: Opcode = BINARY, rsv1 = false): Uint8Array {
  return encodeFrame({ opcode, fin: true, rsv1, payload }, randomBytes(4).readInt32BE());
}

/** As a server sends it. */
export function replyFrame(payload: Uint8Array, opcode: Opcode = BINARY): Buffer {
  return Buffer.from(encodeFrame({ opcode, fin: true, rsv1: false, payload }));
}
