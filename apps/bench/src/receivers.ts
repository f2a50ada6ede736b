// The load of a broadcast: clients that receive, and compare every byte. One of them also conducts: it sends what is to be broadcast, in one
// message that the server cuts up, and as soon as everybody has all of it, sends it again. So the server never has more than one burst under way.

import { randomBytes } from 'node:crypto';
import { ByteCycle } from './byte-cycle.ts';
import { replyFrame, requestFrame } from './load-frames.ts';
import { openMany, type RawClient } from './raw-client.ts';

export interface ReceiversOptions {
  readonly port: number;
  readonly receivers: number;
  /** Bytes of a message. */
  readonly size: number;
  /** Messages in a burst. */
  readonly burst: number;
}

export class Receivers {
  readonly #clients: readonly RawClient[];
  readonly #burst: number;
  readonly #request: Uint8Array;
  #bursts = 0;
  /** Receivers that do not have all of the burst yet. */
  #missing = 0;
  #running = false;
  #idle: (() => void) | undefined;
  #failure: Error | undefined;

  private constructor(clients: readonly RawClient[], { size, burst }: ReceiversOptions) {
    const messages = Array.from({ length: burst }, () => randomBytes(size));
    const expected = Buffer.concat(messages.map((message) => replyFrame(message)));
    this.#request = requestFrame(Buffer.concat(messages));
    this.#burst = burst;
    this.#clients = clients;
    for (const client of clients) {
      const cycle = new ByteCycle(expected);
      client.listen({
        received: (chunk) => this.#received(cycle, chunk),
        ended: (error) => this.#fail(error ?? new Error('The server ended a connection.')),
      });
    }
  }

  /** Connects; nothing is sent before {@link start}. */
  static async connect(options: ReceiversOptions): Promise<Receivers> {
    const clients = await openMany(options.receivers, () => ({ port: options.port, webSocket: true }));
    return new Receivers(clients, options);
  }

  start(): void {
    this.#running = true;
    this.#conduct();
  }

  /** Resolves with how often a message was received since the start, when all of the last burst has come. Rejects when it came wrong. */
  async stop(): Promise<number> {
    this.#running = false;
    if (this.#missing > 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const deliveries = this.#bursts * this.#burst * this.#clients.length;
    this.#bursts = 0;
    return deliveries;
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }

  #conduct(): void {
    this.#missing = this.#clients.length;
    this.#clients[0]?.write(this.#request);
  }

  #received(cycle: ByteCycle, chunk: Uint8Array): void {
    const before = cycle.rounds;
    try {
      cycle.push(chunk);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (cycle.rounds === before) return;
    this.#missing--;
    if (this.#missing > 0) return;
    this.#bursts++;
    if (this.#running) this.#conduct();
    else this.#idle?.();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#idle?.();
  }
}
