// The contract application code sees on every side of the wire: server, Node client and browser. One contract suite
// (`@framewire/testing/contract`) runs against all three.

import type { CloseStatus, ConnectionClosedError } from '@framewire/protocol';

/**
 * A whole WebSocket message: a string for text, bytes for binary. Received bytes belong to the application; their `buffer` may be shared with
 * other messages of the same connection, so copy with `slice()` before transferring it.
 */
export type Message = string | Uint8Array;

/** `open`: both ways. `closing`: a Close was sent or received. `closed`: the transport is gone. */
export type State = 'open' | 'closing' | 'closed';

/** How a connection ended. */
export interface Closure {
  /** What the peer's Close said; 1005 when it held no code, 1006 when none came (as WHATWG CloseEvent.code). */
  readonly code: number;
  /** The reason in the peer's Close, or `''`. */
  readonly reason: string;
  /** Whether both Close frames were exchanged (as WHATWG CloseEvent.wasClean). */
  readonly clean: boolean;
  /** What the peer's Close frame said, if one came. */
  readonly received?: CloseStatus;
  /** What our Close frame said, if one was sent. */
  readonly sent?: CloseStatus;
  /** Whether the peer's Close came before ours was sent; absent unless both were. */
  readonly receivedFirst?: boolean;
  /** Absent after a clean 1000, 1001 or 1005 that no failure here led to; else why, with the cause. */
  readonly error?: ConnectionClosedError;
}

/**
 * Takes messages as they come. Pass one to {@link Connection.listen}. What a method throws, or a promise it returned rejects with,
 * becomes the cause of {@link Closure.error}, LISTENER_FAILED.
 */
export interface Listener {
  /** Called once for each message, in order. If it throws, it gets no more, and the connection is closed with 1011 (in a browser: 4011). */
  message(message: Message): void;
  /** Called when `bufferedAmount` has fallen to the low-water mark after `send` returned false. */
  drained?(): void;
  /** Called once, after the last message. */
  closed?(closure: Closure): void;
}

/** How one message is sent. */
export interface SendOptions {
  /** `false` sends the message as it is where the connection compresses. A browser compresses as it likes and takes no notice. */
  readonly compress?: boolean;
}

/** How the message of a stream is sent. */
export interface SendStreamOptions {
  /** `text`: the chunks are UTF-8 when put together. Default `binary`. */
  readonly type?: 'text' | 'binary';
}

/** What a message can be sent from: strings, which become UTF-8, and bytes, in any mix. A `ReadableStream` is one where it can be iterated. */
export type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * One message as its bytes come, from {@link StreamingConnection.streams}. It is read once, in one of the ways below. Its chunks are cut
 * anywhere and are never empty; those of a text message are UTF-8, which is valid as a whole. Each belongs to the application.
 *
 * Reading throws ConnectionClosedError when the connection ends, or is closed here, before the message does.
 *
 * Asking for the next message while nobody has begun to read this one drops it: reading it then throws UsageError STREAM_DROPPED. A second
 * way of reading throws UsageError ALREADY_CONSUMED. Leaving a loop over the chunks drops the rest.
 */
export interface MessageStream extends AsyncIterable<Uint8Array> {
  readonly type: 'text' | 'binary';
  /** The chunks as a WHATWG stream. Cancelling it drops the rest of the message. */
  readonly readable: ReadableStream<Uint8Array>;
  /** The whole message. Rejects with UsageError STREAM_TOO_LONG when it has more bytes than `maxMessageSize`; the rest is then dropped. */
  bytes(): Promise<Uint8Array>;
  /** The whole message as text; what is not UTF-8 in a binary one becomes U+FFFD. Rejects as {@link bytes} does. */
  text(): Promise<string>;
}

/**
 * One end of an open WebSocket connection.
 *
 * Iterate it, or give it one listener. Nothing is delivered before one of the two is there, so no message is lost, and a
 * peer that sends more than is read is slowed down. Iteration ends after a clean close with 1000, 1001 or 1005 and throws
 * ConnectionClosedError after any other ending; leaving the loop closes nothing, and a later loop goes on where it stopped.
 */
