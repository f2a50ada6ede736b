// What a vector is: bytes as they stand on the wire, and what the side that receives them must make of them. Plain data,
// so that the same vectors run in every runtime, against the sources and against what was built.

import type { Role, ViolationCode } from '../../src/index.ts';
import { asClient } from './wire.ts';

/** What an endpoint tells its handler. Bytes are hex. */
export type VectorEvent =
  | readonly ['text', string]
  | readonly ['binary' | 'ping' | 'pong', string]
  /** The peer broke the protocol; `closeCode` goes to it. */
  | readonly ['failed', ViolationCode, closeCode: number]
  /** The state became `closing` because the peer's Close frame said this. */
  | readonly ['closing', code: number, reason: string];

/** Bytes for an endpoint, starting with the first frame after the opening handshake. */
export interface FrameVector {
  readonly name: string;
  /** Of the side that receives the bytes. */
  readonly role: Role;
  /** Hex; see wire.ts. */
  readonly bytes: string;
  readonly events: readonly VectorEvent[];
  /** What comes of it where every message is asked for as a stream, if that is rightly something else. */
  readonly streamed?: readonly VectorEvent[];
  readonly maxMessageSize?: number;
  /** Of streams. Where a vector does not say, they have the limit of whole messages, so that the same is too much for both. */
  readonly maxStreamedMessageSize?: number;
  readonly maxFrameSize?: number;
  readonly maxFragments?: number;
  /** The cases of sections 1 to 7 of the conformance suite whose ground it covers. */
  readonly cases?: readonly string[];
}

/** A vector for either side, its frames unmasked, with `|` between them. */
export interface UnmaskedVector extends Omit<FrameVector, 'role' | 'bytes'> {
  readonly frames: string;
}

/** Each vector twice: unmasked for a client, masked for a server. */
export function forBothRoles(vectors: readonly UnmaskedVector[]): FrameVector[] {
  return vectors.flatMap(({ frames, ...rest }) => [
    { ...rest, role: 'client', bytes: frames },
    { ...rest, role: 'server', bytes: asClient(frames) },
  ]);
}
