// The third way to consume a connection: each message as a stream of chunks. It is a loop over the inbox, so that the rules of consumers and of
// the end are the inbox's own. A message becomes a stream only when the loop waits for it; what came whole is a stream of one chunk.

import type { Message, MessageStream } from './connection.ts';
import type { Inbox } from './inbox.ts';
import { IncomingStream, type IncomingStreamOptions, type IncomingStreamPort } from './incoming-stream.ts';

/** What streams ask of the shell they belong to. */
export interface StreamsPort extends IncomingStreamPort {
  /**
   * `true`: tell the next message, or the one under way with what has come of it, by {@link Streams.start}, {@link Streams.part} and
   * {@link Streams.end}; it may be begun at once. `false`: tell those behind it by {@link Streams.push} again. A message that was started
   * stays a stream to its end.
   */
  streamNext(on: boolean): void;
}

export type StreamsOptions = IncomingStreamOptions;

/** Where the messages come from: an {@link Inbox}. */
export interface StreamSource extends Pick<Inbox, 'hasListener' | 'awaited' | 'push'> {
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined>;
}

type Result = IteratorResult<MessageStream, undefined>;

const encoder = /* @__PURE__ */ new TextEncoder();

/** What came whole has nothing to pause. */
const noPort: IncomingStreamPort = { pauseStream: ignore, resumeStream: ignore };

export class Streams {
  readonly #port: StreamsPort;
  readonly #inbox: StreamSource;
  readonly #options: StreamsOptions;
  /** Whose end has not come. */
  #incoming: IncomingStream | undefined;
  /** The one that was handed out last. */
  #last: IncomingStream | undefined;
  /** The loop that runs. */
  #running: object | undefined;
  /** Whether the next message is to be a stream. */
  #asked = false;

  constructor(port: StreamsPort, inbox: StreamSource, options: StreamsOptions) {
    this.#port = port;
    this.#inbox = inbox;
    this.#options = options;
  }

  // What the source tells.

  /** A message came as a whole: does what `Inbox.push` does. */
  push(message: Message): void {
    this.#ask(false);
    this.#inbox.push(message);
  }

  /** A message begins, which was asked for. */
  start(type: 'text' | 'binary'): void {
    const stream = new IncomingStream(type, this.#port, this.#options);
    this.#incoming = stream;
    this.#last = stream;
    this.#ask(false);
    // The loop waits, so it goes right through.
    this.#inbox.push(stream as unknown as Message);
  }

  /** The next part of the message that began, which belongs to its reader. */
  part(bytes: Uint8Array): void {
    this.#incoming?.push(bytes);
  }

  /** The message that began is complete. */
  end(): void {
    this.#incoming?.end();
    this.#incoming = undefined;
  }

  /** The connection is no longer open: the message that began will not be complete. Call it before `Inbox.discard` and `Inbox.end`. */
  cut(reason: () => unknown): void {
    this.#incoming?.end(reason);
    this.#incoming = undefined;
  }

  // What the shell asks.

  /** Whether a loop runs. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Whether a message too large for the inbox may still be taken as a stream, so that it is to be held rather than refused: when this
   * loop runs, or nobody consumes anything yet.
   */
  get mayTake(): boolean {
    const { hasListener, awaited } = this.#inbox;
    return this.#running !== undefined || !(hasListener || awaited !== undefined);
  }

  /** Call it when another consumer has come: a stream that was handed out and that nobody reads must not hold it up. */
  letGo(): void {
    if (this.#last?.isUntouched) this.#last.drop();
  }

  /**
   * What `Connection.streams` does.
   *
   * @throws UsageError ALREADY_CONSUMED
   */
  streams(): AsyncIterableIterator<MessageStream, undefined> {
    const messages = this.#inbox[Symbol.asyncIterator]();
    this.#running = messages;
    let turn: Promise<unknown> = Promise.resolve();
    const iterator: AsyncIterableIterator<MessageStream, undefined> = {
      next: () => {
        const result = turn.then(() => this.#next(messages));
        // A call whose promise nobody looks at any more must not end the process when it fails.
        turn = result.catch(ignore);
        return result;
      },
      return: async () => {
        this.#stop(messages);
        await messages.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  async #next(messages: AsyncIterator<Message, undefined>): Promise<Result> {
    const last = this.#last;
    if (last?.isUntouched) last.drop();
    else await last?.whenOver();
    if (this.#last === last) this.#last = undefined;
    try {
      const result = messages.next();
      if (this.#running === messages && this.#inbox.awaited === 1) this.#ask(true);
      const { value, done } = await result;
      if (!done) return { value: this.#streamOf(value), done: false };
    } catch (error) {
      this.#stop(messages);
      throw error;
    }
    this.#stop(messages);
    return { value: undefined, done: true };
  }

  #streamOf(message: Message | IncomingStream): MessageStream {
    if (message instanceof IncomingStream) return message;
    const text = typeof message === 'string';
    const stream = new IncomingStream(text ? 'text' : 'binary', noPort, this.#options);
    stream.push(text ? encoder.encode(message) : message);
    stream.end();
    this.#last = stream;
    return stream;
  }

  #stop(messages: object): void {
    if (this.#running !== messages) return;
    this.#running = undefined;
    this.#ask(false);
  }

  #ask(on: boolean): void {
    if (this.#asked === on) return;
    this.#asked = on;
    this.#port.streamNext(on);
  }
}

function ignore(): void {
  // The same error is in `closed`.
}
