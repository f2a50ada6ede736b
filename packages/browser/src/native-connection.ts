// The Connection over a native WebSocket that is open. The engine has the frames, the Close handshake and the socket; this adds the
// bounded inbox, the drain gate and one reading of the end. What an engine does not tell is found out by looking, or left out.

import {
  type Clock,
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
import { UsageError } from '@framewire/protocol';
import type { ConnectSettings } from './connect-options.ts';

const OPEN = 1;
/** Stands for a connection that ended without a Close frame; never on the wire (RFC 6455, section 7.4.1). */
const ABNORMAL_CLOSURE = 1006;
// A script may close with 1000 and 3000-4999 only, so these stand in for 1009 and 1011.
const QUEUE_OVERFLOW = 4009;
const LISTENER_FAILED = 4011;
/**
 * How often `bufferedAmount` is looked at while `send` returns false, since there is no event for it. Engines clamp timers to 4 ms;
 * at 32 ms half of the default high-water mark still leaves time for 16 MB/s before the queue runs dry.
 */
const FIRST_LOOK = 4;
const SLOWEST_LOOK = 32;

export class NativeConnection implements Connection, InboxPort {
  readonly closed: Promise<Closure>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
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
        this.#look?.cancel();
        this.#outcome.clean = wasClean;
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
    if (this.#closure !== undefined) return 'closed';
    return this.#socket.readyState === OPEN ? 'open' : 'closing';
  }

  get bufferedAmount(): number {
    // A native WebSocket goes on counting what it will never send.
    return this.#closure === undefined ? this.#socket.bufferedAmount : 0;
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
    if (!more) this.#watch(FIRST_LOOK);
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
    this.#outcome.ending ??= 'LISTENER_FAILED';
    this.#outcome.cause ??= error;
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
  }

  #shut(): void {
    this.#gate.end(() => {
      const { ending = this.#closure === undefined ? 'CLOSED' : undefined } = this.#outcome;
      return closedError({ ...this.#outcome, ending });
    });
  }

  #lookNow(): void {
    if (this.state !== 'open') this.#shut();
    else if (this.#gate.emptied(this.bufferedAmount)) this.#inbox.drained();
    else return;
    this.#look?.cancel();
  }

  #watch(delay: number): void {
    this.#look?.cancel();
    this.#look = this.#clock.schedule(delay, () => {
      this.#watch(Math.min(SLOWEST_LOOK, delay * 2));
      this.#lookNow();
    });
  }
}
