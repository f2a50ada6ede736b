// A connection and the handler that talks on it. Its end is when both are done: the server that closes waits for what a handler does last.

import type { Duplex } from 'node:stream';
import type { Closure } from '@framewire/connection';
import { type ConnectionInfo, SocketConnection, type TransportOwner } from '@framewire/node-transport';
import { ConnectionClosedError, INTERNAL_ERROR } from '@framewire/protocol';
import type { Hub } from './hub.ts';
import type { Handler } from './options.ts';
import type { Upgrade } from './upgrade-request.ts';

const OPEN = 1;
const TALKING = 2;

/** Times are in units of so many milliseconds, of which the lowest 30 bits are kept: a small integer, which takes no memory of its own, for 124 days. */
const TIME_UNIT = 10;
const TIME_MASK = 2 ** 30 - 1;

export class Conversation<Context> implements TransportOwner {
  readonly connection: SocketConnection;
  readonly #hub: Hub<Context>;
  /** In one field with the next: two more would take 16 bytes of each idle connection. */
  #flags = OPEN | TALKING;
  readonly #openedAt: number;

  constructor(hub: Hub<Context>, socket: Duplex, info: ConnectionInfo) {
    this.#hub = hub;
    this.#openedAt = this.#now();
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

  ended(closure: Closure): void {
    this.#flags &= ~OPEN;
    this.#hub.ended(this.connection, closure, ((this.#now() - this.#openedAt) & TIME_MASK) * TIME_UNIT);
    this.#check();
  }

  /** What a loop throws arrives at the handler; a listener has nobody else who could hear of it. */
  listenerFailed(error: unknown): void {
    this.#hub.report(error, this.connection);
  }

  #returned(): void {
    if (!this.connection.hasListener) void this.connection.close();
    this.#settled();
  }

  #threw(error: unknown): void {
    // That the connection has ended is how a conversation may end, and no fault of the handler.
    if (!(error instanceof ConnectionClosedError && this.connection.state !== 'open')) {
      this.#hub.report(error, this.connection);
    }
    void this.connection.closeWith(INTERNAL_ERROR);
    this.#settled();
  }

  #settled(): void {
    this.#flags &= ~TALKING;
    this.#check();
  }

  #check(): void {
    if (this.#flags === 0) this.#hub.finished();
  }

  #now(): number {
    return (this.#hub.settings.transport.clock.now() / TIME_UNIT) & TIME_MASK;
  }
}
