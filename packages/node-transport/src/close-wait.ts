// The wait for a peer to close. It gets its time to answer; what is queued may take longer, as long as it moves, because nothing queued is
// lost on a clean close. One timer serves the waits of all connections.

import { type Deadlines, Expiring } from './deadlines.ts';

/** A connection that closes. */
export interface Closing {
  /** Bytes not yet sent. */
  readonly bufferedAmount: number;
  /** Whether a message is being compressed, or sent part by part. */
  readonly isSending: boolean;
  /** Bytes sent of messages sent part by part. */
  readonly streamedAmount: number;
  /** Whether it is known whose fault the end is. */
  readonly isBlamed: boolean;
  /** Time is up. */
  closeTimedOut(): void;
}

/** How often in a row the time may pass while a queue stands still, before a closing peer is given up. */
const MOST_WAITS = 5;

export class CloseWait extends Expiring {
  readonly #closing: Closing;
  readonly #waits: Deadlines;
  /** Bytes that were queued when the last wait ended, and of streams that were sent by then. */
  #unsent = 0;
  #streamed = 0;
  /** In how many waits in a row nothing moved. */
  #inVain = 0;

  constructor(closing: Closing, waits: Deadlines) {
    super();
    this.#closing = closing;
    this.#waits = waits;
    waits.add(this);
  }

  expired(): void {
    const { bufferedAmount, isSending, streamedAmount, isBlamed } = this.#closing;
    const moved = bufferedAmount !== this.#unsent || streamedAmount !== this.#streamed;
    const isQueued = bufferedAmount > 0 || isSending;
    // Only who did nothing wrong is waited for.
    if (isBlamed || !(moved || (isQueued && this.#inVain < MOST_WAITS))) return this.#closing.closeTimedOut();
    this.#inVain = moved ? 0 : this.#inVain + 1;
    this.#unsent = bufferedAmount;
    this.#streamed = streamedAmount;
    this.#waits.add(this);
  }

  cancel(): void {
    this.#waits.delete(this);
  }
}
