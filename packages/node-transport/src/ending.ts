// How one connection ends: whose doing it was, and the promise of it. Whatever fails later, what is told is what was first.

import { type Closure, closedError, closureOf, type Outcome } from '@framewire/connection';
import type { ConnectionClosedError, EndingCode, Endpoint } from '@framewire/protocol';
import type { CloseWait } from './close-wait.ts';

/** The end of one connection. Made when it begins, or is first asked for: an idle connection has none. */
export class Ending {
  /** Why, where the Close frames do not tell. */
  code: EndingCode | undefined;
  cause: unknown;
  /** Once it has ended. */
  closure: Closure | undefined;
  /** While the peer has its time to close. */
  wait: CloseWait | undefined;
  /** Nothing more comes of the socket. */
  isGone = false;
  readonly #endpoint: Endpoint;
  #closed: Promise<Closure> | undefined;
  #resolve: ((closure: Closure) => void) | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<Closure> {
    this.#closed ??=
      this.closure === undefined
        ? new Promise((resolve) => {
            this.#resolve = resolve;
          })
        : Promise.resolve(this.closure);
    return this.#closed;
  }

  /** Something failed that ends the connection. */
  fail(code: EndingCode, cause: unknown): void {
    if (this.code !== undefined) return;
    this.code = code;
    this.cause = cause;
  }

  /** The connection is given up. With both Close frames exchanged, only the peer's TCP is late, and that is no news. */
  giveUp(code: EndingCode, cause?: Error): void {
    const { received, sent } = this.#endpoint;
    if (this.code !== undefined || (received !== undefined && sent !== undefined)) return;
    this.code = code;
    this.cause ??= cause;
  }

  /** How it ended, as far as is known. */
  settle(): Closure {
    this.closure = closureOf(this.#outcome());
    return this.closure;
  }

  /** Tells whoever waits for the end. */
  tell(closure: Closure): void {
    this.#resolve?.(closure);
  }

  /** The error of what can no longer be had. */
  error(): ConnectionClosedError {
    // While the closing handshake runs, it is not lost yet.
    const isClosing = this.#endpoint.state === 'closing' && this.cause === undefined;
    return closedError({ ...this.#outcome(), ending: this.code ?? (isClosing ? 'CLOSED' : undefined) });
  }

  #outcome(): Outcome {
    const { received, sent, receivedFirst } = this.#endpoint;
    return { received, sent, receivedFirst, ending: this.code, cause: this.cause };
  }
}
