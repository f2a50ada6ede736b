// The load of the echo scenarios: raw sockets that speak WebSocket with as little work as can be, so that the server is what
// is measured. The messages of a connection are encoded once, by our encoder; the bytes that come back are compared, every one,
// with the frames a server must send; and for as many messages as one read brought, as many are sent again in one write.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { BINARY, encodeFrame, type Frame, TEXT } from '@framewire/protocol';
import { Latencies } from './latency.ts';
import { openConnections } from './open-connections.ts';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Messages under way on each connection. */
  readonly inflight: number;
  /** Bytes of a message. */
  readonly size: number;
  /** Whether the messages are text (of ASCII) or binary. */
  readonly text?: boolean;
  /** Whether the server speaks WebSocket, or sends back the very bytes it gets. */
  readonly webSocket: boolean;
  /** Milliseconds within which everything that is under way must come back, once no more is sent; 15 s unless said otherwise. */
  readonly drainTime?: number;
}

/** What came back in a run. */
export interface LoadResult {
  readonly messages: number;
  readonly seconds: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** From this many bytes on, all connections send the same messages. */
const SHARED_FROM = 64 * 1024 * 1024;
const DRAIN_TIME = 15_000;

/** Keeps a server busy. */
export class Load {
  readonly #echoes: readonly Echo[];
  readonly #latencies: Latencies;
  readonly #drainTime: number;

  private constructor(echoes: readonly Echo[], latencies: Latencies, drainTime: number) {
    this.#drainTime = drainTime;
    this.#echoes = echoes;
    this.#latencies = latencies;
  }

  /** Connects; nothing is sent before {@link run}. */
  static async connect(options: LoadOptions): Promise<Load> {
    const sockets = await openConnections(options.port, options.connections, options.webSocket);
    const latencies = new Latencies();
    const shares = options.size * options.inflight * options.connections >= SHARED_FROM;
    const shared = shares ? buildMessages(options) : undefined;
    return new Load(
      sockets.map((socket) => new Echo(socket, shared ?? buildMessages(options), options.inflight, latencies)),
      latencies,
      options.drainTime ?? DRAIN_TIME,
    );
  }

