// The load of the echo benchmark: raw sockets that speak WebSocket with as little work as can be, so that the server is what
// is measured. The messages of a connection are encoded once, by our encoder; the bytes that come back are compared, every one,
// with the frames a server must send; and for as many messages as one read brought, as many are sent again in one write.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  BINARY,
  buildRequest,
  checkResponse,
  encodeFrame,
  encodeKey,
  encodeRequestHead,
  type Frame,
  type Offer,
  ResponseHeadDecoder,
} from '@framewire/protocol';

const HOST = '127.0.0.1';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Messages under way on each connection. */
  readonly inflight: number;
  /** Bytes of a message. */
  readonly size: number;
  /** Whether the server speaks WebSocket, or sends back the very bytes it gets. */
  readonly webSocket: boolean;
}

/** Keeps a server busy. */
export class Load {
  readonly #echoes: readonly Echo[];

  private constructor(echoes: readonly Echo[]) {
    this.#echoes = echoes;
  }

  /** Connects; nothing is sent before {@link start}. */
  static async connect(options: LoadOptions): Promise<Load> {
    const echoes: Echo[] = [];
    for (let count = 0; count < options.connections; count++) {
      const socket = connect(options.port, HOST);
      if (options.webSocket) await shakeHands(socket, options.port);
      else await once(socket, 'connect');
      echoes.push(new Echo(socket, options));
    }
    return new Load(echoes);
  }

  /** Messages that came back since the beginning. */
  get messages(): number {
    return this.#echoes.reduce((sum, echo) => sum + echo.messages, 0);
  }

  start(): void {
    for (const echo of this.#echoes) echo.start();
  }

  /** Sends no more, and resolves when everything has come back. Rejects when anything came back wrong, or not at all. */
  async stop(): Promise<void> {
    for (const echo of this.#echoes) await echo.stop();
  }

  close(): void {
    for (const echo of this.#echoes) echo.close();
  }
}

/** One connection. */
class Echo {
  messages = 0;
  readonly #socket: Socket;
  readonly #inflight: number;
  /** The messages twice in a row, so that any number up to all of them lies in one piece from any of them on. */
  readonly #requests: Buffer;
  readonly #requestSize: number;
  readonly #replies: Buffer;
  readonly #replySize: number;
  /** Where in the replies, once through, the next byte belongs. */
  #at = 0;
  #running = false;
  #idle: (() => void) | undefined;
  #failure: Error | undefined;
  #underWay = 0;

  constructor(socket: Socket, { inflight, size, webSocket }: LoadOptions) {
    const frames = Array.from({ length: inflight }, (): Frame => {
      return { opcode: BINARY, fin: true, rsv1: false, payload: randomBytes(size) };
    });
    const requests = Buffer.concat(frames.map((frame) => encodeFrame(frame, randomBytes(4).readInt32BE())));
    const replies = webSocket ? Buffer.concat(frames.map((frame) => encodeFrame(frame))) : requests;
    this.#socket = socket;
    this.#inflight = inflight;
    this.#requests = Buffer.concat([requests, requests]);
    this.#requestSize = requests.length / inflight;
    this.#replies = replies;
    this.#replySize = replies.length / inflight;
    socket.on('data', (chunk) => this.#received(chunk as Buffer));
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => this.#fail(new Error('The server ended the connection.')));
  }

  start(): void {
    this.#running = true;
    this.#send(0, this.#inflight);
  }

  async stop(): Promise<void> {
    this.#running = false;
    if (this.#underWay > 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(first: number, count: number): void {
    this.#underWay += count;
    this.#socket.write(this.#requests.subarray(first * this.#requestSize, (first + count) * this.#requestSize));
  }

  #received(chunk: Buffer): void {
    const before = Math.floor(this.#at / this.#replySize);
    const whole = Math.floor(this.#compare(chunk) / this.#replySize) - before;
    if (whole === 0) return;
    this.messages += whole;
    this.#underWay -= whole;
    if (this.#running) this.#send(before, whole);
    else if (this.#underWay === 0) this.#restart();
  }

  /** Returns where the chunk ends, counted on from where it began. */
  #compare(chunk: Buffer): number {
    const replies = this.#replies;
    const end = this.#at + chunk.length;
    for (let from = 0; from < chunk.length; ) {
      const take = Math.min(chunk.length - from, replies.length - this.#at);
      if (chunk.compare(replies, this.#at, this.#at + take, from, from + take) !== 0) {
        this.#fail(new Error('What came back is not what was sent.'));
        return this.#at;
      }
      from += take;
      this.#at = (this.#at + take) % replies.length;
    }
    return end;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    this.#idle?.();
  }

  /** Everything came back; the next start begins with the first message again. */
  #restart(): void {
    this.#at = 0;
    this.#idle?.();
    this.#idle = undefined;
  }
}

async function shakeHands(socket: Socket, port: number): Promise<void> {
  const offer: Offer = { host: `${HOST}:${port}`, key: encodeKey(randomBytes(16)) };
  socket.write(encodeRequestHead(buildRequest(offer)));
  const decoder = new ResponseHeadDecoder();
  for (;;) {
    const decoded = decoder.push((await once(socket, 'data')) as Buffer);
    if (decoded === undefined) continue;
    checkResponse(decoded.head, offer);
    return;
  }
}

function once(socket: Socket, event: 'connect' | 'data'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, (value: unknown) => {
      socket.off('error', reject);
      resolve(value);
    });
  });
}
