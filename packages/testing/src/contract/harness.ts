// What a shell provides so that the contract suite can run against it: connections, each with a peer that does as it is told.

import type { Message, StreamingConnection } from '@framewire/connection';
import type { CloseStatus } from '@framewire/protocol';

/**
 * The other side of a connection under test. It reads all the time unless told to stop, answers a Close with a Close, and does
 * what the suite asks and no more. In a browser it lives in another process and is driven over a channel of its own, so every
 * method is asynchronous. No method rejects because the connection is closing or gone.
 */
export interface ContractPeer {
  /** Sends one message. Resolves when the peer's transport can take more, so that a peer that is slowed down waits here. */
  send(message: Message): Promise<void>;
  /** Sends one message chunk by chunk, as they come. Needed where `kind` is `node`. */
  sendStream?(chunks: AsyncIterable<Uint8Array>, type: 'text' | 'binary'): Promise<void>;
  /** The next message that came, in order. Messages are kept until they are asked for. Rejects when none can come any more. */
  receive(): Promise<Message>;
  /** Sends a Close with any code that may stand in a frame, or without a code. Resolves when it has been sent. */
  close(code?: number, reason?: string): Promise<void>;
  /** Breaks the transport without a Close. */
  abort(): Promise<void>;
  /** Takes nothing more from the transport, so that it fills up. */
  stopReading(): Promise<void>;
  startReading(): Promise<void>;
  /** What the Close of the connection under test said: code 1005 for a Close without a code, 1006 when the transport ended without one. */
  readonly closed: Promise<CloseStatus>;
}

/** One open connection under test, and its peer. */
export interface ContractSession {
  /** Over a native WebSocket: with `withStreams`. */
  readonly connection: StreamingConnection;
  readonly peer: ContractPeer;
  /** What `connection.url` must be. */
  readonly url: string;
  /** What `connection.subprotocol` must be; have one agreed on. */
  readonly subprotocol: string;
  /** Called once, after the test. Frees everything, whatever state it is in. */
  dispose(): Promise<void>;
}

/** A shell under test. */
export interface ContractHarness {
  /** What the shell can do: `browser` for one over a native WebSocket, which chooses its close codes from fewer and does not see what it sent. */
  readonly kind: 'node' | 'browser';
  /** Unread bytes at which the connections of `open` overflow; leave it out when the shell slows its peer down instead. At least 2 MiB. */
  readonly receiveLimit?: number;
  /** What `maxMessageSize` is on the connections of `open`; leave it out to leave the test of it out. */
  readonly messageLimit?: number;
  /**
   * Set it when the engine below takes a byte order mark off the front of text it receives, which no shell can put back: Node's own
   * WebSocket does. The suite then expects that.
   */
  readonly losesByteOrderMark?: boolean;
  /** Opens a connection. */
  open(): Promise<ContractSession>;
}
