// Bytes such as a peer might send: frames that are mostly right; and variations that keep them frames, with lengths that fit and payloads
// masked anew, which blind mutation seldom gets right.

import { encodeFrame } from '../src/frames.ts';
import { BINARY, CLOSE, CONTINUATION, isControl, type Opcode, PING, PONG, TEXT } from '../src/opcode.ts';
import type { Role } from '../src/role.ts';
import type { Random } from './random.ts';
import { type ReferenceFrame, referenceReading } from './reference-frames.ts';

const OPCODES = [TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE] as const;
const LENGTHS = [0, 1, 2, 3, 5, 20, 124, 125, 126, 127, 300, 1000, 1001, 4096, 4097];
const CLOSE_CODES = [999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000];
const texts = new TextEncoder().encode('Hello é世👋\u{feff}\0'.repeat(200));

/** A few frames for a receiver of this role. */
export function randomWire(random: Random, role: Role, rsv1 = 64): Uint8Array {
  const parts: Uint8Array[] = [];
  let open = false;
  for (let count = random.below(8); count > 0; count--) {
    const opcode = randomOpcode(random, open);
    const control = isControl(opcode);
    const fin = control ? !random.oneIn(32) : !random.oneIn(2);
    if (!control) open = !fin;
    parts.push(
      encodeFrame({ opcode, fin, rsv1: random.oneIn(rsv1), payload: randomPayload(random, opcode) }, key(random, role)),
    );
  }
  return join(parts);
}

/** The frames of an input for a receiver of this role with one thing changed, or undefined where it has none. */
export function varyWire(random: Random, bytes: Uint8Array, role: Role): Uint8Array | undefined {
  const { frames } = referenceReading(bytes, role, true);
  if (frames.length === 0) return undefined;
  const chosen = random.below(frames.length);
  return encodeWire(
    frames.flatMap((frame, at) => (at === chosen ? varied(random, frame, frames) : [frame])),
    role,
  );
}

/** Frames for a receiver of this role. Where the header claimed more than came, the frame is whole now. */
export function encodeWire(frames: readonly ReferenceFrame[], role: Role): Uint8Array {
  return join(
    frames.map((frame) =>
      encodeFrame({ ...frame, opcode: frame.opcode as Opcode }, role === 'server' ? (frame.key ?? 0) : undefined),
    ),
  );
}

function varied(random: Random, frame: ReferenceFrame, all: readonly ReferenceFrame[]): ReferenceFrame[] {
  const { payload } = frame;
  const middle = random.below(payload.length + 1);
  switch (random.below(9)) {
    case 0:
      return [{ ...frame, opcode: random.pick(OPCODES) }];
    case 1:
      return [{ ...frame, fin: !frame.fin }];
    case 2:
      return [frame, frame];
    case 3:
      return [];
    case 4:
      return [frame, random.pick(all)];
    case 5: // in two fragments, perhaps with a control frame between them
      return [
        { ...frame, fin: false, payload: payload.slice(0, middle) },
        ...(random.oneIn(2)
          ? [{ ...frame, opcode: random.pick([PING, PONG]), fin: true, rsv1: false, payload: new Uint8Array(2) }]
          : []),
        { ...frame, opcode: CONTINUATION, rsv1: false, payload: payload.slice(middle) },
      ];
    case 6: {
      const changed = payload.slice();
      if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
      return [{ ...frame, payload: changed }];
    }
    case 7:
      return [{ ...frame, payload: randomPayload(random, frame.opcode as Opcode) }];
    default:
      return [{ ...frame, rsv1: !frame.rsv1 }];
  }
}

function randomPayload(random: Random, opcode: Opcode): Uint8Array {
  const length = random.oneIn(32) ? random.pick(LENGTHS) : random.below(16);
  if (opcode === CLOSE && !random.oneIn(4)) {
    const code = random.pick(CLOSE_CODES);
    return Uint8Array.of(code >>> 8, code & 0xff, ...texts.subarray(0, Math.min(length, 123)));
  }
  if (isControl(opcode)) return random.bytes(Math.min(length, random.oneIn(16) ? 300 : 125));
  return random.oneIn(4) ? random.bytes(Math.min(length, 300)) : texts.slice(0, length);
}

/** In step with the rules of fragmentation, save once in sixteen. */
function randomOpcode(random: Random, open: boolean): Opcode {
  if (random.oneIn(16)) return random.pick<Opcode>(OPCODES);
  if (random.oneIn(4)) return random.pick<Opcode>([PING, PONG]);
  return open ? CONTINUATION : random.pick<Opcode>([TEXT, BINARY]);
}

function key(random: Random, role: Role): number | undefined {
  if (role === 'client') return undefined;
  // A key of zero leaves the payload readable for blind mutation.
  return random.oneIn(3) ? 0 : random.uint32();
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
