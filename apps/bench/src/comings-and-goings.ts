// The load of opening and closing: lanes that connect, do the opening handshake, close with 1000, wait for the answer and for the server to end
// the connection, as RFC 6455 has it (section 7.1.1), and begin anew.

import { CLOSE, encodeCloseStatus, NORMAL_CLOSURE } from '@framewire/protocol';
import { ByteCycle } from './byte-cycle.ts';
import { replyFrame, requestFrame } from './load-frames.ts';
import { RawClient } from './raw-client.ts';

const STATUS = encodeCloseStatus(NORMAL_CLOSURE, '');
const REQUEST = requestFrame(STATUS, CLOSE);
const ANSWER = replyFrame(STATUS, CLOSE);

export interface ComingsAndGoingsOptions {
  readonly port: number;
  /** Connections at a time. */
  readonly lanes: number;
}

export class ComingsAndGoings {
  readonly #options: ComingsAndGoingsOptions;
  #running = false;
  #times: number[] = [];
  #lanes: Promise<void>[] = [];

  constructor(options: ComingsAndGoingsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#times = [];
    this.#lanes = Array.from({ length: this.#options.lanes }, () => this.#lane());
    // What fails is told by stop.
    for (const lane of this.#lanes) lane.catch(() => undefined);
  }

  /** Resolves, when all are gone, with how many microseconds each took. Rejects when one went wrong. */
  async stop(): Promise<number[]> {
    this.#running = false;
    await Promise.all(this.#lanes);
    return this.#times;
  }

  async #lane(): Promise<void> {
    while (this.#running) {
      const start = performance.now();
      await openAndClose(this.#options.port);
      this.#times.push((performance.now() - start) * 1000);
    }
  }
}

async function openAndClose(port: number): Promise<void> {
  const client = await RawClient.open({ port, webSocket: true });
  const answer = new ByteCycle(ANSWER);
  await new Promise<void>((resolve, reject) => {
    client.listen({
      received: (chunk) => {
        try {
          answer.push(chunk);
        } catch (error) {
          reject(error);
        }
      },
      ended: (error) => {
        if (error !== undefined) reject(error);
        else if (answer.rounds !== 1 || !answer.whole) reject(new Error('The server did not close with 1000.'));
        else resolve();
      },
    });
    client.write(REQUEST);
  }).finally(() => client.destroy());
}
