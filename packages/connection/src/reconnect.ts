// One conversation over many connections, one after the other. Messages from the peer come as one sequence; messages to it wait
// while there is no connection, and each is told what became of it. Delivery is at most once: what a lost connection may have
// carried is called uncertain and is never sent again. Nothing here knows how a connection is opened or what time it is.

import { checkApplicationClose, UsageError } from '@framewire/protocol';
import type { Clock } from './clock.ts';
import { closedError } from './closure.ts';
import type { Closure, Connection, Message, SendOptions } from './connection.ts';
import { Inbox } from './inbox.ts';
import { checkMessage } from './message.ts';
import { type Delivery, Outbox } from './outbox.ts';
import {
  type ReconnectChange,
  type ReconnectEnd,
  type ReconnectOptions,
  type ReconnectSettings,
  type ReconnectState,
  settle,
} from './reconnect-options.ts';
import { errorOf, type Setback } from './retry-policy.ts';
import { type RetryRuntime, RetryWait } from './retry-wait.ts';

/**
 * Opens a connection. Called for each attempt. It may also say hello: authenticate, read the answer, leave the loop and return
 * the connection. The signal is aborted when the connection is no longer wanted.
 */
export type Open = (signal: AbortSignal) => Promise<Connection>;

/** What reconnecting needs of the runtime it runs in. */
export type ReconnectRuntime = RetryRuntime;

/**
 * A connection that is opened again whenever it is lost. Iterate it to get the messages of all its connections, one loop at a
 * time; leaving the loop closes nothing. There are no streams here: half a message cannot be kept for another connection.
 */
export interface ReconnectingConnection extends AsyncIterable<Message> {
  readonly state: ReconnectState;
  /** How many messages wait for a connection. */
  readonly waitingMessages: number;
  /** Resolves when it is done and its last connection has ended. Never rejects. */
  readonly closed: Promise<ReconnectEnd>;
  /**
   * Sends the message, now or when there is a connection again, after those sent before it. Resolves with what became of it, and
   * never rejects. Do not change bytes before then.
   *
   * @throws UsageError INVALID_ARGUMENT when the message is neither a string nor a Uint8Array
   */
  send(message: Message, options?: SendOptions): Promise<Delivery>;
  /**
   * Sends what waits if there is a connection, closes it, and opens no other. Without a connection, what waits is abandoned.
   *
   * @param code 1000 (default) or 3000-4999
   * @param reason at most 123 bytes of UTF-8
   * @throws UsageError INVALID_CLOSE_CODE, CLOSE_REASON_TOO_LONG
   */
  close(code?: number, reason?: string): Promise<ReconnectEnd>;
}

/**
 * Opens a connection and keeps it alive: opens another when it is lost, after a random and growing delay. The first attempt
 * begins before this returns.
 *
 * @throws UsageError INVALID_OPTION, and whatever `open` throws, rather than rejects with, at its first call
 */
export function reconnect(
  open: Open,
  options: ReconnectOptions | undefined,
  runtime: ReconnectRuntime,
): ReconnectingConnection {
  return new Reconnecting(open, options ?? {}, runtime);
}

/** The close code of an end that the user's own code brought about by throwing. */
const FAILED = 4011;

class Reconnecting implements ReconnectingConnection {
  readonly closed: Promise<ReconnectEnd>;
  readonly #open: Open;
  readonly #settings: ReconnectSettings;
  readonly #clock: Clock;
  readonly #wait: RetryWait;
  readonly #signal: AbortSignal | undefined;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox<ReconnectEnd>;
  #state: ReconnectState = 'connecting';
  /** The number of the attempt under way; 0 after a stable connection. */
  #attempt = 1;
  #end: ReconnectEnd | undefined;
  #connection: Connection | undefined;
  /** What is unread is over the high-water mark. */
  #full = false;
  /** Lets {@link #pause} go. */
  #wake: () => void = noop;
  #cancelOpening: () => void = noop;

