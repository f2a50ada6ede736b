// One message to all, as often as the readers can take it: no more than a few are under way, of which the readers say when all have one.

import { randomBytes } from 'node:crypto';
import type { Server } from '@framewire/node-server';

export class Broadcast {
  readonly #server: Server;
  #message: Uint8Array = new Uint8Array(0);
  #running = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** @param size bytes of the message @param underWay how many messages are sent ahead of the readers */
  start(size: number, underWay: number): void {
    this.#message = randomBytes(size);
    this.#running = true;
    for (let left = underWay; left > 0; left--) this.#send();
  }

  /** What is under way still arrives. */
  stop(): void {
    this.#running = false;
  }

  /** All readers have one more. */
  acknowledged(): void {
    if (this.#running) this.#send();
  }

  #send(): void {
    this.#server.broadcast(this.#message);
  }
}
