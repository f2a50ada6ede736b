// The page's handle on the peer of a connection under test, which lives in the contract server.

import type { Message } from '@framewire/connection';
import type { CloseStatus } from '@framewire/protocol';
import type { ContractPeer } from '@framewire/testing/contract';
import type { Command, Report } from './control-messages.ts';

interface Waiter {
  resolve(message: Message): void;
  reject(error: Error): void;
}

type Order = Command extends infer Each ? (Each extends Command ? Omit<Each, 'id'> : never) : never;

export class RemotePeer implements ContractPeer {
  readonly closed: Promise<CloseStatus>;
  /** Where the connection under test is to connect to. */
  readonly path: Promise<string>;
  readonly #control: WebSocket;
  readonly #messages: Message[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #orders = new Map<number, () => void>();
  #count = 0;
  #over = false;

  /** @param server the address of the contract server */
  constructor(server: string) {
    const control = new WebSocket(`${server}/control`);
    control.binaryType = 'arraybuffer';
    this.#control = control;
    let resolvePath: (path: string) => void = () => {};
    this.path = new Promise((resolve, reject) => {
      resolvePath = resolve;
      control.addEventListener('close', () => reject(new Error('The contract server hung up.')));
    });
    this.closed = new Promise((resolve) => {
      control.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data !== 'string') return this.#take(new Uint8Array(data));
        const report = JSON.parse(data) as Report;
        if (report.say === 'ready') resolvePath(report.path);
        else if (report.say === 'text') this.#take(report.text);
        else if (report.say === 'closing') resolve(report.status);
        else if (report.say === 'closed') this.#finish();
        else this.#orders.get(report.id)?.();
      });
    });
  }

  send(message: Message): Promise<void> {
    if (typeof message === 'string') return this.#order({ do: 'send', text: message });
    this.#control.send(new Uint8Array(message));
    return this.#order({ do: 'sendBytes' });
  }

  receive(): Promise<Message> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#over) return Promise.reject(new Error('No message can come any more.'));
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  close(code = 1005, reason = ''): Promise<void> {
    return this.#order({ do: 'close', status: { code, reason } });
  }

  abort(): Promise<void> {
    return this.#order({ do: 'abort' });
  }

  stopReading(): Promise<void> {
    return this.#order({ do: 'stopReading' });
  }

  startReading(): Promise<void> {
    return this.#order({ do: 'startReading' });
  }

  /** Ends the session, the connection under test with it. */
  async dispose(): Promise<void> {
    const gone = new Promise((resolve) => this.#control.addEventListener('close', resolve));
    this.#control.close();
    await gone;
  }

  #order(order: Order): Promise<void> {
    const id = ++this.#count;
    this.#control.send(JSON.stringify({ id, ...order }));
    return new Promise((resolve) => this.#orders.set(id, resolve));
  }

  #take(message: Message): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#messages.push(message);
    else waiter.resolve(message);
  }

  #finish(): void {
    this.#over = true;
    for (const { reject } of this.#waiters.splice(0)) reject(new Error('No message can come any more.'));
  }
}
