// Readers of a broadcast, some of which may stop reading. When all who read have a message, one more connection, the conductor, says so, and the
// server sends the next: throughput is that of the slowest of those who read.

import { requestFrame } from '../load-frames.ts';
import { openMany, type RawClient } from '../raw-client.ts';

export interface ReadersOptions {
  readonly port: number;
  /** Connections that read all the time, and those that stop. */
  readonly readers: number;
  readonly stalling: number;
  /** Bytes of a message of the broadcast, over 125. */
  readonly size: number;
}

const ACKNOWLEDGEMENT = requestFrame(new Uint8Array(1));
/** Two bytes, and the length in two or eight more. */
function frameSize(size: number): number {
  return size + (size < 65_536 ? 4 : 10);
}

export class BroadcastReaders {
  readonly #frame: number;
  readonly #stalling: readonly RawClient[];
  readonly #all: readonly RawClient[];
  readonly #conductor: RawClient;
  readonly #readers: number;
  /** How many readers have the message of this number, counted from the first that not all have. */
  readonly #have: number[] = [];
  #complete = 0;
  #delivered = 0;
  #lost = 0;

  private constructor(
    readers: readonly RawClient[],
    stalling: readonly RawClient[],
    conductor: RawClient,
    size: number,
  ) {
    this.#frame = frameSize(size);
    this.#readers = readers.length;
    this.#stalling = stalling;
    this.#conductor = conductor;
    this.#all = [...readers, ...stalling, conductor];
    for (const reader of readers) this.#read(reader);
    for (const client of [...stalling, conductor]) client.listen({ received: ignore, ended: ignore });
  }

  static async open({ port, readers, stalling, size }: ReadersOptions): Promise<BroadcastReaders> {
    const clients = await openMany(readers + stalling + 1, (index) => ({
      port,
      webSocket: true,
      localAddress: ADDRESS,
      localPort: FIRST_PORT + index,
    }));
    const conductor = clients.pop();
    if (conductor === undefined) throw new Error('There is no conductor.');
    return new BroadcastReaders(clients.slice(0, readers), clients.slice(readers), conductor, size);
  }

  /** From now on they do not read. */
  stall(): void {
    for (const client of this.#stalling) client.pause();
  }

  /** Messages that came to those who read, since the beginning; and how many of those the server has ended. */
  state(): { readonly delivered: number; readonly lost: number } {
    return { delivered: this.#delivered, lost: this.#lost };
  }

  close(): void {
    for (const client of this.#all) client.reset();
  }

  #read(reader: RawClient): void {
    let bytes = 0;
    let messages = 0;
    reader.listen({
      received: (chunk) => {
        bytes += chunk.length;
        for (; bytes >= this.#frame; bytes -= this.#frame) this.#came(messages++);
      },
      ended: () => this.#lost++,
    });
  }

  #came(message: number): void {
    this.#delivered++;
    const place = message - this.#complete;
    this.#have[place] = (this.#have[place] ?? 0) + 1;
    while ((this.#have[0] ?? 0) >= this.#readers) {
      this.#have.shift();
      this.#complete++;
      this.#conductor.write(ACKNOWLEDGEMENT);
    }
  }
}

/** An address of their own, for the ports are chosen here. */
const ADDRESS = '127.0.0.9';
const FIRST_PORT = 20_000;

function ignore(): void {
  // Who stops reading is ended by the server; the conductor reads, and says only when others have read.
}
