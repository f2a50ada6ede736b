// A WebSocket client for Node.

export type {
  Chunks,
  CloseCause,
  Closure,
  Connection,
  Delivery,
  Listener,
  Message,
  MessageStream,
  Open,
  ReconnectChange,
  ReconnectEnd,
  ReconnectingConnection,
  ReconnectOptions,
  ReconnectState,
  SendOptions,
  SendStreamOptions,
  Setback,
  State,
  StreamingConnection,
} from '@framewire/connection';
export { closeCause, isWorthRetrying } from '@framewire/connection';
export type {
  ConnectionClosed,
  ConnectionOpened,
  ConnectionRefused,
  ControlFrameLimit,
  DeflateOptions,
  ErrorMet,
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
  ConnectionClosedError,
  HandshakeError,
  ProtocolError,
  UsageError,
  WebSocketError,
} from '@framewire/protocol';
export { connect } from './connect.ts';
export type { ConnectOptions, HeaderFields, TlsOptions } from './connect-options.ts';
export { reconnect } from './reconnect.ts';
