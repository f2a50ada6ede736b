// Bytes such as a peer might send: frames that are mostly right, then damaged here and there.

import { encodeFrame } from '../src/frames.ts';
import { BINARY, CLOSE, CONTINUATION, isControl, type Opcode, PING, PONG, TEXT } from '../src/opcode.ts';
import type { Role } from '../src/role.ts';
import type { Random } from './random.ts';

const OPCODES = [TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE] as const;
const LENGTHS = [0, 1, 2, 3, 5, 20, 124, 125, 126, 127, 300, 1000, 1001, 4096, 4097];
const texts = new TextEncoder().encode('Hello é世👋\u{feff}\0'.repeat(200));

/** A few frames for a receiver of this role, and sometimes noise. */
export function randomWire(random: Random, role: Role): Uint8Array {
  const parts: Uint8Array[] = [];
  let open = false;
  for (let count = random.below(8); count > 0; count--) {
    const opcode = randomOpcode(random, open);
    const control = isControl(opcode);
    const fin = control ? !random.oneIn(32) : !random.oneIn(2);
    if (!control) open = !fin;
    const length = random.oneIn(64) ? random.pick(LENGTHS) : random.below(16);
    const payload = random.oneIn(4) ? random.bytes(Math.min(length, 300)) : texts.slice(0, length);
    const key = role === 'server' ? random.uint32() : undefined;
    parts.push(encodeFrame({ opcode, fin, rsv1: random.oneIn(64), payload }, key));
  }
  if (random.oneIn(8)) parts.push(random.bytes(random.below(20)));
  const bytes = concat(parts);
  for (let count = random.oneIn(3) ? random.below(3) : 0; count > 0 && bytes.length > 0; count--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes;
}

/** In step with the rules of fragmentation, save once in sixteen. */
function randomOpcode(random: Random, open: boolean): Opcode {
  if (random.oneIn(16)) return random.pick<Opcode>(OPCODES);
  if (random.oneIn(4)) return random.pick<Opcode>([PING, PONG]);
  return open ? CONTINUATION : random.pick<Opcode>([TEXT, BINARY]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
