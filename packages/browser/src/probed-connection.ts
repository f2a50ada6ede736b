// A connection that asks its server whether it is there. A browser answers the server's Pings but lets no script send one, and tells of a
// network that is gone only when it has given up sending, which takes minutes. So a message of the application's own stands in for the
// Ping. Any message counts as life, and so does a send queue that shrinks; only silence after a probe is death. Then the connection is
// over at once: the engine's own closing handshake, which would wait for the dead, goes on behind it.

import {
  type Clock,
  type Closure,
  type Connection,
  closedError,
  closureOf,
  Inbox,
  type InboxPort,
  type Listener,
  type Message,
  type Outcome,
  type SendOptions,
  type State,
  type Timer,
  type WakeUps,
} from '@framewire/connection';
import type { ProbeSettings } from './probe-options.ts';

/** What a probe needs of the runtime. */
export interface ProbeRuntime {
  readonly clock: Clock;
  readonly wakeUps: WakeUps;
}

// A script may close with 1000 and 3000-4999 only, so these stand in for 1006, 1009 and 1011.
const LAPSED = 4006;
const QUEUE_OVERFLOW = 4009;
const LISTENER_FAILED = 4011;
/** A timer that comes later than this was held up with the page, and so may be the answer, in milliseconds. */
const LATE = 1000;

export class ProbedConnection implements Connection, InboxPort {
  readonly closed: Promise<Closure>;
  readonly #inner: Connection;
  readonly #settings: ProbeSettings;
  readonly #clock: Clock;
  readonly #inbox: Inbox;
  #heedNoMore: () => void = noop;
  #resolveClosed: (closure: Closure) => void = noop;
  #closure: Closure | undefined;
  /** What went wrong here. */
  #blame: Pick<Outcome, 'ending' | 'cause'> | undefined;
  #timer: Timer | undefined;
  #heardAt: number;
  /** Whether a probe was sent and nothing was heard since. */
  #asking = false;
  #askedAt = 0;
  #deadline = 0;
  /** Bytes that have to leave before the probe. */
  #ahead = 0;
  /** Bytes that were given to the network since then: the probe's own, and what was sent behind it. */
  #behind = 0;
  /** Whether a timer came late and the server has been given another chance. */
  #excused = false;

  /** @throws UsageError ALREADY_CONSUMED when the connection has a listener or a running loop */
  constructor(inner: Connection, settings: ProbeSettings, { clock, wakeUps }: ProbeRuntime) {
    this.#inner = inner;
    this.#settings = settings;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#inbox = new Inbox(this, { highWater: settings.maxReceiveQueue });
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#begin(wakeUps);
  }

