// The opcodes of RFC 6455, section 5.2. Bit 3 set means control frame (section 5.5); 3-7 and 11-15 are reserved and always refused.

/** A frame opcode defined by RFC 6455, section 5.2. */
export type Opcode = 0x0 | 0x1 | 0x2 | 0x8 | 0x9 | 0xa;

/** Continues the message that an earlier text or binary frame began (RFC 6455, section 5.4). */
export const CONTINUATION = 0x0;
/** Begins a text message: UTF-8 (RFC 6455, section 5.6). */
export const TEXT = 0x1;
/** Begins a binary message (RFC 6455, section 5.6). */
export const BINARY = 0x2;
/** Starts or answers the closing handshake (RFC 6455, section 5.5.1). */
export const CLOSE = 0x8;
/** Asks for a Pong with the same payload (RFC 6455, section 5.5.2). */
export const PING = 0x9;
/** Answers a Ping, or tells unasked that the sender lives (RFC 6455, section 5.5.3). */
export const PONG = 0xa;

/** Whether frames with this opcode are control frames: never fragmented, at most 125 bytes of payload (RFC 6455, section 5.5). */
export function isControl(opcode: number): boolean {
  return (opcode & 0x8) !== 0;
}

/** Whether the opcode is one RFC 6455 defines; all others are reserved and fail the connection (section 5.2). */
export function isDefined(opcode: number): opcode is Opcode {
  return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
}
