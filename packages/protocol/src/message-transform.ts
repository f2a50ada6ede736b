// What an agreed extension does to the payload of messages: the seam between the Endpoint, which knows order, RSV1 and limits,
// and the codec, which only a shell can have (RFC 6455, section 9.2; RFC 7692, section 6). The endpoint asks for one encoding and one
// decoding at a time, so an implementation needs no queue of its own; the answers may come at once or later.

import type { ViolationCode } from './errors.ts';

/** Hears what a {@link PartDecoder} gives. */
export interface PartDecoderSink {
  /** The next bytes of the message, which belong to the receiver. Called at most with 64 KiB at a time. */
  decoded(part: Uint8Array): void;
}

/** Restores one message whose parts are taken as they come, so that it never lies in memory as a whole. */
export interface PartDecoder {
  /**
   * Takes the next part of the transformed message; `last` with its end, where `part` may be empty. Calls `done` once everything it
   * leads to has been told, at once or later; with a violation when the part is invalid. `part` stays unchanged until then.
   */
  push(part: Uint8Array, last: boolean, done: (violation?: ViolationCode) => void): void;
  /** Tells nothing more until {@link resume}: legal inside `decoded`. */
  pause(): void;
  resume(): void;
  /** Frees what it holds; nothing is told any more. Called when the message was restored, and when it is given up. */
  close(): void;
}

/** The codec of one side of one connection. */
export interface MessageTransform {
  /** Messages shorter than this are sent as they are: bytes, or UTF-16 code units of text. */
  readonly threshold: number;
  /**
   * Transforms a message to be sent. `done` gets the payload to send with RSV1 set, or undefined to send the message as it is.
   * `message` stays unchanged until then.
   */
  encode(message: Uint8Array, done: (payload: Uint8Array | undefined) => void): void;
  /**
   * Restores a received message that had RSV1 set. `done` gets it, or the violation: MESSAGE_TOO_BIG as soon as it is known to have
   * more than `limit` bytes, DEFLATE_INVALID when it cannot be restored.
   */
  decode(payload: Uint8Array, limit: number, done: (message: Uint8Array | ViolationCode) => void): void;
  /** Restores a received message part by part. */
  decodeParts(sink: PartDecoderSink): PartDecoder;
  /** The connection has ended: frees what is held. A `done` still owed need not be called, and is ignored. */
  close(): void;
}
