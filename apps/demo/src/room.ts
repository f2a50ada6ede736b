// A chat room: what one says, everybody hears. Messages are JSON text; the room is the one place that knows their shape on the server.

import type { NodeConnection } from '@framewire/node-server';

/** What the room tells everybody. */
export type RoomEvent =
  | { readonly type: 'said'; readonly name: string; readonly text: string; readonly time: number }
  | { readonly type: 'present'; readonly names: readonly string[] };

const MAX_NAME = 24;
const MAX_TEXT = 2000;

/** Everybody in the room, and a way to speak to them all. */
export class Room {
  readonly #names: Map<NodeConnection, string> = new Map();

  /** Lets a connection take part until it ends. */
  async join(connection: NodeConnection, query: URLSearchParams): Promise<void> {
    const name = (query.get('name') ?? '').trim().slice(0, MAX_NAME) || 'Somebody';
    this.#names.set(connection, name);
    this.#announce();
    try {
      for await (const message of connection) {
        const text = saidIn(message);
        if (text !== undefined) this.#send({ type: 'said', name, text, time: Date.now() });
      }
    } finally {
      this.#names.delete(connection);
      this.#announce();
    }
  }

  #announce(): void {
    this.#send({ type: 'present', names: [...this.#names.values()] });
  }

  #send(event: RoomEvent): void {
    const message = JSON.stringify(event);
    for (const connection of this.#names.keys()) connection.send(message);
  }
}

/** The text of `{ "say": "…" }`; anything else is not for the room. */
function saidIn(message: string | Uint8Array): string | undefined {
  if (typeof message !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value !== 'object' || value === null || !('say' in value) || typeof value.say !== 'string')
      return undefined;
    return value.say.slice(0, MAX_TEXT) || undefined;
  } catch {
    return undefined;
  }
}
