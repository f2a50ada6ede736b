// Messages at a steady rate, each numbered, over our own client, to a server that echoes. They are sent when their time has come, whether or not
// those before were answered, and latency is counted from that time, not from when the sender got round to it: a server that stands still for
// a second is charged with every message of that second (and so is a sender that does).

import { connect, type NodeConnection } from '@framewire/node-client';
import { Latencies } from '../latency.ts';
import { SequenceChecker } from './sequence.ts';

export interface TrafficOptions {
  readonly port: number;
  readonly connections: number;
  /** Messages a second, over all connections. */
  readonly rate: number;
  /** Bytes of a message, 8 or more. */
  readonly size: number;
}

/** What happened since the last window. Latencies are microseconds. */
export interface TrafficWindow {
  readonly received: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** What a whole run came to. */
export interface TrafficTotals extends TrafficWindow {
  readonly sent: number;
  readonly seconds: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Messages that are not what was sent. */
  readonly corrupted: number;
  /** Connections that ended before they should, by their close code. */
  readonly ended: Readonly<Record<string, number>>;
  /** Milliseconds that the sender was behind its own plan, at worst. */
  readonly behind: number;
}

const HEAD = 8;
/** How long what is under way may take to come back, in the end. */
const DRAIN_TIME = 30_000;

export class TrafficLoad {
  readonly #options: TrafficOptions;
  readonly #connections: NodeConnection[] = [];
  readonly #checkers: SequenceChecker[] = [];
  readonly #scratch: Buffer;
  readonly #window: Latencies = new Latencies();
  readonly #total: Latencies = new Latencies();
  readonly #ended: Map<number, number> = new Map();
  #corrupted = 0;
  #sent = 0;
  #received = 0;
  #receivedInWindow = 0;
  #behind = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #drained: (() => void) | undefined;

  private constructor(options: TrafficOptions) {
    this.#options = options;
    this.#scratch = Buffer.alloc(options.size);
  }

  /** Connects; nothing is sent before {@link start}. */
  static async connect(options: TrafficOptions): Promise<TrafficLoad> {
    const load = new TrafficLoad(options);
    for (let id = 0; id < options.connections; id++) {
      const connection = await connect(`ws://127.0.0.1:${options.port}/`);
      load.#connections.push(connection);
      load.#checkers.push(new SequenceChecker());
      connection.listen({
        message: (message) => load.#came(id, message),
        closed: ({ code }) => {
          if (!load.#stopping) load.#ended.set(code, (load.#ended.get(code) ?? 0) + 1);
        },
      });
    }
    return load;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => this.#sendWhatIsDue(), 1);
  }

  /** Latencies since the last call, and how many messages came. */
  window(): TrafficWindow {
    const received = this.#receivedInWindow;
    const figures = { received, ...percentiles(this.#window) };
    this.#window.clear();
    this.#receivedInWindow = 0;
    return figures;
  }

  /** Sends no more, waits for what is under way, and closes. */
  async stop(): Promise<TrafficTotals> {
    clearInterval(this.#timer);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    if (this.#received < this.#sent) await this.#drain();
    this.#stopping = true;
    await Promise.all(this.#connections.map((connection) => connection.close()));
    const sum = (of: (checker: SequenceChecker, id: number) => number): number =>
      this.#checkers.reduce((total, checker, id) => total + of(checker, id), 0);
    return {
      sent: this.#sent,
      received: this.#received,
      seconds,
      lost: sum((checker, id) => checker.lost(this.#sentOn(id))),
      duplicated: sum(({ duplicated }) => duplicated),
      reordered: sum(({ reordered }) => reordered),
      corrupted: this.#corrupted,
      ended: Object.fromEntries(this.#ended),
      behind: this.#behind,
      ...percentiles(this.#total),
    };
  }

  #sendWhatIsDue(): void {
    const { rate } = this.#options;
    const elapsed = performance.now() - this.#startedAt;
    const due = Math.floor((elapsed * rate) / 1000);
    this.#behind = Math.max(this.#behind, elapsed - (this.#sent * 1000) / rate);
    for (; this.#sent < due; this.#sent++) this.#send(this.#sent);
  }

  /** Connections take turns. */
  #send(index: number): void {
    const id = index % this.#connections.length;
    writeMessage(this.#scratch, id, Math.floor(index / this.#connections.length));
    // Small messages are copied at once, so the next one may be written over this one.
    this.#connections[id]?.send(this.#scratch);
  }

  /** How many of those sent so far went over this connection. */
  #sentOn(id: number): number {
    const count = this.#connections.length;
    return Math.floor(this.#sent / count) + (id < this.#sent % count ? 1 : 0);
  }

  #came(id: number, message: string | Uint8Array): void {
    const now = performance.now();
    const number = readMessage(message, id, this.#options.size);
    if (number === undefined || number >= this.#sentOn(id)) {
      this.#corrupted++;
      return;
    }
    const index = number * this.#connections.length + id;
    const latency = now - this.#startedAt - (index * 1000) / this.#options.rate;
    this.#window.record(latency, 1);
    this.#total.record(latency, 1);
    this.#receivedInWindow++;
    this.#received++;
    this.#checkers[id]?.came(number);
    if (this.#received >= this.#sent) this.#drained?.();
  }

  async #drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      timer = setTimeout(resolve, DRAIN_TIME);
    });
    clearTimeout(timer);
  }
}

/** Whose it is, its number, and bytes that follow from the number. */
export function writeMessage(message: Buffer, id: number, number: number): void {
  message.writeUInt32LE(id, 0);
  message.writeUInt32LE(number, 4);
  message.fill(fillOf(number), HEAD);
}

/** The number of a message; undefined when it is not one that was sent on this connection. */
export function readMessage(message: string | Uint8Array, id: number, size: number): number | undefined {
  if (typeof message === 'string' || message.length !== size) return undefined;
  if (readUint32(message, 0) !== id) return undefined;
  const number = readUint32(message, 4);
  const fill = fillOf(number);
  for (let at = HEAD; at < size; at++) if (message[at] !== fill) return undefined;
  return number;
}

function fillOf(number: number): number {
  return (number * 31 + 7) & 0xff;
}

function readUint32(bytes: Uint8Array, at: number): number {
  const byte = (index: number): number => bytes[at + index] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}

function percentiles(latencies: Latencies): { p50: number; p99: number; p999: number } {
  const of = (share: number): number => latencies.percentile(share);
  return { p50: of(0.5), p99: of(0.99), p999: of(0.999) };
}
