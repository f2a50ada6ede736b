// The messages that came and were not yet taken, and the one consumer who takes them: a listener or a loop.
// Nothing is delivered before there is a consumer; what is unread is bounded by asking the source to pause; the end is told after
// the last message. A listener gets a message as one direct call. Every method may be called from inside the consumer's own code.

import { UsageError } from '@framewire/protocol';
import type { Closure, Message } from './connection.ts';
import { Fifo } from './fifo.ts';
import { messageSize } from './message.ts';

/** What an inbox asks of the shell it belongs to. */
export interface InboxPort {
  /** What is unread is over the high-water mark: push nothing more until {@link resume}. */
  pause(): void;
  /** What is unread has fallen to the low-water mark, or arriving messages are now dropped. May push at once. */
  resume(): void;
  /**
   * The listener threw, or a promise it returned was rejected: close with 1011 (in a browser: 4011). Called at most once, and the
   * inbox delivers nothing more. When it was the listener's `closed` that threw, the connection has ended already.
   */
  listenerFailed(error: unknown): void;
}

/** Bytes of unread messages; text counts two for each UTF-16 code unit, and every message 64 beside its content. */
export interface InboxOptions {
  /** Over this the source is paused; when what is unread has fallen to a quarter of it, the source is resumed. Default 256 KiB. */
  readonly highWater?: number;
}

/** How a sequence of messages ends. Iteration throws `error` if there is one. */
export interface Ending {
  readonly error?: unknown;
}

/** A `Listener`, for endings of any shape. */
export interface MessageListener<E> {
  message(message: Message): void;
  drained?(): void;
  closed?(ending: E): void;
}

type Result = IteratorResult<Message, undefined>;

interface Waiter {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** A running loop: its calls of `next()` that wait for a message, as a rule one. */
type Loop = Waiter[];

const DEFAULT_HIGH_WATER = 262_144;

// In one field: four of their own would take 24 bytes more of each idle connection, as an empty Fifo takes 72.
/** The source is. */
const PAUSED = 1;
/** What arrives is dropped. */
const DEAF = 2;
/** The listener has. */
const FAILED = 4;
/** The listener is given what was unread. */
const DRAINING = 8;

export class Inbox<E extends Ending = Closure> implements AsyncIterable<Message> {
  readonly #port: InboxPort;
  readonly #highWater: number;
  /** Absent until something is unread. */
  #unread: Fifo<Message> | undefined;
  #size = 0;
  #flags = 0;
  #ending: E | undefined;
  #loop: Loop | undefined;
  #listener: MessageListener<E> | undefined;
  /** The listener while it takes messages as they come, that is, once it has had those that waited. */
  #direct: MessageListener<E> | undefined;

  constructor(port: InboxPort, { highWater = DEFAULT_HIGH_WATER }: InboxOptions = {}) {
    this.#port = port;
    this.#highWater = highWater;
  }

  /** Whether a listener is attached. */
  get hasListener(): boolean {
    return this.#listener !== undefined;
  }

  /** How many calls of a running loop wait for a message: the next one pushed goes straight to the first. Undefined when no loop runs. */
  get awaited(): number | undefined {
    return this.#loop?.length;
  }

