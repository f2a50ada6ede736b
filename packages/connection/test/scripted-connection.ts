// A connection without a wire, whose peer is the test. It is built from the parts under test as a shell would be.

import { type CloseStatus, checkApplicationClose } from '@framewire/protocol';
import { closedError, closureOf, type Outcome } from '../src/closure.ts';
import type { Closure, Connection, Listener, Message, SendOptions, State } from '../src/connection.ts';
import { DrainGate } from '../src/drain-gate.ts';
import { Inbox, type InboxOptions } from '../src/inbox.ts';
import { checkMessage } from '../src/message.ts';

export class ScriptedConnection implements Connection {
  readonly url = 'ws://test/';
  readonly subprotocol = '';
  readonly closed: Promise<Closure>;
  /** What was sent, in order. */
  readonly sent: Message[] = [];
  /** The options of each, in the same order. */
  readonly sentOptions: (SendOptions | undefined)[] = [];
  /** Calls of the flow port. */
  readonly flow: string[] = [];
  state: State = 'open';
  /** Messages that wait to be written; each counts 1. */
  bufferedAmount = 0;
  closeStatus: CloseStatus | undefined;
  /** Whether what is sent is written at once. */
  writesAtOnce = true;
  /** Whether the peer answers a Close at once. */
  answersClose = true;
  readonly #gate: DrainGate;
  readonly #inbox: Inbox;
  #resolveClosed: (closure: Closure) => void = () => {};

  constructor(options: InboxOptions & { readonly sendHighWater?: number } = {}) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#gate = new DrainGate(options.sendHighWater ?? 1000, 0);
    this.#inbox = new Inbox(
      {
        pause: () => void this.flow.push('pause'),
        resume: () => void this.flow.push('resume'),
        listenerFailed: () => {},
      },
      options,
    );
  }

  send(message: Message, options?: SendOptions): boolean {
    checkMessage(message);
    if (this.state !== 'open') return false;
    this.sent.push(message);
    this.sentOptions.push(options);
    if (!this.writesAtOnce) this.bufferedAmount++;
    return this.#gate.filled(this.bufferedAmount);
  }

  drained(signal?: AbortSignal): Promise<void> {
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
    if (this.state === 'open') {
      this.state = 'closing';
      this.closeStatus = { code, reason };
      this.#inbox.discard();
      this.#gate.end(() => closedError({ sent: this.closeStatus, ending: 'CLOSED' }));
      if (this.answersClose) this.end({ sent: this.closeStatus, received: this.closeStatus, receivedFirst: false });
    }
    return this.closed;
  }

  /** A message comes. */
  receive(message: Message): void {
    this.#inbox.push(message);
  }

  /** Writes what waits. */
  flush(): void {
    this.bufferedAmount = 0;
    this.#gate.emptied(0);
  }

  /** The peer closes; ours is sent in reply. */
  peerCloses(code: number): void {
    const status = { code, reason: '' };
    this.end({ received: status, sent: status, receivedFirst: true });
  }

  /** The transport breaks. */
  lose(): void {
    this.end({});
  }

  end(outcome: Outcome): void {
    const closure = closureOf(outcome);
    this.state = 'closed';
    this.#gate.end(() => closedError(outcome));
    this.#inbox.end(closure);
    this.#resolveClosed(closure);
  }
}
