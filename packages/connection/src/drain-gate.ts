// Who waits to send more. The gate shuts when the send queue goes over its high-water mark and opens when it has fallen to the
// low-water mark; between the two it stays as it is. A wait ends with the gate's opening, the connection's end or its own signal.

import type { ConnectionClosedError } from '@framewire/protocol';

interface Waiter {
  resolve(): void;
  reject(reason: unknown): void;
  readonly signal: AbortSignal | undefined;
  abort(): void;
}

export class DrainGate {
  readonly #highWater: number;
  readonly #lowWater: number;
  #isOpen = true;
  #reason: (() => ConnectionClosedError) | undefined;
  #waiters: Set<Waiter> | undefined;

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
    if (this.#isOpen || amount > this.#lowWater || this.#reason !== undefined) return false;
    this.#isOpen = true;
    for (const waiter of this.#settle()) waiter.resolve();
    return true;
  }

  /** The connection is no longer open: every wait, now and later, rejects with an error made for it. */
  end(reason: () => ConnectionClosedError): void {
    this.#reason = reason;
    for (const waiter of this.#settle()) waiter.reject(reason());
  }

  /** What `Connection.drained` returns. */
  wait(signal?: AbortSignal): Promise<void> {
    const promise = this.#wait(signal);
    // A wait that nobody looks at any more must not end the process when it fails.
    promise.catch(ignore);
    return promise;
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#reason !== undefined) return Promise.reject(this.#reason());
    if (this.#isOpen) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve,
        reject,
        signal,
        abort: () => {
          this.#waiters?.delete(waiter);
          signal?.removeEventListener('abort', waiter.abort);
          reject(signal?.reason);
        },
      };
      signal?.addEventListener('abort', waiter.abort);
      this.#waiters ??= new Set();
      this.#waiters.add(waiter);
    });
  }

  /** Takes every waiter out, so that what they do next meets a gate that is done with them. */
  #settle(): Iterable<Waiter> {
    const waiters = this.#waiters ?? [];
    this.#waiters = undefined;
    for (const { signal, abort } of waiters) signal?.removeEventListener('abort', abort);
    return waiters;
  }
}

function ignore(): void {
  // The same error is in `closed`.
}