  #begin(wakeUps: WakeUps): void {
    // Taken as they come, for a message that waits for its reader is a sign of life already.
    this.#inner.listen({
      message: (message) => this.#heard(message),
      drained: () => this.#inbox.drained(),
      closed: (closure) => this.#ended(closure),
    });
    // It may have been over before.
    if (this.#closure !== undefined) return;
    this.#heedNoMore = wakeUps(() => this.#woken());
    this.#look();
  }

  get url(): string {
    return this.#inner.url;
  }

  get subprotocol(): string {
    return this.#inner.subprotocol;
  }

  get state(): State {
    return this.#closure === undefined ? this.#inner.state : 'closed';
  }

  get bufferedAmount(): number {
    return this.#closure === undefined ? this.#inner.bufferedAmount : 0;
  }

  send(message: Message, options?: SendOptions): boolean {
    const unsent = this.#inner.bufferedAmount;
    const more = this.#inner.send(message, options);
    this.#behind += this.#inner.bufferedAmount - unsent;
    return more;
  }

  drained(signal?: AbortSignal): Promise<void> {
    const drained = this.#drained(signal);
    // A wait that nobody looks at any more must not be an unhandled rejection.
    drained.catch(noop);
    return drained;
  }

  listen(listener: Listener): void {
    this.#inbox.listen(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  close(code?: number, reason?: string): Promise<Closure> {
    // It checks both, and drops what arrives from now on.
    void this.#inner.close(code, reason);
    this.#inbox.discard();
    this.#rest();
    return this.closed;
  }

  pause(): void {
    this.#fail({ ending: 'QUEUE_OVERFLOW' }, QUEUE_OVERFLOW);
  }

  resume(): void {
    // There is no way to pause.
  }

  listenerFailed(cause: unknown): void {
    this.#fail({ ending: 'LISTENER_FAILED', cause }, LISTENER_FAILED);
  }

  async #drained(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#inner.drained(signal);
    } catch (error) {
      if (this.#blame === undefined || signal?.aborted) throw error;
      throw this.#closure?.error ?? closedError(this.#blame);
    }
  }

  #heard(message: Message): void {
    this.#heardAt = this.#clock.now();
    this.#asking = false;
    this.#excused = false;
    if (!this.#settings.isAnswer(message)) this.#inbox.push(message);
  }

  /** The page is back. Several events may tell the same return: one probe is enough. */
  #woken(): void {
    const { wakeDeadline } = this.#settings;
    const answerDue = this.#askedAt + this.#deadline;
    if (!this.#asking || answerDue > this.#clock.now() + wakeDeadline) this.#ask(wakeDeadline);
  }

  /** Asks if it has been quiet for long enough, and else looks again when it may have been. */
  readonly #look = (): void => {
    const left = this.#heardAt + this.#settings.interval - this.#clock.now();
    if (left > 0) this.#arm(left, this.#look);
    else this.#ask(this.#settings.deadline);
  };

  #ask(deadline: number): void {
    // What is closing has a limit of its own.
    if (this.state !== 'open') return;
    this.#asking = true;
    this.#askedAt = this.#clock.now();
    this.#deadline = deadline;
    this.#ahead = this.#inner.bufferedAmount;
    this.#behind = 0;
    this.#arm(deadline, this.#judge);
    try {
      this.send(this.#settings.makeMessage());
    } catch (error) {
      this.listenerFailed(error);
    }
  }

  readonly #judge = (): void => {
    if (!this.#asking) return this.#look();
    const now = this.#clock.now();
    const ahead = Math.max(0, this.#inner.bufferedAmount - this.#behind);
    if (ahead < this.#ahead) {
      // The network takes bytes. The probe waits behind them, so its time begins again.
      this.#ahead = ahead;
      this.#askedAt = now;
      this.#arm(this.#deadline, this.#judge);
    } else if (now - this.#askedAt - this.#deadline > LATE && !this.#excused) {
      this.#excused = true;
      this.#ask(this.#settings.wakeDeadline);
    } else {
      this.#lapse();
    }
  };

  #lapse(): void {
    if (this.state !== 'open') return;
    const sent = { code: LAPSED, reason: '' };
    this.#blame = { ending: 'PONG_TIMEOUT' };
    void this.#inner.close(sent.code, sent.reason);
    this.#ended(closureOf({ sent, clean: false }));
  }

  /** The application's own doing. Only the first counts. */
  #fail(blame: Pick<Outcome, 'ending' | 'cause'>, code: number): void {
    this.#blame ??= blame;
    void this.#inner.close(code);
    this.#rest();
  }

  #ended(closure: Closure): void {
    if (this.#closure !== undefined) return;
    const blame = this.#blame;
    this.#closure = this.#blamed(closure);
    this.#rest();
    this.#inbox.end(this.#closure);
    // It may have been the listener's `closed` that threw.
    if (this.#blame !== blame) this.#closure = this.#blamed(closure);
    this.#resolveClosed(this.#closure);
  }

  #blamed(closure: Closure): Closure {
    return this.#blame === undefined ? closure : closureOf({ ...closure, ...this.#blame });
  }

  #arm(delay: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.schedule(delay, callback);
  }

  /** Nothing is asked any more. */
  #rest(): void {
    this.#timer?.cancel();
    this.#heedNoMore();
  }
}

function noop(): void {
  // Nobody waits.
}
