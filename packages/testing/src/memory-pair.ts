// Two connections joined in memory, to test a handler or a client without a socket. Nothing here waits for real time.

import type { StreamingConnection } from '@framewire/connection';
import type { MemoryConnectionOptions } from './memory-connection.ts';
import { memoryConnection } from './memory-streams.ts';
import { MemoryWire } from './memory-wire.ts';

/** All have defaults. */
export interface MemoryPairOptions {
  /** What both sides say is their URL. Default `ws://memory/`. */
  readonly url?: string;
  /** What both sides agreed on. Default `''`. */
  readonly subprotocol?: string;
  /** Bytes that may wait for the other side before `send` returns false. Default 1 MiB. */
  readonly sendHighWater?: number;
  /** Unread bytes over which the other side is slowed down. Default 256 KiB. */
  readonly receiveHighWater?: number;
  /** Most bytes that `bytes()` and `text()` of a stream put together. Default 16 MiB. */
  readonly maxMessageSize?: number;
  /**
   * The client behaves as one in a browser: its peer cannot be slowed down, so an unread queue over `receiveHighWater` closes the
   * connection, with 4008; a listener that throws closes it with 4011; its streams hold each message as a whole. Default false.
   */
  readonly browserClient?: boolean;
}

/** Both ends of one connection. */
export interface MemoryPair {
  readonly client: StreamingConnection;
  readonly server: StreamingConnection;
  /** Stops the transport: what is sent waits, and nobody notices, until {@link release}. */
  hold(): void;
  /** Lets the transport run again. */
  release(): void;
  /** Breaks the transport, as a pulled cable does: both sides end with 1006 and this cause. */
  cut(cause?: unknown): void;
}

/**
 * Two open connections joined in memory. They follow the contract of `Connection` in everything: backpressure, the closing
 * handshake, closures. A message arrives in a later microtask, always in the same order.
 *
 * ```ts
 * const { client, server } = memoryPair();
 * const done = echo(server);
 * client.send('hello');
 * for await (const message of client) { expect(message).toBe('hello'); break; }
 * await client.close();
 * await done;
 * ```
 */
export function memoryPair(options: MemoryPairOptions = {}): MemoryPair {
  const {
    url = 'ws://memory/',
    subprotocol = '',
    sendHighWater = 1024 * 1024,
    receiveHighWater = 256 * 1024,
    maxMessageSize = 16 * 1024 * 1024,
  } = options;
  const common: MemoryConnectionOptions = {
    url,
    subprotocol,
    sendHighWater,
    receiveHighWater,
    maxMessageSize,
    likeBrowser: false,
  };
  const wire = new MemoryWire();
  const [one, two] = wire.ends;
  return {
    client: memoryConnection(one, { ...common, likeBrowser: options.browserClient ?? false }),
    server: memoryConnection(two, common),
    hold: () => wire.hold(),
    release: () => wire.release(),
    cut: (cause) => wire.cut(cause),
  };
}