  constructor(open: Open, options: ReconnectOptions, runtime: ReconnectRuntime) {
    this.#settings = settle(options);
    this.#open = open;
    this.#clock = runtime.clock;
    this.#signal = options.signal;
    this.#outbox = new Outbox(runtime.clock, this.#settings);
    this.#inbox = new Inbox({
      pause: () => {
        this.#full = true;
      },
      resume: () => {
        this.#full = false;
        this.#wake();
      },
      listenerFailed: noop, // There is none: only iteration is offered.
    });
    this.#wait = new RetryWait(this.#settings, runtime, () => this.#wake());
    if (this.#signal?.aborted) {
      this.#state = 'closed';
      this.#end = { why: 'aborted', error: this.#signal.reason };
      this.#inbox.end(this.#end);
      this.closed = Promise.resolve(this.#end);
    } else {
      const first = this.#begin();
      this.#signal?.addEventListener('abort', this.#abort);
      this.#wait.heedWakeUps();
      this.closed = this.#run(first);
      // The first attempt may have aborted it before anybody listened.
      if (this.#signal?.aborted) this.#abort();
    }
  }

  get state(): ReconnectState {
    return this.#state;
  }

  get waitingMessages(): number {
    return this.#outbox.waiting;
  }

  send(message: Message, options?: SendOptions): Promise<Delivery> {
    checkMessage(message);
    return this.#end === undefined ? this.#outbox.send(message, options) : Promise.resolve('abandoned');
  }

  close(code = 1000, reason = ''): Promise<ReconnectEnd> {
    checkApplicationClose(code, reason);
    this.#stop({ why: 'closed' }, code, reason);
    return this.closed;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Message, undefined> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  async #run(first: Promise<Connection>): Promise<ReconnectEnd> {
    let setback = await this.#use(first);
    while (this.#mayRetry(setback)) {
      await this.#backOff(setback);
      if (this.#end !== undefined) break;
      this.#attempt++;
      this.#enter({ state: 'connecting', attempt: this.#attempt });
      if (this.#end !== undefined) break;
      setback = await this.#use(this.#beginAgain());
    }
    const end = this.#end as unknown as ReconnectEnd; // The loop ends only when there is one.
    this.#inbox.end(end);
    return end;
  }

  #begin(): Promise<Connection> {
    const controller = new AbortController();
    const opening = this.#open(controller.signal);
    return new Promise((resolve, reject) => {
      this.#cancelOpening = () => {
        controller.abort(new Error('The connection is no longer wanted.'));
        reject(controller.signal.reason);
      };
      Promise.resolve(opening).then((connection) => {
        this.#cancelOpening = noop;
        if (typeof connection?.send !== 'function') {
          reject(new UsageError('INVALID_ARGUMENT', 'The function that opens a connection must return it.'));
          return;
        }
        if (this.#end !== undefined) {
          // It came in spite of the signal.
          void connection.close();
          return;
        }
        this.#connection = connection;
        this.#outbox.attach(connection);
        resolve(connection);
      }, reject);
    });
  }

  /** What `open` throws at its first call is the caller's; later it is a setback. */
  async #beginAgain(): Promise<Connection> {
    return this.#begin();
  }

  /** Lives through one attempt, to the end of its connection if there is one. */
  async #use(opening: Promise<Connection>): Promise<Setback> {
    let connection: Connection;
    try {
      connection = await opening;
    } catch (error) {
      return { error };
    }
    const clock = this.#clock;
    const openedAt = clock.now();
    if (this.#end === undefined) this.#enter({ state: 'open', attempt: this.#attempt });
    const closure = await this.#receive(connection);
    this.#connection = undefined;
    // The peer has answered our Close, so all that went before it has left.
    const answered = this.#end !== undefined && closure.clean && closure.receivedFirst !== true;
    this.#outbox.detach(answered ? 'sent' : 'uncertain');
    if (clock.now() - openedAt >= this.#settings.stableAfter) this.#attempt = 0;
    return { closure };
  }

  /** Takes messages as the consumer does; when the connection is lost, all that it still holds. */
  async #receive(connection: Connection): Promise<Closure> {
    void connection.closed.then(() => this.#wake());
    try {
      for await (const message of connection) {
        this.#inbox.push(message);
        while (this.#full && connection.state !== 'closed') await this.#pause();
      }
    } catch (error) {
      // As a rule the connection's own end, which `closed` tells as well. Else `open` gave us one that has another consumer.
      if (connection.state === 'open') this.#stop({ why: 'failed', error }, FAILED);
    }
    return connection.closed;
  }

  #mayRetry(setback: Setback): boolean {
    if (this.#end !== undefined) return false;
    try {
      if (!this.#settings.shouldRetry(setback)) {
        const error = errorOf(setback);
        this.#stop(error === undefined ? { why: 'declined' } : { why: 'declined', error });
      } else if (this.#attempt >= this.#settings.maxAttempts) {
        this.#stop({ why: 'exhausted', error: errorOf(setback) ?? closedError(setback.closure ?? {}) });
      }
    } catch (error) {
      this.#stop({ why: 'failed', error });
    }
    return this.#end === undefined;
  }

  async #backOff(setback: Setback): Promise<void> {
    this.#wait.begin(this.#attempt, setback, (delay) => {
      this.#enter({ state: 'waiting', attempt: this.#attempt + 1, delay, setback });
    });
    // A consumer that is behind is waited for too, or what is unread would grow with each connection.
    while ((!this.#wait.isDue || this.#full) && this.#end === undefined) await this.#pause();
    this.#wait.cancel();
  }

  /** Waits until something happened; whoever waits looks whether it was what it waits for. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly #abort = (): void => this.#stop({ why: 'aborted', error: this.#signal?.reason });

  #stop(end: ReconnectEnd, code?: number, reason?: string): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#signal?.removeEventListener('abort', this.#abort);
    if (this.#connection !== undefined) {
      this.#outbox.giveAll();
      void this.#connection.close(code, reason);
    }
    this.#outbox.abandon();
    this.#wait.end();
    this.#cancelOpening();
    this.#wake();
    this.#enter({ state: 'closed', end });
  }

  #enter(change: ReconnectChange): void {
    this.#state = change.state;
    try {
      this.#settings.onStateChange?.(change);
    } catch (error) {
      if (this.#end === undefined) this.#stop({ why: 'failed', error }, FAILED);
      else this.#end = { error, ...this.#end };
    }
  }
}

function noop(): void {
  // Nothing waits.
}
