// A connection and the handler that talks on it. Its end is when both are done: the server that closes waits for what a handler does last.

import type { Duplex } from 'node:stream';
import { type ConnectionInfo, SocketConnection, type TransportOwner } from '@framewire/node-transport';
import { ConnectionClosedError, INTERNAL_ERROR } from '@framewire/protocol';
import type { Hub } from './hub.ts';
import type { Handler } from './options.ts';
import type { Upgrade } from './upgrade-request.ts';

export class Conversation<Context> implements TransportOwner {
  readonly connection: SocketConnection;
  readonly #hub: Hub<Context>;
  #open = true;
  #talking = true;

  constructor(hub: Hub<Context>, socket: Duplex, info: ConnectionInfo) {
    this.#hub = hub;
    this.connection = new SocketConnection(socket, info, hub.settings.transport, this);
  }

  /** Calls the handler, and does what its end asks for. */
  run(handler: Handler<Context>, upgrade: Upgrade<Context>): void {
    try {
      const result: unknown = handler(this.connection, upgrade);
      if (result === undefined) this.#returned();
      else {
        Promise.resolve(result).then(
          () => this.#returned(),
          (error: unknown) => this.#threw(error),
        );
      }
    } catch (error) {
      this.#threw(error);
    }
  }

  ended(): void {
    this.#open = false;
    this.#hub.ended(this.connection);
    this.#check();
  }

  /** What a loop throws arrives at the handler; a listener has nobody else who could hear of it. */
  listenerFailed(error: unknown): void {
    this.#hub.report(error);
  }

  #returned(): void {
    if (!this.connection.hasListener) void this.connection.close();
    this.#settled();
  }

  #threw(error: unknown): void {
    // That the connection has ended is how a conversation may end, and no fault of the handler.
    if (!(error instanceof ConnectionClosedError && this.connection.state !== 'open')) this.#hub.report(error);
    void this.connection.closeWith(INTERNAL_ERROR);
    this.#settled();
  }

  #settled(): void {
    this.#talking = false;
    this.#check();
  }

  #check(): void {
    if (!this.#open && !this.#talking) this.#hub.finished();
  }
}
