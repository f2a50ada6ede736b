// Who hears what the frames of a peer amount to: messages, whole or as they come (RFC 6455, section 5.6), and everything else.

import type { ProtocolError } from './errors.ts';
import type { Opcode } from './opcode.ts';
import type { MessageType } from './streamed-message.ts';

/** Hears messages. */
export interface MessageSink {
  text(message: string): void;
  /** The message belongs to the receiver. */
  binary(message: Uint8Array): void;
  /** A message that was asked for as a stream begins. */
  streamStart?(type: MessageType): void;
  /** Its next bytes, which belong to the receiver. Those of text are valid UTF-8 so far, and may end inside a character. */
  streamPart?(bytes: Uint8Array): void;
  /** It is complete. */
  streamEnd?(): void;
}

/** Hears everything else. */
export interface ControlSink {
  /** The payload, at most 125 bytes, is valid only during this call. */
  controlReceived(opcode: Opcode, payload: Uint8Array): void;
  /** Called once; nothing follows. */
  violated(error: ProtocolError): void;
  /** Whether frames must wait, because a message is being restored or nobody has said yet how to take it. Told at each change. */
  held?(on: boolean): void;
  /** A message is over `maxMessageSize`: true holds it until it is asked for as a stream or refused. Default: it is refused. */
  oversized?(): boolean;
  /** Whether whoever takes messages takes them as streams, though not one at this moment. Default: not. */
  takesStreams?(): boolean;
}
