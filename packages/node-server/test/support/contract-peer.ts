// The client side of a connection under test: the protocol over a socket, and nothing of node-transport, which is under test, too.

import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  BufferSink,
  type CloseStatus,
  Endpoint,
  type EndpointHandler,
  type MessageWriter,
  type State,
} from '@framewire/protocol';
import type { ContractPeer } from '@framewire/testing/contract';
import type { Message } from '../../src/index.ts';

const key = new Uint32Array(1);

interface Waiter {
  resolve(message: Message): void;
  reject(error: Error): void;
}

export class EndpointPeer implements ContractPeer, EndpointHandler {
  readonly closed: Promise<CloseStatus>;
  readonly #socket: Socket;
  readonly #sink: BufferSink = new BufferSink();
  readonly #endpoint: Endpoint;
  readonly #messages: Message[] = [];
  readonly #waiters: Waiter[] = [];
  #over = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#endpoint = new Endpoint(this, this.#sink, {
      role: 'client',
      maskingKey: () => randomFillSync(key)[0] as number,
      maxMessageSize: 2 ** 30,
    });
    this.closed = new Promise((resolve) => {
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        this.#endpoint.receive(chunk);
        this.#flush();
        if (this.#endpoint.received !== undefined) resolve(this.#endpoint.received);
      });
      socket.on('close', () => {
        this.#over = true;
        resolve(this.#endpoint.received ?? { code: 1006, reason: '' });
        for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error('Nothing can come any more.'));
      });
    });
  }

  async send(message: Message): Promise<void> {
    if (typeof message === 'string') this.#endpoint.sendText(message);
    else this.#endpoint.sendBinary(message);
    await this.#flushed();
  }

  /** Resolves when the socket can take more. */
  async #flushed(): Promise<void> {
    if (this.#flush() || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  async sendStream(chunks: AsyncIterable<Uint8Array>, type: 'text' | 'binary'): Promise<void> {
    const writer = await new Promise<MessageWriter>((start) => {
      this.#endpoint.sendStream(type, { start, cut: () => {} });
    });
    for await (const chunk of chunks) {
      writer.write(chunk);
      await this.#flushed();
    }
    writer.end();
    await this.#flushed();
  }

  receive(): Promise<Message> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#over) return Promise.reject(new Error('Nothing can come any more.'));
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  async close(code = 1005, reason = ''): Promise<void> {
    this.#endpoint.close(code, reason);
    this.#flush();
  }

  async abort(): Promise<void> {
    this.#socket.destroy();
  }

  async stopReading(): Promise<void> {
    this.#socket.pause();
  }

  async startReading(): Promise<void> {
    this.#socket.resume();
  }

  text(message: string): void {
    this.#take(message);
  }

  binary(message: Uint8Array): void {
    this.#take(message);
  }

  ping(): void {}

  pong(): void {}

  stateChanged(_state: State): void {}

  failed(): void {}

  #take(message: Message): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#messages.push(message);
    else waiter.resolve(message);
  }

  /** Whether more may be written at once. */
  #flush(): boolean {
    const bytes = this.#sink.take();
    const room = bytes.length === 0 || this.#socket.writableEnded || this.#socket.write(bytes);
    if (this.#sink.ended && !this.#socket.writableEnded) this.#socket.end();
    return room;
  }
}
