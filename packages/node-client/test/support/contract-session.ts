// What the contract suite needs of a client: connections made by `connect`, and a peer that does as it is told, a SocketConnection in the
// role of a server.

import type { Socket } from 'node:net';
import type { Message } from '@framewire/connection';
import { SocketConnection, settle } from '@framewire/node-transport';
import { type CloseStatus, NO_STATUS } from '@framewire/protocol';
import type { ContractPeer } from '@framewire/testing/contract';

class Peer implements ContractPeer {
  readonly closed: Promise<CloseStatus>;
  readonly connection: SocketConnection;
  readonly #messages: Message[] = [];
  #reading = false;
  #wake: () => void = () => {};

  constructor(connection: SocketConnection) {
    this.connection = connection;
    this.closed = connection.closed.then(({ received }) => received ?? { code: 1006, reason: '' });
    void this.closed.then(() => this.#wake());
    void this.startReading();
  }

  async send(message: Message): Promise<void> {
    if (!this.connection.send(message)) await this.connection.drained().catch(() => {});
  }

  sendStream(chunks: AsyncIterable<Uint8Array>, type: 'text' | 'binary'): Promise<void> {
    return this.connection.sendStream(chunks, { type });
  }

  async receive(): Promise<Message> {
    while (this.#messages.length === 0) {
      if (this.connection.state === 'closed') throw new Error('No message can come any more.');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as Message; // there is one
  }

  async close(code = NO_STATUS, reason = ''): Promise<void> {
    void this.connection.closeWith(code, reason);
  }

  async abort(): Promise<void> {
    this.connection.terminate();
  }

  async stopReading(): Promise<void> {
    this.#reading = false;
  }

  async startReading(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    void this.#read().catch(() => {});
  }

  async #read(): Promise<void> {
    for await (const message of this.connection) {
      this.#messages.push(message);
      this.#wake();
      if (!this.#reading) return;
    }
  }
}

/** The peer on a socket whose opening handshake is done. */
export function peerOn(socket: Socket): Peer {
  const settings = settle({ maxMessageSize: 2 ** 26, sendHighWater: 1 }, 'server');
  const connection = new SocketConnection(socket, { url: '', subprotocol: '' }, settings, { ended: () => {} });
  connection.start(new Uint8Array(0));
  return new Peer(connection);
}
