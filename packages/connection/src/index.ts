// What every side of the wire shares: the Connection contract, the parts a shell builds one from, and reconnecting.

export type { Clock, Timer } from './clock.ts';
export { CLOSE_CAUSES, type CloseCause, closeCause } from './close-cause.ts';
export { closedError, closureOf, type Outcome } from './closure.ts';
export type {
  Chunks,
  Closure,
  Connection,
  Listener,
  Message,
  MessageStream,
  SendOptions,
  SendStreamOptions,
  State,
  StreamingConnection,
} from './connection.ts';
export { createReconnect, type Reconnect } from './create-reconnect.ts';
export { DrainGate } from './drain-gate.ts';
export { type Ending, Inbox, type InboxOptions, type InboxPort, type MessageListener } from './inbox.ts';
export { join } from './join.ts';
export { checkMessage, messageSize } from './message.ts';
export type { Delivery } from './outbox.ts';
export { type ChunkWriter, OutgoingStream } from './outgoing-stream.ts';
export {
  type Open,
  type ReconnectingConnection,
  type ReconnectRuntime,
  reconnect,
} from './reconnect.ts';
export type { ReconnectChange, ReconnectEnd, ReconnectOptions, ReconnectState } from './reconnect-options.ts';
export { isWorthRetrying, type Setback } from './retry-policy.ts';
export type { WakeUps } from './retry-wait.ts';
export { type StreamSource, Streams, type StreamsOptions, type StreamsPort } from './streams.ts';
export { withStreams } from './with-streams.ts';
