// Round trips: which Pings are under way, and which of them a Pong answers. A Pong for a later Ping answers the earlier ones too,
// because a peer may answer only the latest (RFC 6455, section 5.5.3).

import type { ConnectionClosedError } from '@framewire/protocol';

interface Ping {
  readonly id: number;
  readonly sentAt: number;
  readonly waiter: Waiter | undefined;
}

interface Waiter {
  resolve(roundTrip: number): void;
  reject(reason: unknown): void;
}

const ID_BYTES = 4;

/** The Pings of one connection that were not answered yet. */
export class Pings {
  #pending: Ping[] = [];
  #lastId = 0;

  /** Registers a Ping nobody waits for and returns its payload. */
  probe(sentAt: number): Uint8Array {
    return this.#register(sentAt, undefined);
  }

  /**
   * Registers a Ping somebody waits for.
   *
   * @returns its payload, and the promise of its round-trip time in milliseconds; aborting the signal ends only this wait
   */
  start(sentAt: number, signal: AbortSignal | undefined): { payload: Uint8Array; roundTrip: Promise<number> } {
    let payload: Uint8Array = new Uint8Array(0);
    const roundTrip = new Promise<number>((resolve, reject) => {
      const abort = () => {
        this.#forget(payload);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      payload = this.#register(sentAt, {
        resolve: (time) => {
          signal?.removeEventListener('abort', abort);
          resolve(time);
        },
        reject: (reason) => {
          signal?.removeEventListener('abort', abort);
          reject(reason);
        },
      });
    });
    // A wait that nobody looks at any more must not end the process when it fails.
    roundTrip.catch(ignore);
    return { payload, roundTrip };
  }

  /** Settles what the Pong answers. Returns the round-trip time of the Ping it echoes, or undefined for an unasked Pong. */
  answered(payload: Uint8Array, now: number): number | undefined {
    const id = idOf(payload);
    const index = this.#pending.findIndex((ping) => ping.id === id);
    const echoed = this.#pending[index];
    if (echoed === undefined) return undefined;
    for (const ping of this.#pending.splice(0, index + 1)) ping.waiter?.resolve(now - ping.sentAt);
    return now - echoed.sentAt;
  }

  /** The connection is no longer open: no answer will come. */
  end(reason: () => ConnectionClosedError): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const ping of pending) ping.waiter?.reject(reason());
  }

  #register(sentAt: number, waiter: Waiter | undefined): Uint8Array {
    const id = (this.#lastId + 1) >>> 0;
    this.#lastId = id;
    this.#pending.push({ id, sentAt, waiter });
    const payload = new Uint8Array(ID_BYTES);
    new DataView(payload.buffer).setUint32(0, id);
    return payload;
  }

  #forget(payload: Uint8Array): void {
    const id = idOf(payload);
    this.#pending = this.#pending.filter((ping) => ping.id !== id);
  }
}

function idOf(payload: Uint8Array): number | undefined {
  if (payload.length !== ID_BYTES) return undefined;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

function ignore(): void {
  // The same error is in `closed`.
}
