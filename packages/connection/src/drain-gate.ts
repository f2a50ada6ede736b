// Who waits to send more. The gate shuts when the send queue goes over its high-water mark and opens when it has fallen to the
// low-water mark; between the two it stays as it is. A wait ends with the gate's opening, the connection's end or its own signal.

import type { ConnectionClosedError } from '@framewire/protocol';

export class DrainGate {
  readonly #highWater: number;
  readonly #lowWater: number;
  #isOpen = true;
  #reason: (() => ConnectionClosedError) | undefined;
  /** Each looks whether its wait is over, and then takes itself out. */
  #waiting: Set<() => void> | undefined;

  /** Both marks are in the unit of the amounts told below, as a rule bytes. */
  constructor(highWater: number, lowWater: number) {
    this.#highWater = highWater;
    this.#lowWater = lowWater;
  }

  /** Tell the gate how much waits after something was queued. Returns what `send` is to return. */
  filled(amount: number): boolean {
    if (amount > this.#highWater) this.#isOpen = false;
    return this.#isOpen;
  }

  /** Tell the gate how much waits after something was written. Returns whether it opened, that is, whether `Inbox.drained` is due. */
  emptied(amount: number): boolean {
    if (this.#isOpen || amount > this.#lowWater || this.#reason) return false;
    this.#isOpen = true;
    this.#settle();
    return true;
  }

  /** The connection is no longer open: every wait, now and later, rejects with an error made for it. */
  end(reason: () => ConnectionClosedError): void {
    this.#reason = reason;
    this.#settle();
  }

  /** What `Connection.drained` returns. */
  wait(signal?: AbortSignal): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (signal?.aborted) reject(signal.reason);
        else if (this.#reason) reject(this.#reason());
        else if (this.#isOpen) resolve();
        else {
          this.#waiting ??= new Set();
          this.#waiting.add(look);
          signal?.addEventListener('abort', look);
          return;
        }
        this.#waiting?.delete(look);
        signal?.removeEventListener('abort', look);
      };
      look();
    });
    // A wait that nobody looks at any more must not end the process when it fails.
    promise.catch(ignore);
    return promise;
  }

  #settle(): void {
    for (const look of this.#waiting ?? []) look();
  }
}

function ignore(): void {
  // The same error is in `closed`.
}
