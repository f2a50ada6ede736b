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
import { type CloseStatus, checkApplicationClose, type EndingCode } from '@framewire/protocol';
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
  readonly #settings: ConnectSettings;
  readonly #inbox: Inbox;
  readonly #gate: DrainGate;
  #resolveClosed!: (closure: Closure) => void;
  #look: Timer | undefined;
  #closeTimer: Timer | undefined;
  #sent: CloseStatus | undefined;
  #ending: EndingCode | undefined;
  #cause: unknown;
  #closure: Closure | undefined;
  #outcome: Outcome = {};

  constructor(socket: WebSocket, settings: ConnectSettings) {
    this.#socket = socket;
    this.#settings = settings;
    this.#inbox = new Inbox(this, { highWater: settings.maxReceiveQueue });
    this.#gate = new DrainGate(settings.sendHighWater, settings.sendHighWater / 2);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#inbox.push(typeof data === 'string' ? data : new Uint8Array(data));
    };
    socket.onerror = (event) => {
      this.#cause ??= causeOf(event);
    };
    socket.onclose = ({ code, reason, wasClean }) => {
      this.#end({ clean: wasClean, received: code === ABNORMAL_CLOSURE ? undefined : { code, reason } });
    };
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
    const more = this.#gate.filled(this.#socket.bufferedAmount);
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
    checkApplicationClose(code, reason);
    this.#close(code, reason);
    return this.closed;
  }

  pause(): void {
    this.#ending ??= 'QUEUE_OVERFLOW';
    this.#close(QUEUE_OVERFLOW, 'The receive queue is full.');
  }

  resume(): void {
    // There is no way to pause.
  }

  listenerFailed(error: unknown): void {
    if (this.#ending === undefined) {
      this.#ending = 'LISTENER_FAILED';
      this.#cause = error;
    }
    this.#close(LISTENER_FAILED, '');
  }

  #close(code: number, reason: string): void {
    if (this.state !== 'open') return;
    this.#sent = { code, reason };
    this.#socket.close(code, reason);
    this.#inbox.discard();
    this.#shut();
    this.#awaitClose();
  }

  #awaitClose(): void {
    const amount = this.#socket.bufferedAmount;
    this.#closeTimer = this.#settings.clock.schedule(this.#settings.closeTimeout, () => {
      if (this.#socket.bufferedAmount < amount) this.#awaitClose();
      else {
        this.#ending ??= 'CLOSE_TIMEOUT';
        this.#end({ clean: false });
      }
    });
  }

  #end(outcome: Outcome): void {
    if (this.#closure !== undefined) return;
    this.#closeTimer?.cancel();
    this.#look?.cancel();
    this.#outcome = { sent: this.#sent, ending: this.#ending, cause: this.#cause, ...outcome };
    const closure = closureOf(this.#outcome);
    this.#closure = closure;
    this.#shut();
    this.#inbox.end(closure);
    // A listener whose `closed` threw has changed the ending.
    const failed = this.#ending !== this.#outcome.ending;
    this.#resolveClosed(failed ? closureOf({ ...this.#outcome, ending: this.#ending, cause: this.#cause }) : closure);
  }

  #shut(): void {
    this.#gate.end(() =>
      closedError(
        this.#closure === undefined
          ? { ending: this.#ending ?? 'CLOSED', cause: this.#cause, sent: this.#sent }
          : this.#outcome,
      ),
    );
  }

  #lookNow(): void {
    if (this.state !== 'open') this.#shut();
    else if (this.#gate.emptied(this.#socket.bufferedAmount)) this.#inbox.drained();
  }

  #watch(delay: number): void {
    this.#look ??= this.#settings.clock.schedule(delay, () => {
      this.#look = undefined;
      this.#lookNow();
      if (!this.#gate.filled(0)) this.#watch(Math.min(SLOWEST_LOOK, delay * 2));
    });
  }
}

/** Browsers tell nothing; Node and Deno have the error in the event. */
export function causeOf(event: Event): unknown {
  return (event as Partial<ErrorEvent>).error;
}
