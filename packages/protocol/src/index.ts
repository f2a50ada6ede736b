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
export { Endpoint } from './endpoint.ts';
export type { EndpointHandler, State } from './endpoint-handler.ts';
export { type EndpointOptions, EndpointSettings } from './endpoint-settings.ts';
export {
  type CloseStatus,
  ConnectionClosedError,
  type ConnectionClosedErrorOptions,
  type EndingCode,
  HandshakeError,
  type HandshakeErrorOptions,
  handshakeError,
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
export type { AgreedExtension, ClientExtension, ServerExtension } from './extension.ts';
export { FrameDecoder, type FrameSink } from './frame-decoder.ts';
export {
  type ByteSink,
  encodeMessage,
  FrameEncoder,
  type FrameEncoderOptions,
  type MaskingKeySource,
} from './frame-encoder.ts';
export { encodeFrame, type Frame, frames } from './frames.ts';
export { acceptKey, encodeKey, isKey } from './handshake/accept-key.ts';
export {
  type ExtensionOffer,
  type ExtensionParams,
  equalsIgnoreCase,
  fieldValues,
  isToken,
  parseExtensions,
  parseTokens,
} from './handshake/fields.ts';
export {
  encodeRequestHead,
  encodeResponseHead,
  type Fields,
  type RequestHead,
  type ResponseHead,
} from './handshake/head.ts';
export {
  type DecodedHead,
  type HeadLimits,
  RequestHeadDecoder,
  ResponseHeadDecoder,
} from './handshake/head-decoder.ts';
export type { OriginPolicy } from './handshake/origin.ts';
export {
  type Acceptance,
  buildRequest,
  checkPolicy,
  checkRequest,
  isUpgradeRequest,
  type Offer,
  type ServerPolicy,
} from './handshake/request.ts';
export {
  type Agreement,
  buildRejection,
  buildResponse,
  checkResponse,
  type Rejection,
} from './handshake/response.ts';
export type { SubprotocolPolicy } from './handshake/subprotocols.ts';
export { DEFAULT_MAX_MESSAGE_SIZE, type Limits, limit } from './limits.ts';
export { applyMask, type Mask } from './mask.ts';
export { type AssemblerOptions, MessageAssembler } from './message-assembler.ts';
export type { ControlSink, MessageSink } from './message-sink.ts';
export type { MessageTransform, PartDecoder, PartDecoderSink } from './message-transform.ts';
export { BINARY, CLOSE, CONTINUATION, isControl, type Opcode, PING, PONG, TEXT } from './opcode.ts';
export type { PayloadMemory } from './payload-memory.ts';
export {
  agreedDeflate,
  type DeflateParameters,
  type DeflatePolicy,
  PERMESSAGE_DEFLATE,
  permessageDeflateClient,
  permessageDeflateServer,
} from './permessage-deflate.ts';
export type { Role } from './role.ts';
export type { MessageSender, MessageWriter } from './send-lane.ts';
export type { MessageType } from './streamed-message.ts';
export { portableText, type TextCodec, Utf8Validator } from './utf8.ts';
