// The rows of bad input: bytes for either role, the answer that must be on the wire, and what an application must hear.

import { constants, deflateRawSync } from 'node:zlib';
import {
  frames,
  REFUSALS,
  type Refusal,
  type Role,
  VIOLATIONS,
  type Violation,
  type ViolationCode,
} from '@framewire/protocol';
import { expect } from 'vitest';
import type { FrameVector } from '../../../../packages/protocol/test/vectors/frame-vector.ts';
import { rsv1Frames } from '../../../../packages/protocol/test/vectors/frames-rsv1.ts';
import { brokenFrames } from '../../../../packages/protocol/test/vectors/frames-violations.ts';
import { REQUEST_VECTORS } from '../../../../packages/protocol/test/vectors/request-vectors.ts';
import { RESPONSE_VECTORS } from '../../../../packages/protocol/test/vectors/response-vectors.ts';
import { asClient, toHex, uint, utf8Hex } from '../../../../packages/protocol/test/vectors/wire.ts';
import type { RawSocket, Way } from '../../src/raw-socket.ts';

const violations: Readonly<Record<string, Violation>> = VIOLATIONS;
const refusals: Readonly<Record<string, Refusal>> = REFUSALS;
export const WAYS: readonly Way[] = ['whole', 'byte by byte', 'with rubbish behind'];

/** Bytes, and what must have been agreed on before. */
export interface Row extends FrameVector {
  /** With permessage-deflate. */
  readonly deflate?: true;
}

const PONGS: FrameVector = {
  name: 'TOO_MANY_CONTROL_FRAMES: 101 Pongs at once',
  role: 'client',
  bytes: '8a00'.repeat(101),
  events: [['failed', 'TOO_MANY_CONTROL_FRAMES', 1008]],
};

const INFLATED: readonly (readonly [name: string, bytes: string, code: 'DEFLATE_INVALID' | 'MESSAGE_TOO_BIG'])[] = [
  ['a reserved block type', 'c1 01 07', 'DEFLATE_INVALID'],
  ['a message that is cut', 'c1 04 f248cdc9', 'DEFLATE_INVALID'],
  ['text that nobody compressed', 'c1 05 48656c6c6f', 'DEFLATE_INVALID'],
  ['invalid in the second of two fragments', '41 03 f248cd | 80 02 ffff', 'DEFLATE_INVALID'],
  ['a reference to a message before, without context takeover', 'c2 05 f200110000', 'DEFLATE_INVALID'],
  ['71,680 zeroes in 86 bytes', `c2 56 ${zeroes(71_680)}`, 'MESSAGE_TOO_BIG'],
];

/** Bytes of zlib itself, which is no code of ours. */
function zeroes(count: number): string {
  return deflateRawSync(new Uint8Array(count), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4).toString('hex');
}

const DEFLATED: readonly Row[] = [
  ...rsv1Frames.flatMap(({ name, role, bytes, violation }): Row[] =>
    violation === undefined
      ? []
      : [{ name: `${violation} with deflate: ${name}`, role, bytes, deflate: true, events: failedWith(violation) }],
  ),
  ...INFLATED.flatMap(([what, bytes, code]): Row[] => {
    const row: Row = { name: `${code}: ${what}`, role: 'client', bytes, deflate: true, events: failedWith(code) };
    const limited = code === 'MESSAGE_TOO_BIG' ? { ...row, maxMessageSize: 65_536 } : row;
    return [limited, { ...limited, role: 'server', bytes: asClient(bytes) }];
  }),
];

function failedWith(code: ViolationCode): FrameVector['events'] {
  return [['failed', code, VIOLATIONS[code].closeCode]];
}

export const FRAMES: readonly Row[] = [
  ...brokenFrames,
  ...DEFLATED,
  PONGS,
  { ...PONGS, role: 'server', bytes: asClient(Array.from({ length: 101 }, () => '8a00').join('|')) },
];

export function codeOf({ name, events }: FrameVector): string {
  const last = events.at(-1);
  if (last?.[0] !== 'failed') throw new Error(`${name} breaks nothing.`);
  return last[1];
}

/** The frames that answer a vector: a Pong for each Ping, then the Close that names what was broken. */
export function answer({ events }: FrameVector): string[] {
  return events.flatMap((event) => {
    if (event[0] === 'ping') return [`10 ${event[1]}`];
    if (event[0] !== 'failed') return [];
    const [, code, closeCode] = event;
    return [`8 ${uint(closeCode, 2)}${utf8Hex(violations[code]?.message ?? '')}`];
  });
}

export function framesFrom(peer: RawSocket, readAs: Role): string[] {
  return [...frames([peer.rest], readAs)].map(({ opcode, payload }) => `${opcode} ${toHex(payload)}`);
}

export function optionsOf({ maxMessageSize, maxFrameSize, maxFragments, deflate }: Row): object {
  return {
    // A silent application may still ask for streams, so what is too large for anything else would be held for it.
    maxStreamedMessageSize: 1,
    ...(deflate !== undefined && { deflate }),
    ...(maxMessageSize !== undefined && { maxMessageSize }),
    ...(maxFrameSize !== undefined && { maxFrameSize }),
    ...(maxFragments !== undefined && { maxFragments }),
  };
}

/** What an application hears of a broken connection. */
export function brokenBy(vector: FrameVector): object {
  const code = codeOf(vector);
  const { closeCode, section, message } = violations[code] as Violation;
  const cause = { name: 'ProtocolError', code, closeCode, section, message: expect.stringContaining(message) };
  const error = { name: 'ConnectionClosedError', code: 'VIOLATED', cause };
  const messages = vector.events.flatMap((event) => (event[0] === 'text' ? [event[1]] : []));
  const closure = { code: 1006, clean: false, sent: { code: closeCode, reason: message }, error };
  return { kind: 'closed', messages, thrown: error, closure };
}

export function refusedWith(code: string, status: number, more: object = {}): object {
  const { section, message } = refusals[code] as Refusal;
  const error = { name: 'HandshakeError', code, status, section, message: expect.stringContaining(message), ...more };
  return { kind: 'refused', error };
}

/** One character a byte. */
export function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Requests that are refused, and how. */
export const REFUSED = REQUEST_VECTORS.flatMap(({ outcome, ...vector }) =>
  'code' in outcome ? [{ ...vector, outcome }] : [],
);
/** Responses that no client accepts, and why. */
export const FAILED = RESPONSE_VECTORS.flatMap(({ outcome, ...vector }) =>
  'code' in outcome ? [{ ...vector, outcome }] : [],
);
/** Refusals that no bytes lead to, but what the application has set. */
export const REFUSED_BY_OPTIONS = ['REFUSED', 'UNAVAILABLE', 'HANDSHAKE_TIMEOUT'] as const;
/** Failures of a client that got no response. */
export const FAILED_WITHOUT_RESPONSE = ['HANDSHAKE_TIMEOUT', 'NOT_CONNECTED'] as const;
