// The rows of bad input: bytes for either role, the answer that must be on the wire, and what an application must hear.

import { frames, REFUSALS, type Refusal, type Role, VIOLATIONS, type Violation } from '@framewire/protocol';
import { expect } from 'vitest';
import type { FrameVector } from '../../../../packages/protocol/test/vectors/frame-vector.ts';
import { brokenFrames } from '../../../../packages/protocol/test/vectors/frames-violations.ts';
import { REQUEST_VECTORS } from '../../../../packages/protocol/test/vectors/request-vectors.ts';
import { RESPONSE_VECTORS } from '../../../../packages/protocol/test/vectors/response-vectors.ts';
import { asClient, toHex, uint, utf8Hex } from '../../../../packages/protocol/test/vectors/wire.ts';
import type { RawSocket, Way } from '../../src/raw-socket.ts';

const violations: Readonly<Record<string, Violation>> = VIOLATIONS;
const refusals: Readonly<Record<string, Refusal>> = REFUSALS;
export const WAYS: readonly Way[] = ['whole', 'byte by byte', 'with rubbish behind'];

/** Where the codes that have no row here are tested, and why not here. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  RSV1_MISPLACED:
    'packages/protocol/test/vectors/frames-rsv1.ts: it needs an extension that uses RSV1, and no shell offers one yet',
  DEFLATE_INVALID: 'nowhere: permessage-deflate comes with a later issue',
};

const PONGS: FrameVector = {
  name: 'TOO_MANY_CONTROL_FRAMES: 101 Pongs at once',
  role: 'client',
  bytes: '8a00'.repeat(101),
  events: [['failed', 'TOO_MANY_CONTROL_FRAMES', 1008]],
};
export const FRAMES: readonly FrameVector[] = [
  ...brokenFrames,
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

export function optionsOf({ maxMessageSize, maxFragments }: FrameVector): object {
  return {
    ...(maxMessageSize !== undefined && { maxMessageSize }),
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
