// A Connection over one end of a wire in memory: the contract and nothing beneath it.

import {
  type Closure,
  type Connection,
  checkMessage,
  closedError,
  closureOf,
  DrainGate,
  Inbox,
  type Listener,
  type Message,
  type Outcome,
  type OutgoingStream,
  type State,
  Streams,
} from '@framewire/connection';
import {
  type CloseStatus,
  type ConnectionClosedError,
  checkApplicationClose,
  type EndingCode,
  INTERNAL_ERROR,
} from '@framewire/protocol';
import { MemoryAssembler } from './memory-assembler.ts';
import { MemorySendLane } from './memory-send-lane.ts';
import type { WireEnd, WireFrame } from './memory-wire.ts';

/** How one side of a pair behaves. Bytes are those of payloads. */
export interface MemoryConnectionOptions {
  readonly url: string;
  readonly subprotocol: string;
  /** `send` returns false when more than this waits for the other side. */
  readonly sendHighWater: number;
  /** Unread bytes over which the other side is slowed down. */
  readonly receiveHighWater: number;
  /** Most bytes that `bytes()` and `text()` of a stream put together. */
  readonly maxMessageSize: number;
  /**
   * As in a browser: the other side cannot be slowed down, so going over `receiveHighWater` closes the connection with 4008, and a
   * listener that throws closes it with 4011 rather than 1011.
   */
  readonly likeBrowser: boolean;
}

/** What a browser closes with when its receive queue overflows, and when a listener throws: it may not choose 1008 and 1011. */
const BROWSER_OVERFLOW = 4008;
const BROWSER_LISTENER_FAILED = 4011;

const encoder: { encode(text: string): Uint8Array } = new TextEncoder();

export class MemoryConnection implements Connection {
  readonly url: string;
  readonly subprotocol: string;
  readonly closed: Promise<Closure>;
  readonly #end: WireEnd;
  readonly #inbox: Inbox;
  readonly #gate: DrainGate;
  readonly #lane: MemorySendLane;
  readonly #assembler: MemoryAssembler;
  readonly #streams: Streams | undefined;
  /** Who wants nothing more to come for now. */
  readonly #full = new Set<'inbox' | 'stream'>();
  #state: State = 'open';
  #outcome: Outcome = {};
  #resolveClosed: ((closure: Closure) => void) | undefined;

