// One attempt to open a connection: connect, TLS, request, response. It has one outcome, and whichever it is, the timer, the signal and
// every listener are let go; a failed attempt leaves no socket behind.

import type { Socket } from 'node:net';
import type { Timer } from '@framewire/connection';
import {
  type ChunkTaker,
  type ConnectionOpened,
  type ConnectionRefused,
  connectionOpened,
  connectionRefused,
  type Inlet,
  type NodeConnection,
  SocketConnection,
} from '@framewire/node-transport';
import {
  type Agreement,
  checkResponse,
  HandshakeError,
  handshakeError,
  type Offer,
  type OpeningPhase,
  type RefusalCode,
  ResponseHeadDecoder,
} from '@framewire/protocol';
import type { ConnectOptions, ConnectSettings } from './connect-options.ts';
import { dial } from './dial.ts';
import { withRetryAfter } from './retry-after.ts';
import type { WebSocketUrl } from './url.ts';

/** Everything an opening needs, checked. */
export interface Plan {
  readonly url: WebSocketUrl;
  readonly offer: Offer;
  /** The encoded request head. */
  readonly request: Uint8Array;
  readonly options: ConnectOptions;
  readonly settings: ConnectSettings;
}

/** "A client MUST be able to parse one or more 1xx responses" before the final one (RFC 9110, section 15.2): this many are enough. */
const MAX_INFORMATIONAL = 8;

/**
 * Opens the connection that was planned.
 *
 * @throws UsageError INVALID_OPTION for what Node refuses, before anything is opened
 */
export function open(plan: Plan): Promise<NodeConnection> {
  const { signal } = plan.options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  // Nothing is read before it is connected, and that is never at once.
  const inlet: Inlet = { taker: { received: ignore } };
  const socket = dial(plan.url, plan.options, inlet);
  return new Promise((resolve, reject) => new Opening(plan, socket, inlet, resolve, reject));
}

class Opening implements ChunkTaker {
  readonly #plan: Plan;
  readonly #socket: Socket;
  readonly #inlet: Inlet;
  readonly #timer: Timer;
  readonly #resolve: (connection: NodeConnection) => void;
  readonly #reject: (reason: unknown) => void;
  #decoder: ResponseHeadDecoder;
  #phase: OpeningPhase = 'connect';
  #informational = 0;

  constructor(
    plan: Plan,
    socket: Socket,
    inlet: Inlet,
    resolve: (connection: NodeConnection) => void,
    reject: (reason: unknown) => void,
  ) {
    const { options, settings, url } = plan;
    this.#plan = plan;
    this.#socket = socket;
    this.#inlet = inlet;
    inlet.taker = this;
    this.#decoder = new ResponseHeadDecoder(options);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = settings.transport.clock.schedule(settings.handshakeTimeout, this.#timedOut);
    options.signal?.addEventListener('abort', this.#aborted);
    socket.on('connect', this.#connected).on('error', this.#failed).on('close', this.#closed);
    if (url.secure) socket.on('secureConnect', this.#secured);
  }

  readonly #connected = (): void => {
    if (this.#plan.url.secure) this.#phase = 'tls';
    else this.#send();
  };

  readonly #secured = (): void => this.#send();

  #send(): void {
    this.#phase = 'request';
    const socket = this.#socket;
    // What is sent together is coalesced already, so Nagle's algorithm could only delay.
    socket.setNoDelay(true);
    socket.on('data', this.#received).on('end', this.#closed);
    socket.write(this.#plan.request);
  }

  received(chunk: Uint8Array): void {
    this.#phase = 'response';
    let rest = chunk;
    try {
      while (rest.length > 0) {
        const decoded = this.#decoder.push(rest);
        if (decoded === undefined) return;
        rest = rest.subarray(decoded.consumed);
        const { head } = decoded;
        if (head.status < 200 && head.status !== 101 && ++this.#informational <= MAX_INFORMATIONAL) {
          this.#decoder = new ResponseHeadDecoder(this.#plan.options);
        } else {
          return this.#opened(checkResponse(head, this.#plan.offer), rest);
        }
      }
    } catch (error) {
      this.#fail(withRetryAfter(error, Date.now()));
    }
  }

  readonly #received = (chunk: Uint8Array): void => this.received(chunk);

  #opened({ subprotocol, extensions }: Agreement, first: Uint8Array): void {
    const { url, settings } = this.#plan;
    const info = { url: url.href, subprotocol, extensions };
    const connection = new SocketConnection(this.#socket, info, settings.transport);
    // Nothing happens on the socket before its new listeners are there, for all this is one call.
    this.#letGo();
    this.#inlet.taker = connection;
    if (connectionOpened.hasSubscribers) {
      connectionOpened.publish({ role: 'client', connection } satisfies ConnectionOpened);
    }
    connection.start(first);
    this.#resolve(connection);
  }

  readonly #failed = (cause: Error): void => this.#fail(this.#error(this.#lossCode(), `${describe(cause)}.`, cause));

  readonly #closed = (): void => {
    const when = this.#phase === 'response' ? 'in the middle of its response' : 'without a response';
    this.#fail(this.#error(this.#lossCode(), `It closed the connection ${when}.`));
  };

  readonly #timedOut = (): void => {
    const { handshakeTimeout } = this.#plan.settings;
    this.#fail(this.#error('HANDSHAKE_TIMEOUT', `The limit is ${handshakeTimeout} ms.`));
  };

  readonly #aborted = (): void => this.#fail(this.#plan.options.signal?.reason);

  #lossCode(): RefusalCode {
    return this.#phase === 'connect' || this.#phase === 'tls' ? 'NOT_CONNECTED' : 'NOT_SWITCHED';
  }

  #error(code: RefusalCode, detail: string, cause?: unknown): HandshakeError {
    return handshakeError(code, detail, { status: 0, phase: this.#phase, cause });
  }

  #fail(reason: unknown): void {
    if (connectionRefused.hasSubscribers && reason instanceof HandshakeError) {
      connectionRefused.publish({
        role: 'client',
        error: reason,
        url: this.#plan.url.href,
      } satisfies ConnectionRefused);
    }
    this.#letGo();
    // A late error of a destroyed socket must not end the process.
    this.#socket.on('error', ignore);
    this.#socket.destroy();
    this.#reject(reason);
  }

  #letGo(): void {
    this.#timer.cancel();
    this.#plan.options.signal?.removeEventListener('abort', this.#aborted);
    const socket = this.#socket;
    socket.off('connect', this.#connected).off('secureConnect', this.#secured);
    socket.off('data', this.#received).off('end', this.#closed).off('error', this.#failed).off('close', this.#closed);
  }
}

/** One line. A name with several addresses fails with one error for each, and an empty message above them. */
function describe(error: Error): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ');
}

function ignore(): void {
  // Told elsewhere.
}
