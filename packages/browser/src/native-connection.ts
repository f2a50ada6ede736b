// The Connection over a native WebSocket that is open. The engine has the frames, the Close handshake and the socket; this adds the
// bounded inbox, the drain gate and one reading of the end. What an engine does not tell is found out by looking, or left out.

import {
  type Closure,
  type Connection,
  checkMessage,
  closedError,
  closureOf,
  DrainGate,
  Inbox,
  type InboxPort,
  type Listener,
  type Message,
  type Outcome,
  type State,
  type Timer,
} from '@framewire/connection';
import { ABNORMAL_CLOSURE, UsageError } from '@framewire/protocol';
import type { ConnectSettings } from './connect-options.ts';

const OPEN = 1;
// A script may close with 1000 and 3000-4999 only, so these stand in for 1009 and 1011.
const QUEUE_OVERFLOW = 4009;
const LISTENER_FAILED = 4011;
/** How often `bufferedAmount` is looked at while `send` returns false, in milliseconds: there is no event for it. */
const LOOK_EVERY = 8;
const CLOSE_TIMEOUT = 5000;

export class NativeConnection implements Connection, InboxPort {
  readonly closed: Promise<Closure>;
  readonly #socket: WebSocket;
  readonly #clock: ConnectSettings['clock'];
  readonly #inbox: Inbox;
  readonly #gate: DrainGate;
  /** What is known about the end. */
  readonly #outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] } = {};
  #closure: Closure | undefined;
  #look: Timer | undefined;

  constructor(socket: WebSocket, settings: ConnectSettings) {
    this.#socket = socket;
    this.#clock = settings.clock;
    this.#inbox = new Inbox(this, { highWater: settings.maxReceiveQueue });
    this.#gate = new DrainGate(settings.sendHighWater, settings.sendHighWater / 2);
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#inbox.push(typeof data === 'string' ? data : new Uint8Array(data));
    };
    socket.onerror = ({ error }: ErrorEventInit) => {
      // Browsers tell nothing; Node and Deno have the error in the event.
      this.#outcome.cause ??= error;
    };
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason, wasClean }) => {
        socket.onclose = null;
        this.#look?.cancel();
        this.#outcome.clean = wasClean;
        this.#outcome.ending ??= wasClean ? 'CLOSED' : 'LOST';
        if (code !== ABNORMAL_CLOSURE) this.#outcome.received = { code, reason };
        this.#closure = closureOf(this.#outcome);
        this.#shut();
        this.#inbox.end(this.#closure);
        resolve(this.#closure);
      };
    });
  }

  get url(): string {
    return this.#socket.url;
  }

  get subprotocol(): string {
    return this.#socket.protocol;
  }

  get state(): State {
    if (this.#closure) return 'closed';
    return this.#socket.readyState === OPEN ? 'open' : 'closing';
  }

  get bufferedAmount(): number {
    // A native WebSocket goes on counting what it will never send.
    return this.#closure ? 0 : this.#socket.bufferedAmount;
  }

  send(message: Message): boolean {
    checkMessage(message);
    if (this.state !== 'open') return false;
    try {
      this.#socket.send(message as string | Uint8Array<ArrayBuffer>);
    } catch {
      // Engines refuse views of shared and of resizable memory, but not a copy.
      this.#socket.send(new Uint8Array(message as Uint8Array));
    }
    const more = this.#gate.filled(this.bufferedAmount);
    if (!more) this.#watch();
    return more;
  }

  drained(signal?: AbortSignal): Promise<void> {
    this.#lookNow();
    return this.#gate.wait(signal);
  }

  listen(listener: Listener): void {
    this.#inbox.listen(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  close(code = 1000, reason = ''): Promise<Closure> {
    try {
      // The engine would make a whole number of whatever it gets; 0 it refuses.
      this.#close(code === (code | 0) ? code : 0, reason);
    } catch (cause) {
      const { name, message } = cause as Error;
      throw new UsageError(name === 'SyntaxError' ? 'CLOSE_REASON_TOO_LONG' : 'INVALID_CLOSE_CODE', message, { cause });
    }
    return this.closed;
  }

  pause(): void {
    this.#outcome.ending ??= 'QUEUE_OVERFLOW';
    this.#close(QUEUE_OVERFLOW, '');
  }

  resume(): void {
    // There is no way to pause.
  }

  listenerFailed(error: unknown): void {
    if (this.#closure || !this.#outcome.ending)
      Object.assign(this.#outcome, { ending: 'LISTENER_FAILED', cause: error });
    // It may have been the listener's `closed` that threw.
    this.#closure &&= closureOf(this.#outcome);
    this.#close(LISTENER_FAILED, '');
  }

  #close(code: number, reason: string): void {
    const wasOpen = this.state === 'open';
    // The engine checks both by the rules of the contract, also when it is closed (WebSockets Standard, section 3.1).
    this.#socket.close(code, reason);
    if (!wasOpen) return;
    this.#outcome.sent = { code, reason };
    this.#inbox.discard();
    this.#shut();
    this.#look?.cancel();
    this.#awaitClose();
  }

  /** Engines wait up to a minute for the peer's answer, and Node for ever. What is queued may take longer, as long as it moves. */
  #awaitClose(): void {
    const unsent = this.#socket.bufferedAmount;
    this.#look = this.#clock.schedule(CLOSE_TIMEOUT, () => {
      if (this.#socket.bufferedAmount < unsent) return this.#awaitClose();
      this.#outcome.ending ??= 'CLOSE_TIMEOUT';
      this.#socket.onclose?.({ code: ABNORMAL_CLOSURE } as CloseEvent);
    });
  }

  #shut(): void {
    this.#gate.end(() => closedError({ ending: 'CLOSED', ...this.#outcome }));
  }

  #lookNow(): void {
    if (this.state !== 'open') return this.#shut();
    if (!this.#gate.emptied(this.bufferedAmount)) return;
    this.#look?.cancel();
    this.#look = undefined;
    this.#inbox.drained();
  }

  #watch(): void {
    this.#look ??= this.#clock.schedule(LOOK_EVERY, () => {
      this.#look = undefined;
      this.#watch();
      this.#lookNow();
    });
  }
}
