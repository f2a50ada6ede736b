// The pure protocol: everything here runs in any JavaScript runtime, and nothing here touches a socket, a clock or a source of randomness.

export { BufferSink } from './buffer-sink.ts';
export {
  ABNORMAL_CLOSURE,
  checkApplicationClose,
  decodeCloseStatus,
  encodeCloseStatus,
  GOING_AWAY,
  INTERNAL_ERROR,
  INVALID_DATA,
  isApplicationCode,
  isWireCode,
  MAX_REASON_BYTES,
  MESSAGE_TOO_BIG,
  NO_STATUS,
  NORMAL_CLOSURE,
  POLICY_VIOLATION,
  PROTOCOL_ERROR,
} from './close-status.ts';
export { Endpoint, type EndpointHandler, type EndpointOptions, type State } from './endpoint.ts';
export {
  type CloseStatus,
  ConnectionClosedError,
  type ConnectionClosedErrorOptions,
  ENDINGS,
  type EndingCode,
  HandshakeError,
  type HandshakeErrorOptions,
  type OpeningPhase,
  ProtocolError,
  REFUSALS,
  type Refusal,
  type RefusalCode,
  type UsageCode,
  UsageError,
  VIOLATIONS,
  type Violation,
  type ViolationCode,
  WebSocketError,
} from './errors.ts';
export { FrameDecoder, type FrameSink } from './frame-decoder.ts';
export {
  type ByteSink,
  encodeMessage,
  FrameEncoder,
  type FrameEncoderOptions,
  type MaskingKeySource,
} from './frame-encoder.ts';
export { encodeFrame, type Frame, frames } from './frames.ts';
export type { Fields, RequestHead, ResponseHead } from './handshake/head.ts';
export { type Limits, limit } from './limits.ts';
export { applyMask, type Mask } from './mask.ts';
export { type AssemblerOptions, type ControlSink, MessageAssembler, type MessageSink } from './message-assembler.ts';
export { BINARY, CLOSE, CONTINUATION, isControl, type Opcode, PING, PONG, TEXT } from './opcode.ts';
export type { Role } from './role.ts';
export { portableText, type TextCodec, Utf8Validator } from './utf8.ts';