  /** Takes a message that arrived. Dropped after {@link discard}, after {@link end} and after the listener failed. */
  push(message: Message): void {
    const listener = this.#direct;
    if (listener) return this.#deliver(listener, message);
    if (this.#flags & DEAF) return;
    const waiter = this.#loop?.shift();
    if (waiter) return waiter.resolve({ value: message, done: false });
    this.#unread ??= new Fifo();
    this.#unread.push(message);
    this.#size += messageSize(message);
    if (this.#flags & PAUSED || this.#size <= this.#highWater) return;
    this.#flags |= PAUSED;
    this.#port.pause();
  }

  /**
   * The connection was closed here: what arrives from now on is dropped, what is unread stays to be read. Resumes a paused source,
   * so that the peer's Close can come.
   */
  discard(): void {
    this.#flags |= DEAF;
    this.#direct = undefined;
    this.#resume();
  }

  /** The connection has ended. The consumer learns it after the last message. A second call does nothing. */
  end(ending: E): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#flags = (this.#flags | DEAF) & ~PAUSED;
    this.#direct = undefined;
    if (!(this.#flags & DRAINING)) this.#tell((listener) => listener.closed?.(ending));
    if (this.#loop) this.#endLoop(this.#loop, ending);
  }

  /** The send queue fell to its low-water mark: tells the listener. */
  drained(): void {
    if (!(this.#flags & FAILED) && !this.#ending) this.#tell((listener) => listener.drained?.());
  }

  /**
   * What `Connection.listen` does. Delivers what is unread before it returns.
   *
   * @throws UsageError ALREADY_CONSUMED, INVALID_ARGUMENT
   */
  listen(listener: MessageListener<E>): void {
    if (typeof listener?.message !== 'function') {
      throw new UsageError('INVALID_ARGUMENT', 'Listeners need `message`.');
    }
    this.#checkFree();
    this.#listener = listener;
    this.#flags |= DRAINING;
    // What is pushed meanwhile, by a source that resumes or by the listener's own doing, queues up behind.
    while (this.#unread?.length) this.#deliver(listener, this.#take(this.#unread));
    this.#flags &= ~DRAINING;
    this.#unread = undefined;
    const ending = this.#ending;
    if (ending) this.#tell((listener) => listener.closed?.(ending));
    else if (!(this.#flags & DEAF)) this.#direct = listener;
  }

  /**
   * What iterating the connection does. The iterator is the consumer until its loop is left (`return`) or has ended.
   *
   * @throws UsageError ALREADY_CONSUMED
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message, undefined> {
    this.#checkFree();
    const loop: Loop = [];
    this.#loop = loop;
    const iterator: AsyncIterableIterator<Message, undefined> = {
      next: () => this.#next(loop),
      return: async () => {
        if (this.#loop === loop) this.#leave(loop);
        return done();
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #next(loop: Loop): Promise<Result> {
    if (this.#loop !== loop) return Promise.resolve(done());
    const unread = this.#unread;
    if (unread?.length) return Promise.resolve({ value: this.#take(unread), done: false });
    const promise = new Promise<Result>((resolve, reject) => loop.push({ resolve, reject }));
    if (this.#ending) this.#endLoop(loop, this.#ending);
    // A call whose promise nobody looks at any more must not end the process when it fails.
    promise.catch(ignore);
    return promise;
  }

  /** Calls of `next()` wait only when nothing is unread: the first one is the end of the loop. */
  #endLoop(loop: Loop, { error }: E): void {
    if (loop.length === 0) return;
    if (error !== undefined) loop.shift()?.reject(error);
    this.#leave(loop);
  }

  /** The loop is over; calls of `next()` that still wait get nothing. */
  #leave(loop: Loop): void {
    this.#loop = undefined;
    for (const { resolve } of loop) resolve(done());
    loop.length = 0;
  }

  #checkFree(): void {
    if (this.#listener || this.#loop) throw new UsageError('ALREADY_CONSUMED', 'It has a consumer.');
  }

  #take(unread: Fifo<Message>): Message {
    // Called only when something is unread.
    const message = unread.shift() as Message;
    this.#size -= messageSize(message);
    if (this.#size <= this.#highWater / 4) this.#resume();
    return message;
  }

  #resume(): void {
    if (!(this.#flags & PAUSED)) return;
    this.#flags &= ~PAUSED;
    this.#port.resume();
  }

  #deliver(listener: MessageListener<E>, message: Message): void {
    try {
      this.#watch(listener.message(message));
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(call: (listener: MessageListener<E>) => unknown): void {
    try {
      if (this.#listener) this.#watch(call(this.#listener));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** An async function passes as a listener's method: its failure is the listener's. */
  #watch(result: unknown): void {
    if (result instanceof Promise) result.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#flags & FAILED) return;
    this.#flags |= FAILED;
    this.#unread = undefined;
    this.#size = 0;
    this.#port.listenerFailed(error);
    this.discard();
  }
}

function done(): Result {
  return { value: undefined, done: true };
}

function ignore(): void {
  // The same error is in `closed`.
}
