// Any Node Duplex on one side, a Connection on the other: what server and client share.

export {
  type ConnectionClosed,
  type ConnectionOpened,
  type ConnectionRefused,
  connectionOpened,
  connectionRefused,
  type ErrorMet,
  errorMet,
  type LimitHit,
  limitHit,
  type MessageReceived,
  type MessageSent,
} from './channels.ts';
export type { ControlFrameLimit } from './control-frame-meter.ts';
export { Deadlines, Expiring } from './deadlines.ts';
export type { DeflateOptions, DeflateSettings } from './deflate/settings.ts';
export { Histogram, type HistogramSnapshot } from './histogram.ts';
export { LimitError } from './limit-error.ts';
export { LIMIT_OPTIONS, limitOptionOf } from './limit-option.ts';
export { nodeMask } from './mask.ts';
export { randomMaskingKey } from './masking-key.ts';
export { type ConnectionInfo, type NodeConnection, SocketConnection } from './node-connection.ts';
export { checkNames, type OptionNames, TRANSPORT_NAMES } from './option-names.ts';
export { duration, type KeepaliveOptions, settle, type TransportOptions, type TransportSettings } from './settings.ts';
export { type SharedFrames, shareFrames } from './shared-frames.ts';
export { type ChunkTaker, type Inlet, readShared } from './shared-read.ts';
export type { SlowConsumer, SlowConsumerVerdict } from './slow-consumer.ts';
export { guard, leave, read, type SocketListener } from './socket-events.ts';
export { systemClock } from './system-clock.ts';
export { BYTES_RECEIVED, BYTES_SENT, MESSAGES_RECEIVED, MESSAGES_SENT, type Tally } from './tally.ts';
export { nodeText } from './text-codec.ts';
export type { TransportOwner } from './transport.ts';
export { shareReads } from './unstable-shared-read.ts';