  /**
   * Keeps the server busy for so many milliseconds, and resolves when everything has come back that is under way then.
   * Rejects when anything came back wrong, or not at all.
   */
  async run(time: number): Promise<LoadResult> {
    this.#latencies.clear();
    const messagesBefore = this.#messages();
    const startedAt = performance.now();
    const late = setTimeout(() => {
      for (const echo of this.#echoes) echo.giveUp();
    }, time + this.#drainTime);
    try {
      await Promise.all(this.#echoes.map((echo) => echo.run(startedAt + time)));
    } finally {
      clearTimeout(late);
    }
    const of = (share: number): number => this.#latencies.percentile(share);
    return {
      messages: this.#messages() - messagesBefore,
      seconds: (performance.now() - startedAt) / 1000,
      p50: of(0.5),
      p99: of(0.99),
      p999: of(0.999),
    };
  }

  close(): void {
    for (const echo of this.#echoes) echo.close();
  }

  #messages(): number {
    let sum = 0;
    for (const echo of this.#echoes) sum += echo.messages;
    return sum;
  }
}

/** The messages of a connection, as they are sent and as they come back. */
interface Messages {
  /** Twice in a row, so that any number up to all of them lies in one piece from any of them on. */
  readonly requests: Buffer;
  readonly requestSize: number;
  readonly replies: Buffer;
  readonly replySize: number;
}

function buildMessages({ inflight, size, text = false, webSocket }: LoadOptions): Messages {
  const frames = Array.from({ length: inflight }, (): Frame => {
    const payload = randomBytes(size);
    if (text) for (const [index, byte] of payload.entries()) payload[index] = 0x20 + (byte % 95);
    return { opcode: text ? TEXT : BINARY, fin: true, rsv1: false, payload };
  });
  const requests = Buffer.concat(frames.map((frame) => encodeFrame(frame, randomBytes(4).readInt32BE())));
  const replies = webSocket ? Buffer.concat(frames.map((frame) => encodeFrame(frame))) : requests;
  return {
    requests: inflight === 1 ? requests : Buffer.concat([requests, requests]),
    requestSize: requests.length / inflight,
    replies,
    replySize: replies.length / inflight,
  };
}

/** One connection. */
class Echo {
  messages = 0;
  readonly #socket: Socket;
  readonly #of: Messages;
  readonly #inflight: number;
  readonly #latencies: Latencies;
  /** When messages were sent, and how many at once: a ring, as many writes as messages may be under way. */
  readonly #sentAt: Float64Array;
  readonly #sentCount: Float64Array;
  #oldest = 0;
  #newest = 0;
  /** Where in the replies, once through, the next byte belongs. */
  #at = 0;
  /** As `performance.now()` tells it. */
  #until = 0;
  #ended: ((error?: Error) => void) | undefined;
  #failure: Error | undefined;
  #underWay = 0;

  constructor(socket: Socket, messages: Messages, inflight: number, latencies: Latencies) {
    this.#socket = socket;
    this.#of = messages;
    this.#inflight = inflight;
    this.#latencies = latencies;
    this.#sentAt = new Float64Array(inflight);
    this.#sentCount = new Float64Array(inflight);
    socket.on('data', (chunk) => this.#received(chunk as Buffer));
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => this.#fail(new Error('The server ended the connection.')));
  }

  /** Sends until then, and resolves when everything has come back. Time is looked at in passing: timers are late when thousands are served. */
  run(until: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ended = (error) => (error === undefined ? resolve() : reject(error));
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#until = until;
      this.#send(0, this.#inflight, performance.now());
    });
  }

  giveUp(): void {
    if (this.#underWay > 0) this.#fail(new Error(`${this.#underWay} messages did not come back.`));
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(first: number, count: number, now: number): void {
    this.#underWay += count;
    this.#sentAt[this.#newest] = now;
    this.#sentCount[this.#newest] = count;
    this.#newest = (this.#newest + 1) % this.#inflight;
    const { requests, requestSize } = this.#of;
    this.#socket.write(requests.subarray(first * requestSize, (first + count) * requestSize));
  }

  #received(chunk: Buffer): void {
    const { replySize } = this.#of;
    const before = Math.floor(this.#at / replySize);
    const whole = Math.floor(this.#compare(chunk) / replySize) - before;
    if (whole === 0 || this.#failure !== undefined) return;
    if (whole > this.#underWay) {
      this.#fail(new Error('More came back than was sent.'));
      return;
    }
    this.messages += whole;
    this.#underWay -= whole;
    const now = performance.now();
    this.#recordLatency(whole, now);
    if (now < this.#until) this.#send(before, whole, now);
    else if (this.#underWay === 0) this.#finish();
  }

  /** Returns where the chunk ends, counted on from where it began. */
  #compare(chunk: Buffer): number {
    const { replies } = this.#of;
    const end = this.#at + chunk.length;
    for (let from = 0; from < chunk.length; ) {
      const take = Math.min(chunk.length - from, replies.length - this.#at);
      if (chunk.compare(replies, this.#at, this.#at + take, from, from + take) !== 0) {
        this.#fail(differenceError(chunk.subarray(from, from + take), replies.subarray(this.#at, this.#at + take)));
        return this.#at;
      }
      from += take;
      this.#at = (this.#at + take) % replies.length;
    }
    return end;
  }

  /** For messages that came back, which are the oldest that are under way. */
  #recordLatency(whole: number, now: number): void {
    for (let left = whole; left > 0; ) {
      const count = this.#sentCount[this.#oldest] ?? 0;
      const came = Math.min(left, count);
      this.#latencies.record(now - (this.#sentAt[this.#oldest] ?? 0), came);
      left -= came;
      this.#sentCount[this.#oldest] = count - came;
      if (came === count) this.#oldest = (this.#oldest + 1) % this.#inflight;
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    this.#ended?.(this.#failure);
  }

  /** Everything came back; the next run begins with the first message again. */
  #finish(): void {
    this.#at = 0;
    this.#oldest = 0;
    this.#newest = 0;
    this.#ended?.();
  }
}

/** Tells enough to know a Close frame, a Ping or another message when it stands where a reply should. */
function differenceError(came: Buffer, expected: Buffer): Error {
  const at = came.findIndex((byte, index) => byte !== expected[index]);
  const hex = (bytes: Buffer): string => bytes.toString('hex', at, at + 16);
  return new Error(`What came back is not what was sent: ${hex(came)} instead of ${hex(expected)}.`);
}