  constructor(end: WireEnd, options: MemoryConnectionOptions) {
    this.url = options.url;
    this.subprotocol = options.subprotocol;
    this.#end = end;
    this.#gate = new DrainGate(options.sendHighWater, Math.floor(options.sendHighWater / 4));
    this.#inbox = new Inbox(
      {
        pause: () => {
          if (options.likeBrowser) this.#close({ code: BROWSER_OVERFLOW, reason: '' }, 'QUEUE_OVERFLOW');
          else this.#pause('inbox');
        },
        resume: () => this.#resume('inbox'),
        listenerFailed: (error) => {
          const code = options.likeBrowser ? BROWSER_LISTENER_FAILED : INTERNAL_ERROR;
          this.#close({ code, reason: '' }, 'LISTENER_FAILED', error);
        },
      },
      { highWater: options.receiveHighWater },
    );
    this.#lane = new MemorySendLane(end, options.sendHighWater, (error) => {
      this.#close({ code: INTERNAL_ERROR, reason: '' }, 'STREAM_FAILED', error);
    });
    if (!options.likeBrowser) {
      const port = {
        streamNext: (on: boolean) => this.#assembler.streamNext(on),
        pauseStream: () => this.#pause('stream'),
        resumeStream: () => this.#resume('stream'),
      };
      const { receiveHighWater: highWater, maxMessageSize } = options;
      this.#streams = new Streams(port, this.#inbox, { highWater, maxMessageSize });
    }
    this.#assembler = new MemoryAssembler((message) => (this.#streams ?? this.#inbox).push(message), this.#streams);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    end.handler = {
      frame: (frame) => this.#receive(frame),
      taken: () => {
        this.#lane.taken();
        if (this.#gate.emptied(this.#lane.buffered)) this.#inbox.drained();
        this.#finishIfDone();
      },
      broken: (cause) => {
        this.#outcome = { cause, ...this.#outcome };
        this.#finish();
      },
    };
  }

  get state(): State {
    return this.#state;
  }

  get bufferedAmount(): number {
    return this.#lane.buffered;
  }

  send(message: Message): boolean {
    checkMessage(message);
    if (this.#state !== 'open') return false;
    // Bytes are copied: in no other connection do both sides share memory.
    if (typeof message === 'string') this.#lane.write({ kind: 'text', payload: encoder.encode(message) });
    else this.#lane.write({ kind: 'binary', payload: new Uint8Array(message) });
    return this.#gate.filled(this.#lane.buffered);
  }

  drained(signal?: AbortSignal): Promise<void> {
    return this.#gate.wait(signal);
  }

  listen(listener: Listener): void {
    this.#inbox.listen(listener);
    this.#streams?.letGo();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Message, undefined> {
    const loop = this.#inbox[Symbol.asyncIterator]();
    this.#streams?.letGo();
    return loop;
  }

  /** @internal What can be sent in chunks, on a side that is not like a browser. */
  protected sendChunks(outgoing: OutgoingStream): void {
    if (this.#state === 'open') this.#lane.stream(outgoing);
    else outgoing.cut(this.#closedError());
  }

  /** @internal Absent on a side that is like a browser. */
  protected get incoming(): Streams | undefined {
    return this.#streams;
  }

  close(code = 1000, reason = ''): Promise<Closure> {
    checkApplicationClose(code, reason);
    this.#close({ code, reason });
    return this.closed;
  }

  #close(sent: CloseStatus, ending?: EndingCode, cause?: unknown): void {
    // The first reason counts, and it counts even when a Close is under way.
    if (this.#outcome.ending === undefined && ending !== undefined) this.#outcome = { ...this.#outcome, ending, cause };
    if (this.#state !== 'open') return;
    this.#outcome = { ...this.#outcome, sent };
    this.#leaveOpen();
    this.#inbox.discard();
    // What cannot be completed holds nothing up; what can goes first.
    if (ending !== undefined) this.#lane.cut(() => this.#closedError());
    this.#lane.write({ kind: 'close', status: sent });
  }

  #receive(frame: WireFrame): void {
    if (frame.kind === 'close') this.#receiveClose(frame.status);
    else if (this.#state === 'open') this.#assembler.frame(frame);
  }

  #receiveClose(received: CloseStatus): void {
    if (this.#state === 'open') {
      // RFC 6455, section 5.5.1: a Close is answered with one, as a rule with the code that came.
      const sent = { code: received.code, reason: '' };
      this.#outcome = { ...this.#outcome, received, sent, receivedFirst: true };
      this.#leaveOpen();
      this.#lane.cut(() => this.#closedError());
      this.#end.write({ kind: 'close', status: sent });
    } else {
      this.#outcome = { ...this.#outcome, received, receivedFirst: false };
      // The peer takes nothing more, so a Close that waited for streams goes out now.
      this.#lane.cut(() => this.#closedError());
    }
    this.#finishIfDone();
  }

  #leaveOpen(): void {
    this.#state = 'closing';
    this.#gate.end(() => this.#closedError());
    this.#streams?.cut(() => this.#closedError());
  }

  #closedError(): ConnectionClosedError {
    return closedError(this.#state === 'closed' ? this.#outcome : { ending: 'CLOSED', ...this.#outcome });
  }

  #pause(who: 'inbox' | 'stream'): void {
    this.#full.add(who);
    this.#end.pause();
  }

  #resume(who: 'inbox' | 'stream'): void {
    this.#full.delete(who);
    if (this.#full.size === 0) this.#end.resume();
  }

  /** Both Close frames have arrived: the wire has served. */
  #finishIfDone(): void {
    const { received, sent } = this.#outcome;
    if (received !== undefined && sent !== undefined && this.#end.idle) this.#finish();
  }

  #finish(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') this.#leaveOpen();
    this.#state = 'closed';
    this.#lane.cut(() => this.#closedError());
    const closure = closureOf(this.#outcome);
    this.#inbox.end(closure);
    // A listener whose `closed` threw has changed the outcome.
    this.#resolveClosed?.(this.#outcome.ending === 'LISTENER_FAILED' ? closureOf(this.#outcome) : closure);
  }
}
