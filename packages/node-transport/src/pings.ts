// Round trips: which Pings are under way, and which of them a Pong answers. A Pong for a later Ping answers the earlier ones too,
// because a peer may answer only the latest (RFC 6455, section 5.5.3). Each Ping carries a number, one higher than the last.
//
// Tens of thousands of idle connections are pinged again and again and each keeps this: so times are whole microseconds that fit
// into a small integer, where a fraction of milliseconds would be an object of its own.

import type { ConnectionClosedError } from '@framewire/protocol';

interface Wait {
  readonly id: number;
  readonly sentAt: number;
  resolve(roundTrip: number): void;
  reject(reason: unknown): void;
}

const ID_BYTES = 4;
/** In microseconds 36 minutes: the small integers of V8 that are not negative. */
const SMALL = 2 ** 31;
const UNKNOWN = -1;

/** The Pings of one connection. */
export class Pings {
  /** Of the last answered Ping, in microseconds. */
  #roundTrip = UNKNOWN;
  /** Absent while nobody waits, as in all connections that only the keepalive pings. */
  #waits: Wait[] | undefined;
  /** The latest of those nobody waits for. A peer that never answers must not make a list of them grow. */
  #probe = 0;
  /** Microseconds, which begin again at {@link SMALL}. */
  #probeSentAt = 0;
  #lastSent = 0;
  #lastAnswered = 0;

  /** Milliseconds from the last answered Ping to its Pong; undefined before the first. */
  get roundTripTime(): number | undefined {
    return this.#roundTrip === UNKNOWN ? undefined : this.#roundTrip / 1000;
  }

  /** Registers a Ping nobody waits for and returns its payload. */
  begin(sentAt: number): Uint8Array {
    this.#probe = this.#nextId();
    this.#probeSentAt = small(micros(sentAt));
    return encodeId(this.#probe);
  }

  /**
   * Registers a Ping somebody waits for.
   *
   * @returns its payload, and the promise of its round-trip time in milliseconds; aborting the signal ends only this wait
   */
  start(sentAt: number, signal: AbortSignal | undefined): { payload: Uint8Array; roundTrip: Promise<number> } {
    const id = this.#nextId();
    const roundTrip = new Promise<number>((resolve, reject) => {
      const abort = () => {
        this.#waits = this.#waits?.filter((wait) => wait.id !== id);
        signal?.removeEventListener('abort', abort);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      this.#waits ??= [];
      this.#waits.push({
        id,
        sentAt,
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
    return { payload: encodeId(id), roundTrip };
  }

  /** Settles what the Pong answers. Returns false for a Pong that answers no Ping of ours, or one that was answered before. */
  answered(payload: Uint8Array, now: number): boolean {
    const id = decodeId(payload);
    if (id === undefined || id <= this.#lastAnswered || id > this.#lastSent) return false;
    this.#lastAnswered = id;
    if (id === this.#probe) this.#roundTrip = small(micros(now) - this.#probeSentAt + SMALL);
    const waits = this.#waits;
    // As a rule: only the keepalive asks.
    if (waits === undefined) return true;
    const left = waits.filter((wait) => wait.id > id);
    this.#waits = left.length === 0 ? undefined : left;
    for (const wait of waits) {
      const roundTrip = micros(now - wait.sentAt);
      if (wait.id === id) this.#roundTrip = Math.min(roundTrip, SMALL - 1) | 0;
      if (wait.id <= id) wait.resolve(roundTrip / 1000);
    }
    return true;
  }

  /** The connection is no longer open: no answer will come. */
  end(reason: () => ConnectionClosedError): void {
    const waits = this.#waits ?? [];
    this.#waits = undefined;
    for (const wait of waits) wait.reject(reason());
  }

  #nextId(): number {
    this.#lastSent++;
    return this.#lastSent;
  }
}

function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

/** The remainder alone would be a number of any kind to the engine. */
function small(whole: number): number {
  return (whole % SMALL) | 0;
}

/** 32 bits: a Ping every millisecond would take seven weeks to use them up, and then only the round trips were no longer known. */
function encodeId(id: number): Uint8Array {
  const payload = new Uint8Array(ID_BYTES);
  new DataView(payload.buffer).setUint32(0, id);
  return payload;
}

function decodeId(payload: Uint8Array): number | undefined {
  if (payload.length !== ID_BYTES) return undefined;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
