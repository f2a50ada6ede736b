// What the contract suite needs of a shell on Node: connections, and a peer that does as it is told. Both are SocketConnections, one in
// each role, over a real socket.

import type { Duplex } from 'node:stream';
import type { Message } from '@framewire/connection';
import { type CloseStatus, NO_STATUS } from '@framewire/protocol';
import type { ContractPeer, ContractSession } from '@framewire/testing/contract';
import { SocketConnection } from '../../src/node-connection.ts';
import { settle } from '../../src/settings.ts';

const nobody = { ended: (): void => {} };

/** The other side of a connection under test. */
class Peer implements ContractPeer {
  readonly closed: Promise<CloseStatus>;
  readonly #connection: SocketConnection;
  readonly #messages: Message[] = [];
  #reading = false;
  #wake: () => void = () => {};

  constructor(connection: SocketConnection) {
    this.#connection = connection;
    this.closed = connection.closed.then(({ received }) => received ?? { code: 1006, reason: '' });
    void this.closed.then(() => this.#wake());
    void this.startReading();
  }

  async send(message: Message): Promise<void> {
    if (!this.#connection.send(message)) await this.#connection.drained().catch(() => {});
  }

  sendStream(chunks: AsyncIterable<Uint8Array>, type: 'text' | 'binary'): Promise<void> {
    return this.#connection.sendStream(chunks, { type });
  }

  async receive(): Promise<Message> {
    while (this.#messages.length === 0) {
      if (this.#connection.state === 'closed') throw new Error('No message can come any more.');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as Message; // there is one
  }

  async close(code = NO_STATUS, reason = ''): Promise<void> {
    void this.#connection.closeWith(code, reason);
  }

  async abort(): Promise<void> {
    this.#connection.terminate();
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
    for await (const message of this.#connection) {
      this.#messages.push(message);
      this.#wake();
      if (!this.#reading) return;
    }
  }
}

const URL = 'ws://peer.example/chat';
const SUBPROTOCOL = 'chat.v1';

/** A connection in the given role, and its peer in the other. */
export function contractSession(role: 'server' | 'client', near: Duplex, far: Duplex): ContractSession {
  const info = { url: URL, subprotocol: SUBPROTOCOL };
  const connection = new SocketConnection(near, info, settle({ maxMessageSize: 2 ** 26 }, role), nobody);
  const other = new SocketConnection(
    far,
    info,
    settle({ maxMessageSize: 2 ** 26, sendHighWater: 1 }, role === 'server' ? 'client' : 'server'),
    nobody,
  );
  connection.start(new Uint8Array(0));
  other.start(new Uint8Array(0));
  return {
    connection,
    peer: new Peer(other),
    url: URL,
    subprotocol: SUBPROTOCOL,
    dispose: async () => {
      connection.terminate();
      other.terminate();
      await Promise.all([connection.closed, other.closed]);
    },
  };
}
