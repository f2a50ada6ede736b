// Connections that say nothing, and answer Pings, which is all that an idle client does. They count the Pings, so that it can be told that there
// were any.

import { randomBytes } from 'node:crypto';
import { CLOSE, encodeFrame, FrameDecoder, type FrameSink, type Opcode, PING, PONG } from '@framewire/protocol';
import { openMany, type RawClient } from '../raw-client.ts';

export interface CrowdOptions {
  readonly port: number;
  /** Each source address has some 40,000 ports that can be chosen. */
  readonly localAddress: string;
  readonly firstPort: number;
  readonly count: number;
}

/** How the crowd is. */
export interface CrowdState {
  readonly open: number;
  /** Connections that the server ended, with what it said in its Close or the error of the socket, and how often. */
  readonly ended: Readonly<Record<string, number>>;
  /** Pings that came and were answered. */
  readonly pings: number;
  /** Data that came, though nobody sends any. */
  readonly unexpected: number;
}

const AT_ONCE = 50;

export class IdleCrowd {
  readonly #clients: Set<RawClient> = new Set();
  readonly #ended: Map<string, number> = new Map();
  #pings = 0;
  #unexpected = 0;

  async join({ port, localAddress, firstPort, count }: CrowdOptions): Promise<void> {
    // Some at a time, each of which listens as soon as it is open: the first are pinged before the last have come.
    for (let from = 0; from < count; from += AT_ONCE) {
      const first = firstPort + from;
      const some = Math.min(AT_ONCE, count - from);
      const clients = await openMany(some, (index) => ({
        port,
        webSocket: true,
        localAddress,
        localPort: first + index,
      }));
      for (const client of clients) this.#hold(client);
    }
  }

  state(): CrowdState {
    return {
      open: this.#clients.size,
      ended: Object.fromEntries(this.#ended),
      pings: this.#pings,
      unexpected: this.#unexpected,
    };
  }

  /** Ends all connections, which is then not unexpected. */
  leave(): void {
    for (const client of this.#clients) client.destroy();
    this.#clients.clear();
  }

  #hold(client: RawClient): void {
    this.#clients.add(client);
    const frames = new ControlFrames(
      (opcode, payload) => this.#came(client, opcode, payload),
      () => this.#unexpected++,
    );
    const decoder = new FrameDecoder(frames, 'client', false);
    client.listen({
      // The buffer is read into again.
      received: (chunk) => decoder.push(chunk.slice()),
      ended: (error) => this.#lost(client, error?.message ?? 'ended without a Close'),
    });
  }

  #came(client: RawClient, opcode: Opcode, payload: Uint8Array): void {
    if (opcode === CLOSE)
      this.#lost(client, `Close ${payload.length < 2 ? 'without a code' : Buffer.from(payload).readUInt16BE()}`);
    if (opcode !== PING) return;
    this.#pings++;
    client.write(encodeFrame({ opcode: PONG, fin: true, rsv1: false, payload }, randomBytes(4).readInt32BE()));
  }

  #lost(client: RawClient, why: string): void {
    if (!this.#clients.delete(client)) return;
    this.#ended.set(why, (this.#ended.get(why) ?? 0) + 1);
    client.destroy();
  }
}

/** Puts control frames together. */
class ControlFrames implements FrameSink {
  readonly #control: (opcode: Opcode, payload: Uint8Array) => void;
  readonly #data: () => void;
  #opcode: Opcode = PING;
  #payload: Uint8Array = EMPTY;

  constructor(control: (opcode: Opcode, payload: Uint8Array) => void, data: () => void) {
    this.#control = control;
    this.#data = data;
  }

  frameStart(opcode: Opcode): void {
    this.#opcode = opcode;
    this.#payload = EMPTY;
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    this.#payload = Buffer.concat([this.#payload, source.subarray(start, end)]);
  }

  frameEnd(): void {
    const payload = this.#payload;
    this.#payload = EMPTY;
    if (this.#opcode < CLOSE) this.#data();
    else this.#control(this.#opcode, payload);
  }

  frameFailed(): void {
    this.#data();
  }
}

const EMPTY: Uint8Array = new Uint8Array(0);
