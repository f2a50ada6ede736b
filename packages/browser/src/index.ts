// The Connection over the runtime's own WebSocket: in pages and workers, and in Node 22 and newer, Deno and Bun.

export {
  type Chunks,
  type Closure,
  type Connection,
  type Delivery,
  isWorthRetrying,
  type Listener,
  type Message,
  type MessageStream,
  type Open,
  type ReconnectChange,
  type ReconnectEnd,
  type ReconnectingConnection,
  type ReconnectState,
  type SendOptions,
  type SendStreamOptions,
  type Setback,
  type State,
  type StreamingConnection,
  withStreams,
} from '@framewire/connection';
export {
  type CloseStatus,
  ConnectionClosedError,
  type EndingCode,
  HandshakeError,
  type RefusalCode,
  type UsageCode,
  UsageError,
  WebSocketError,
} from '@framewire/protocol';
export { connect } from './connect.ts';
export type { ConnectOptions } from './connect-options.ts';
export type { ProbeOptions } from './probe-options.ts';
export { type ReconnectOptions, reconnect } from './reconnect.ts';
export { withProbe } from './with-probe.ts';
