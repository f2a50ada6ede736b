// Streams over a connection that has none: chunks are collected to one message, and a message is a stream of one chunk. The rules are
// those of every other side; only what is held in memory is not.

import type {
  Chunks,
  Connection,
  Message,
  MessageStream,
  SendStreamOptions,
  StreamingConnection,
} from './connection.ts';
import { join } from './join.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import { type StreamSource, Streams } from './streams.ts';

/**
 * Gives a connection of a browser `sendStream` and `streams`, which hold each message as a whole (`buffersStreams` is true). Returns
 * the same connection. One that has streams is left as it is, so that a program for every side may call this on every side.
 *
 * ```ts
 * const connection = withStreams(await connect('wss://example.com/upload'));
 * await connection.sendStream(['one message ', 'of two chunks'], { type: 'text' });
 * ```
 */
export function withStreams<C extends Connection>(connection: C): C & StreamingConnection {
  return 'buffersStreams' in connection
    ? (connection as C & StreamingConnection)
    : Object.assign(connection, bufferedStreams(connection));
}

type Buffered = Pick<StreamingConnection, 'buffersStreams' | 'sendStream' | 'streams'>;

function bufferedStreams(connection: Connection): Buffered {
  const sending = new Set<OutgoingStream>();
  // What is read is in memory already.
  const unbounded = { highWater: Number.POSITIVE_INFINITY, maxMessageSize: Number.POSITIVE_INFINITY };
  const streams = new Streams(nothingToAsk, sourceOf(connection), unbounded);
  void connection.closed.then(() => {
    for (const stream of sending) cut(stream, connection);
  });
  return {
    buffersStreams: true,
    sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void> {
      const stream = new OutgoingStream(chunks, options?.type);
      sending.add(stream);
      if (connection.state === 'open') stream.start(collector(connection, stream.type));
      else cut(stream, connection);
      const done = (): unknown => sending.delete(stream);
      stream.sent.then(done, done);
      return stream.sent;
    },
    streams(): AsyncIterableIterator<MessageStream, undefined> {
      return streams.streams();
    },
  };
}

/** `drained` is who says why a connection is no longer open. */
function cut(stream: OutgoingStream, connection: Connection): void {
  connection.drained().catch((error) => stream.cut(error));
}

/** Nothing is sent before the message is complete, so nothing of it needs to be taken back. */
function collector(connection: Connection, type: 'text' | 'binary'): Parameters<OutgoingStream['start']>[0] {
  const parts: Uint8Array[] = [];
  return {
    write(bytes) {
      parts.push(bytes.slice());
      return connection.state === 'open';
    },
    drained: () => connection.drained(),
    end() {
      const whole = join(parts);
      const message: Message = type === 'text' ? decoder.decode(whole) : whole;
      return connection.send(message);
    },
    withdraw: ignore,
    abort: ignore,
  };
}

function sourceOf(connection: Connection): StreamSource {
  return {
    hasListener: false,
    // It never waits for a stream: only wholes come.
    awaited: undefined,
    push: ignore,
    [Symbol.asyncIterator]: () => connection[Symbol.asyncIterator](),
  };
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });
const nothingToAsk = { streamNext: ignore, pauseStream: ignore, resumeStream: ignore };

function ignore(): void {
  // Wholes do not need it.
}
