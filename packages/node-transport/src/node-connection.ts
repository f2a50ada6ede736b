// The Connection of Node, the same on a server and a client: the shared contract, and what only a real socket can do.

import type { Duplex } from 'node:stream';
import {
  type Chunks,
  type Closure,
  checkMessage,
  type Listener,
  type Message,
  type MessageStream,
  type SendOptions,
  type SendStreamOptions,
  type State,
  type StreamingConnection,
} from '@framewire/connection';
import { type AgreedExtension, checkApplicationClose, NORMAL_CLOSURE } from '@framewire/protocol';
import { type ErrorMet, errorMet } from './channels.ts';
import type { TransportSettings } from './settings.ts';
import type { SharedFrames } from './shared-frames.ts';
import type { ChunkTaker } from './shared-read.ts';
import { Transport, type TransportOwner } from './transport.ts';

/** A {@link StreamingConnection} on Node. */
export interface NodeConnection extends StreamingConnection {
  /** The peer's IP address; `''` on a Unix socket or a stream that has none. */
  readonly remoteAddress: string;
  /** Milliseconds from the last answered Ping, the keepalive's included, to its Pong; undefined before the first. */
  readonly roundTripTime: number | undefined;
  /** How many messages were dropped because the peer reads too slowly: see `slowConsumer` of the options. */
  readonly droppedMessages: number;
  /**
   * Sends a Ping and resolves with the milliseconds until its Pong. Rejects with ConnectionClosedError when the connection
   * ends before. Aborting the signal ends only this wait.
   */
  ping(signal?: AbortSignal): Promise<number>;
  /** Destroys the socket at once: nothing queued is sent, and the peer gets no Close frame. */
  terminate(): void;
}

/** What the opening handshake settled. */
export interface ConnectionInfo {
  readonly url: string;
  readonly subprotocol: string;
  /** Default: none. */
  readonly extensions?: readonly AgreedExtension[];
}

/** The implementation of {@link NodeConnection}, for shells. */
export class SocketConnection implements NodeConnection, ChunkTaker, TransportOwner {
  readonly remoteAddress: string;
  readonly #info: ConnectionInfo;
  readonly #transport: Transport;

  /**
   * @param socket any Duplex that carries the bytes after the opening handshake; owned from now on
   * @param settings of {@link settle}, shared by all connections of one server or client
   * @param owner hears of its end; on a client there is none, and then the connection itself stands in for it, which takes no memory
   */
  constructor(socket: Duplex, info: ConnectionInfo, settings: TransportSettings, owner?: TransportOwner) {
    // Asked for now, because a socket forgets it when it closes.
    this.remoteAddress =
      'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? socket.remoteAddress : '';
    this.#info = info;
    const transform = settings.deflate?.transform(info.extensions ?? []);
    const asks = owner !== undefined && typeof settings.slowConsumer === 'function';
    const asked = asks ? new AskedOwner(this, owner) : owner;
    this.#transport = new Transport(socket, settings, asked ?? this, transform);
  }

  /** Starts reading: call once, with the bytes that came behind the head of the opening handshake. */
  start(first: Uint8Array): void {
    this.#transport.start(first);
  }

  /** Takes bytes of the socket that it does not emit as 'data'. They are lent for this call. */
  received(chunk: Uint8Array): void {
    this.#transport.received(chunk);
  }

  // As its own owner.

  get connection(): this {
    return this;
  }

  ended(): void {
    // Whoever wants to know waits for `closed`.
  }

  listenerFailed(error: unknown): void {
    if (!errorMet.hasSubscribers) return;
    const met: ErrorMet = { role: 'client', error, connection: this };
    errorMet.publish(met);
  }

  get url(): string {
    return this.#info.url;
  }

  get subprotocol(): string {
    return this.#info.subprotocol;
  }

  get buffersStreams(): boolean {
    return false;
  }

  get state(): State {
    return this.#transport.state;
  }

  get bufferedAmount(): number {
    return this.#transport.bufferedAmount;
  }

  get closed(): Promise<Closure> {
    return this.#transport.closed;
  }

  get roundTripTime(): number | undefined {
    return this.#transport.roundTripTime;
  }

  get droppedMessages(): number {
    return this.#transport.droppedMessages;
  }

  /** Whether a listener is attached. */
  get hasListener(): boolean {
    return this.#transport.inbox.hasListener;
  }

  send(message: Message, options?: SendOptions): boolean {
    checkMessage(message);
    return this.#transport.send(message, options);
  }

  sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void> {
    return this.#transport.sendStream(chunks, options);
  }

  /** Sends what `encodeMessage` and {@link shareFrames} made of the message, on a server: encode once, send to many in this turn. */
  sendShared(frames: SharedFrames, message?: Message): boolean {
    return this.#transport.sendShared(frames, message);
  }

  drained(signal?: AbortSignal): Promise<void> {
    return this.#transport.drained(signal);
  }

  listen(listener: Listener): void {
    this.#transport.listen(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#transport.iterate();
  }

  streams(): AsyncIterableIterator<MessageStream, undefined> {
    return this.#transport.streams();
  }

  ping(signal?: AbortSignal): Promise<number> {
    return this.#transport.measureRoundTrip(signal);
  }

  close(code: number = NORMAL_CLOSURE, reason = ''): Promise<Closure> {
    checkApplicationClose(code, reason);
    return this.#transport.close(code, reason);
  }

  /** Closes with any code that may stand in a frame: for shells, which also say 1001 and 1011. */
  closeWith(code: number, reason = ''): Promise<Closure> {
    return this.#transport.close(code, reason);
  }

  terminate(): void {
    this.#transport.terminate();
  }
}

/** An owner that can tell who the slow-consumer policy is asked about. Only with a policy that asks does a connection need one. */
class AskedOwner implements TransportOwner {
  readonly connection: NodeConnection;
  readonly #owner: TransportOwner;

  constructor(connection: NodeConnection, owner: TransportOwner) {
    this.connection = connection;
    this.#owner = owner;
  }

  ended(closure: Closure): void {
    this.#owner.ended(closure);
  }

  listenerFailed(error: unknown): void {
    this.#owner.listenerFailed?.(error);
  }
}
