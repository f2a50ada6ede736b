// A client that says little, and wants its answers soon: a message every few milliseconds, and how long each took from its write to its answer.

import { connect, type NodeConnection } from '@framewire/node-client';
import { Latencies } from '../latency.ts';

/** Microseconds. */
export interface QuietLatency {
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
}

const SIZE = 64;

export class QuietClient {
  readonly #connection: NodeConnection;
  /** When those were sent that have not been answered; answers come in order. */
  readonly #sentAt: number[] = [];
  readonly #latencies: Latencies = new Latencies();
  #messages = 0;

  private constructor(connection: NodeConnection) {
    this.#connection = connection;
    connection.listen({
      message: () => {
        const sentAt = this.#sentAt.shift();
        if (sentAt === undefined) return;
        this.#latencies.record(performance.now() - sentAt, 1);
        this.#messages++;
      },
    });
  }

  static async connect(port: number): Promise<QuietClient> {
    return new QuietClient(await connect(`ws://127.0.0.1:${port}/`));
  }

  /** Talks for so long, a message each `every` milliseconds, and waits for the last answers. */
  async measure(milliseconds: number, every: number): Promise<QuietLatency> {
    this.#latencies.clear();
    this.#messages = 0;
    const message = new Uint8Array(SIZE);
    await new Promise<void>((resolve) => {
      const end = performance.now() + milliseconds;
      const timer = setInterval(() => {
        if (performance.now() < end) {
          this.#sentAt.push(performance.now());
          this.#connection.send(message);
        } else if (this.#sentAt.length === 0 || performance.now() > end + PATIENCE) {
          clearInterval(timer);
          resolve();
        }
      }, every);
    });
    if (this.#sentAt.length > 0)
      throw new Error(`${this.#sentAt.length} messages of the quiet client were not answered.`);
    return {
      messages: this.#messages,
      p50: this.#latencies.percentile(0.5),
      p99: this.#latencies.percentile(0.99),
    };
  }
}

const PATIENCE = 10_000;