export interface Connection extends AsyncIterable<Message> {
  /** The URL the connection was opened with; on a server, the one its client must have used. */
  readonly url: string;
  /** The subprotocol both sides agreed on, or `''`. */
  readonly subprotocol: string;
  readonly state: State;
  /** Bytes given to `send` that the operating system (in a browser: the network) has not yet taken. */
  readonly bufferedAmount: number;
  /** Resolves when the connection has ended, however it ended. Never rejects. */
  readonly closed: Promise<Closure>;
  /**
   * Queues a message. Returns false when the caller should wait for {@link drained} before sending more: the queue went over
   * its high-water mark and has not fallen to its low-water mark since, or the connection is no longer open and the message was dropped.
   *
   * Bytes may be held until they are written: do not change them before `bufferedAmount` is 0.
   *
   * @throws UsageError INVALID_ARGUMENT when the message is neither a string nor a Uint8Array
   */
  send(message: Message, options?: SendOptions): boolean;
  /**
   * Resolves when more may be sent: at once unless the queue went over its high-water mark, else when it has fallen to the
   * low-water mark. Rejects with ConnectionClosedError when the connection is no longer open. Aborting the signal ends only this wait.
   */
  drained(signal?: AbortSignal): Promise<void>;
  /**
   * Delivers every message to the listener, starting with those that wait. There is one consumer at a time.
   *
   * @throws UsageError ALREADY_CONSUMED when there is a listener or a running loop
   */
  listen(listener: Listener): void;
  /**
   * Sends what is queued, then closes. Messages that arrive from now on are dropped, as in a browser. A second call only waits.
   *
   * @param code 1000 (default) or 3000-4999
   * @param reason at most 123 bytes of UTF-8
   * @throws UsageError INVALID_CLOSE_CODE, CLOSE_REASON_TOO_LONG
   */
  close(code?: number, reason?: string): Promise<Closure>;
}

/**
 * A {@link Connection} that also sends and receives messages in chunks: every one on Node, and in a browser what `withStreams` makes of one,
 * so that programs that have no use for it do not carry it.
 */
export interface StreamingConnection extends Connection {
  /** Whether {@link sendStream} and {@link streams} hold each message as a whole: `true` in a browser, whose WebSocket has nothing else. */
  readonly buffersStreams: boolean;
  /**
   * Sends one message from chunks as they come, without holding it as a whole. Each chunk leaves before the next one is asked for, and
   * while the send queue is over its high-water mark none is. What is sent meanwhile waits behind it, and so does a close.
   *
   * In a browser (`buffersStreams`) the chunks are collected and sent as one message when there are no more. It takes its place among other
   * messages then, and a close does not wait for it: where order counts, wait for the promise.
   *
   * Resolves when the last chunk is queued and the queue is below its mark. Rejects with ConnectionClosedError when the connection is not
   * open or ends meanwhile, and else with what the chunks threw, or UsageError INVALID_ARGUMENT for a chunk that is neither a string nor
   * a Uint8Array, or not UTF-8 where `type` is `text`. If nothing had been sent by then, the connection goes on; else it is
   * closed with 1011, for the message cannot be completed. However it ends early, `return()` of the chunks' iterator is called.
   *
   * @throws UsageError INVALID_ARGUMENT when `chunks` is no iterable of chunks, or `type` neither `text` nor `binary`
   */
  sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void>;
  /**
   * Iterates the messages as streams of chunks: for those too large to be held as a whole. Each is read, or dropped, before the next
   * one comes: `next()` drops a stream nobody has begun to read, and else waits until it has been read or cancelled.
   *
   * It is a loop as any other: it ends and throws as iterating the connection does, and leaving it closes nothing and lets whoever reads
   * the last stream go on.
   *
   * @throws UsageError ALREADY_CONSUMED when there is a listener or a running loop
   */
  streams(): AsyncIterableIterator<MessageStream, undefined>;
}
