// The server's end of a WebSocket for tests: the protocol over a socket, and nothing of the shells.

import type { Socket } from 'node:net';
import type { Message } from '@framewire/connection';
import { BufferSink, type CloseStatus, Endpoint } from '@framewire/protocol';

/** What a test server does with what comes. */
export interface ServerSocketHandler {
  message(message: Message): void;
  /** The peer's Close came. */
  closing?(received: CloseStatus): void;
  /** The socket is gone. */
  closed?(): void;
}

export class ServerSocket {
  readonly #socket: Socket;
  readonly #sink: BufferSink = new BufferSink();
  readonly #endpoint: Endpoint;

  /** @param early what followed the opening handshake */
  constructor(socket: Socket, early: Uint8Array, handler: ServerSocketHandler) {
    this.#socket = socket;
    const take = (message: Message): void => handler.message(message);
    const ignore = (): void => {};
    this.#endpoint = new Endpoint(
      { text: take, binary: take, ping: ignore, pong: ignore, stateChanged: ignore, failed: ignore },
      this.#sink,
      { role: 'server', maxMessageSize: 2 ** 30 },
    );
    let told = false;
    const receive = (chunk: Uint8Array): void => {
      this.#endpoint.receive(chunk);
      this.#flush();
      if (told || this.#endpoint.received === undefined) return;
      told = true;
      handler.closing?.(this.#endpoint.received);
    };
    socket.setNoDelay(true);
    // Every send may wait for room.
    socket.setMaxListeners(0);
    socket.on('error', ignore);
    socket.on('data', receive);
    socket.on('end', () => socket.end());
    socket.on('close', () => handler.closed?.());
    if (early.length > 0) receive(new Uint8Array(early));
  }

  /** Resolves when the socket can take more. */
  async send(message: Message): Promise<void> {
    if (typeof message === 'string') this.#endpoint.sendText(message);
    else this.#endpoint.sendBinary(message);
    if (this.#flush() || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', () => resolve());
    });
  }

  close(code: number, reason: string): void {
    this.#endpoint.close(code, reason);
    this.#flush();
  }

  /** A TCP reset, without a Close. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Whether more may be written at once. */
  #flush(): boolean {
    const bytes = this.#sink.take();
    const room = bytes.length === 0 || this.#socket.writableEnded || this.#socket.write(bytes);
    if (this.#sink.ended && !this.#socket.writableEnded) this.#socket.end();
    return room;
  }
}
