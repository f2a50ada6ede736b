// What a reconnecting connection has been asked to send. Every message ends in exactly one Delivery, in the order of sending
// for those that are sent. What waits is bounded in bytes, number and age; what was given to a connection is never sent again.

import type { Clock, Timer } from './clock.ts';
import type { Connection, Message, SendOptions } from './connection.ts';
import { Fifo } from './fifo.ts';
import { messageSize } from './message.ts';

/**
 * What became of a message.
 *
 * - `sent`: an open connection took it and handed all of it to the operating system (in a browser: the network), or the connection
 *   was closed here and the peer answered. Whether the peer's program has acted on it, only the peer's program can say.
 * - `uncertain`: a connection took it and was lost before that was seen. It may have arrived or not, and is not sent again.
 * - `expired`: it waited longer than `maxAge`, and was not sent.
 * - `overflowed`: there was no room for it while it had to wait, or its connection dropped it (`slowConsumer` of Node), and it was not sent.
 * - `abandoned`: the reconnecting connection was closed or gave up first, and it was not sent.
 */
export type Delivery = 'sent' | 'uncertain' | 'expired' | 'overflowed' | 'abandoned';

/** Bounds on what waits. */
export interface OutboxLimits {
  readonly maxWaitingBytes: number;
  readonly maxWaitingMessages: number;
  readonly whenFull: 'refuse-newest' | 'drop-oldest';
  readonly maxAge: number;
}

interface Entry {
  readonly message: Message;
  readonly options: SendOptions | undefined;
  readonly size: number;
  readonly expires: number;
  readonly settle: Settle;
}

type Settle = (delivery: Delivery) => void;

/** Longest a clock can wait at once. */
const LONGEST = 2_147_483_647;
/** How often `bufferedAmount` is looked at while it is not 0, in milliseconds: there is no event for it. */
const FIRST_LOOK = 1;
const SLOWEST_LOOK = 64;
/** Most messages given to a connection and not seen to leave it, should its queue never be seen empty. Their bytes are bounded by its high-water mark. */
const MOST_GIVEN = 65_536;

export class Outbox {
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  readonly #waiting: Fifo<Entry> = new Fifo();
  #waitingBytes = 0;
  /** Given to the connection, and not yet seen to have left it. */
  #given: Settle[] = [];
  #connection: Connection | undefined;
  /** The connection's queue is over its high-water mark. */
  #blocked = false;
  #look: Timer | undefined;
  #lookDelay = 0;
  #expiry: Timer | undefined;

  constructor(clock: Clock, limits: OutboxLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many messages wait for a connection. */
  get waiting(): number {
    return this.#waiting.length;
  }

  send(message: Message, options?: SendOptions): Promise<Delivery> {
    return new Promise((settle) => {
      const expires = this.#clock.now() + this.#limits.maxAge;
      const entry = { message, options, size: messageSize(message), expires, settle };
      if (this.#waiting.length === 0 && this.#canGive()) {
        this.#give(entry);
        this.#lookNow();
      } else if (this.#makeRoom(entry.size)) {
        this.#waiting.push(entry);
        this.#waitingBytes += entry.size;
        if (this.#expiry === undefined) this.#awaitExpiry();
      } else {
        settle('overflowed');
      }
    });
  }

  /** There is a connection: gives it what waits, as fast as it takes it. */
  attach(connection: Connection): void {
    this.#connection = connection;
    this.#blocked = false;
    this.#flush();
  }

  /** The connection is no more. What was given to it and not seen to leave becomes `delivery`. */
  detach(delivery: 'sent' | 'uncertain'): void {
    this.#connection = undefined;
    this.#settleGiven(delivery);
  }

  /** Gives the connection all that waits, whatever its queue: for a close, which sends what is queued first. */
  giveAll(): void {
    this.#expire();
    while (this.#connection?.state === 'open' && this.#waiting.length > 0) this.#give(this.#take());
  }

  /** Nothing that waits will be sent. */
  abandon(): void {
    while (this.#waiting.length > 0) this.#take().settle('abandoned');
  }

  #canGive(): boolean {
    return this.#connection?.state === 'open' && !this.#blocked && this.#given.length < MOST_GIVEN;
  }

  #flush(): void {
    this.#expire();
    while (this.#waiting.length > 0 && this.#canGive()) this.#give(this.#take());
    this.#lookNow();
  }

  #give(entry: Entry): void {
    const connection = this.#connection as Connection; // Callers have seen that it is there and open.
    const dropped = droppedBy(connection);
    const more = connection.send(entry.message, entry.options);
    // Over a limit of its own, reached when a close gives it all that waits, a connection drops the message, or ends instead of sending it.
    if (droppedBy(connection) !== dropped) entry.settle('overflowed');
    else if (connection.state !== 'open') entry.settle('uncertain');
    else this.#given.push(entry.settle);
    if (more || this.#blocked) return;
    this.#blocked = true;
    connection.drained().then(
      () => {
        if (this.#connection !== connection) return;
        this.#blocked = false;
        this.#flush();
      },
      () => {
        // The connection is being lost; whoever attached it learns so and detaches it.
      },
    );
  }

  /** When all that was given has left, says so; else looks again later. */
  #lookNow(): void {
    // Once the connection is no longer open, its queue may be gone rather than sent.
    if (this.#given.length === 0 || this.#connection?.state !== 'open') return;
    if (this.#connection.bufferedAmount === 0) {
      this.#settleGiven('sent');
      this.#flush();
    } else {
      this.#look ??= this.#clock.schedule(this.#lookDelay, () => {
        this.#look = undefined;
        this.#lookDelay = Math.min(SLOWEST_LOOK, Math.max(FIRST_LOOK, this.#lookDelay * 2));
        this.#lookNow();
      });
    }
  }

  #settleGiven(delivery: Delivery): void {
    this.#look?.cancel();
    this.#look = undefined;
    this.#lookDelay = 0;
    const given = this.#given;
    this.#given = [];
    for (const settle of given) settle(delivery);
  }

  #makeRoom(size: number): boolean {
    const { maxWaitingBytes, maxWaitingMessages, whenFull } = this.#limits;
    if (size > maxWaitingBytes || maxWaitingMessages === 0) return false;
    while (this.#waitingBytes + size > maxWaitingBytes || this.#waiting.length >= maxWaitingMessages) {
      if (whenFull === 'refuse-newest') return false;
      this.#take().settle('overflowed');
    }
    return true;
  }

  #take(): Entry {
    const entry = this.#waiting.shift() as Entry; // Callers have seen that there is one.
    this.#waitingBytes -= entry.size;
    if (this.#waiting.length === 0) {
      this.#expiry?.cancel();
      this.#expiry = undefined;
    }
    return entry;
  }

  #expire(): void {
    const now = this.#clock.now();
    for (let entry = this.#waiting.peek(); entry !== undefined && entry.expires <= now; entry = this.#waiting.peek()) {
      this.#take().settle('expired');
    }
  }

  #awaitExpiry(): void {
    const oldest = this.#waiting.peek();
    if (oldest === undefined || oldest.expires === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(LONGEST, Math.max(0, oldest.expires - this.#clock.now()));
    this.#expiry = this.#clock.schedule(delay, () => {
      this.#expiry = undefined;
      this.#expire();
      this.#awaitExpiry();
    });
  }
}

/** How many messages a connection has dropped. Only some shells may drop, and count it. */
function droppedBy(connection: Connection): number | undefined {
  return (connection as Connection & { readonly droppedMessages?: number }).droppedMessages;
}
