// A WebSocket server for Node.

export type {
  Chunks,
  CloseCause,
  Closure,
  Connection,
  Listener,
  Message,
  MessageStream,
  SendOptions,
  SendStreamOptions,
  State,
  StreamingConnection,
} from '@framewire/connection';
export { closeCause } from '@framewire/connection';
export type {
  ConnectionClosed,
  ConnectionOpened,
  ConnectionRefused,
  ControlFrameLimit,
  DeflateOptions,
  ErrorMet,
  HistogramSnapshot,
  KeepaliveOptions,
  LimitHit,
  MessageReceived,
  MessageSent,
  NodeConnection,
  SlowConsumer,
  SlowConsumerVerdict,
  TransportOptions,
} from '@framewire/node-transport';
export { LimitError } from '@framewire/node-transport';
export {
  type CloseStatus,
  ConnectionClosedError,
  type EndingCode,
  type Fields,
  HandshakeError,
  type OriginPolicy,
  ProtocolError,
  type RefusalCode,
  type RequestHead,
  type SubprotocolPolicy,
  type UsageCode,
  UsageError,
  type ViolationCode,
  WebSocketError,
} from '@framewire/protocol';
export type { AdmissionOptions } from './admission.ts';
export type { CloseOptions } from './drain.ts';
export type { HeaderFields, RequestHeaders } from './header-fields.ts';
export type { BroadcastOptions } from './hub.ts';
export type {
  ConnectionMetrics,
  HandshakeMetrics,
  MessageMetrics,
  PingMetrics,
  ServerMetrics,
} from './metrics.ts';
export type { Authorize, Handler, HandshakeOptions, ServeOptions, UpgradeOptions } from './options.ts';
export { formatMetrics, METRICS_CONTENT_TYPE } from './prometheus.ts';
export { type Refusal, type RefusalOptions, refuse } from './refusal.ts';
export type { ErrorListener } from './report.ts';
export { type Server, serve } from './serve.ts';
export { type UpgradeServer, upgrade } from './upgrade.ts';
export type { TlsInfo, UpgradeRequest } from './upgrade-request.ts';
