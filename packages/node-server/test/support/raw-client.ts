// A client that is nothing but a socket: it sends the bytes it is told to, and shows the bytes that came.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { encodeFrame, type Frame, frames } from '@framewire/protocol';

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** What came as an HTTP response. */
export interface Response {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The text of an opening handshake, with some of its lines changed, left out (`undefined`) or added. */
export function request(changes: Readonly<Record<string, string | undefined>> = {}, line = 'GET / HTTP/1.1'): string {
  const fields: Record<string, string | undefined> = {
    Host: 'example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A masked text frame. */
export function textFrame(text: string): Uint8Array {
  return encodeFrame({ opcode: 1, fin: true, rsv1: false, payload: Buffer.from(text) }, 0x12345678);
}

/** A masked Close frame. */
export function closeFrame(code = 1000): Uint8Array {
  return encodeFrame({ opcode: 8, fin: true, rsv1: false, payload: Uint8Array.of(code >> 8, code & 0xff) }, 0x12345678);
}

export class RawClient {
  readonly socket: Duplex;
  /** Everything that came. */
  received: Buffer = Buffer.alloc(0);
  /** Whether the server has ended its sending side. */
  ended = false;
  /** What the socket failed with, such as a reset. */
  error: NodeJS.ErrnoException | undefined;
  /** Resolves when nothing more can come. */
  readonly finished: Promise<void>;
  #progress: (() => void)[] = [];

  constructor(socket: Duplex) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#tell();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('end', () => {
      this.ended = true;
      this.#tell();
    });
    this.finished = new Promise((resolve) => {
      socket.on('end', resolve);
      socket.on('close', () => {
        resolve();
        this.#tell();
      });
    });
  }

  /** @param allowHalfOpen whether it keeps its sending side when the server has ended */
  static async to(port: number, allowHalfOpen = false): Promise<RawClient> {
    return RawClient.over(connect({ port, host: '127.0.0.1', allowHalfOpen, noDelay: true }));
  }

  static async over(socket: Socket, event = 'connect'): Promise<RawClient> {
    const client = new RawClient(socket);
    await once(socket, event);
    return client;
  }

  send(...parts: (string | Uint8Array)[]): void {
    this.socket.write(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
    );
  }

  /** Sends the chunks as segments of their own. */
  async sendSlowly(chunks: Iterable<Uint8Array>): Promise<void> {
    for (const chunk of chunks) {
      if (this.socket.destroyed) return;
      await new Promise((resolve) => this.socket.write(chunk, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Resolves when what came satisfies the condition. Rejects when the server has hung up before. */
  async until(condition: (received: Buffer) => boolean): Promise<void> {
    while (!condition(this.received)) {
      if (this.ended || this.socket.destroyed) {
        throw new Error(`The server hung up after ${JSON.stringify(this.received.toString('latin1'))}.`);
      }
      await new Promise<void>((resolve) => this.#progress.push(resolve));
    }
  }

  /** The head of the response, when it is there. */
  async head(): Promise<string> {
    await this.until((received) => received.includes('\r\n\r\n'));
    return this.received.subarray(0, this.#headEnd).toString('latin1');
  }

  /** The whole response of a server that closes the connection after it. */
  async response(): Promise<Response> {
    await this.finished;
    const [line = '', ...fields] = this.received.subarray(0, this.#headEnd).toString('latin1').trim().split('\r\n');
    const headers = new Map(
      fields.map((field): [string, string] => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    const body = this.received.subarray(this.#headEnd).toString('utf8');
    return { status: Number(line.split(' ')[1]), reason: line.split(' ').slice(2).join(' '), headers, body };
  }

  /** The frames that came behind the head. */
  get frames(): Frame[] {
    return [...frames([this.received.subarray(this.#headEnd)], 'client')];
  }

  /** So many frames, when they are there. */
  async receiveFrames(count: number): Promise<Frame[]> {
    await this.until((received) => received.includes('\r\n\r\n') && this.frames.length >= count);
    return this.frames;
  }

  /** So many text messages, when they are there. */
  async texts(count: number): Promise<string[]> {
    const received = await this.receiveFrames(count);
    return received.slice(0, count).map(({ payload }) => Buffer.from(payload).toString());
  }

  /** Breaks the connection with a TCP reset. */
  reset(): void {
    (this.socket as Socket).resetAndDestroy();
  }

  get #headEnd(): number {
    const index = this.received.indexOf('\r\n\r\n');
    return index === -1 ? this.received.length : index + 4;
  }

  #tell(): void {
    const waiting = this.#progress;
    this.#progress = [];
    for (const go of waiting) go();
  }
}
