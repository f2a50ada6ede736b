// The Connection over the runtime's own WebSocket: in pages and workers, and in Node 22 and newer, Deno and Bun.

export {
  type Chunks,
  type Closure,
  type Connection,
  type Listener,
  type Message,
  type MessageStream,
  type SendOptions,
  type SendStreamOptions,
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
export { reconnect } from './reconnect.ts';
