// A WebSocket client for Node.

export type {
  Closure,
  Connection,
  Delivery,
  Listener,
  Message,
  ReconnectChange,
  ReconnectEnd,
  ReconnectingConnection,
  ReconnectOptions,
  ReconnectState,
  State,
} from '@framewire/connection';
export type {
  ControlFrameLimit,
  DeflateOptions,
  KeepaliveOptions,
  NodeConnection,
  TransportOptions,
} from '@framewire/node-transport';
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
