// A client as plain as can be: a socket that did the opening handshake and hands on the bytes that come. All sockets of the process read into
// one buffer, which a client may in Node; so thousands of them cost little, and what they hear is valid only until they return.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  type AgreedExtension,
  buildRequest,
  checkResponse,
  encodeKey,
  encodeRequestHead,
  type Offer,
  ResponseHeadDecoder,
} from '@framewire/protocol';

const HOST = '127.0.0.1';
const READ_BUFFER: Uint8Array = new Uint8Array(64 * 1024);

export interface RawClientOptions {
  readonly port: number;
  /** Whether the server speaks WebSocket. Otherwise the client is open as soon as it is connected. */
  readonly webSocket: boolean;
  /** Where to connect from. Each source address has some 28,000 ports. */
  readonly localAddress?: string;
  /** And from which port; the system takes ever longer to find a free one. */
  readonly localPort?: number;
  readonly extensions?: Offer['extensions'];
}

/** Hears what comes after the handshake. */
export interface RawListener {
  /** The chunk is valid only during the call. */
  received(chunk: Uint8Array): void;
  /** The connection is gone, with the error that ended it, or because the server ended it. */
  ended(error: Error | undefined): void;
}

export class RawClient {
  extensions: readonly AgreedExtension[] = [];
  readonly #socket: Socket;
  readonly #offer: Offer;
  #head: ResponseHeadDecoder | undefined;
  #listener: RawListener | undefined;
  readonly #opened: (client: RawClient) => void;
  readonly #refused: (error: Error) => void;

  private constructor(options: RawClientOptions, opened: (client: RawClient) => void, refused: (error: Error) => void) {
    const { port, webSocket, localAddress, localPort, extensions } = options;
    this.#opened = opened;
    this.#refused = refused;
    this.#offer = { host: `${HOST}:${port}`, key: encodeKey(randomBytes(16)), extensions };
    if (webSocket) this.#head = new ResponseHeadDecoder();
    this.#socket = connect({
      host: HOST,
      port,
      ...(localAddress !== undefined && { localAddress }),
      ...(localPort !== undefined && { localPort }),
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length, buffer) => {
          this.#received(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      if (webSocket) this.#socket.write(encodeRequestHead(buildRequest(this.#offer)));
      else this.#opened(this);
    });
    this.#socket.on('end', () => this.#ended(undefined));
    this.#socket.on('error', (error) => this.#ended(error));
  }

  /** Resolves when the connection is open. @throws HandshakeError when the server declines */
  static open(options: RawClientOptions): Promise<RawClient> {
    return new Promise((resolve, reject) => new RawClient(options, resolve, reject));
  }

  /** From now on, before anything can have come. */
  listen(listener: RawListener): void {
    this.#listener = listener;
  }

  /** The bytes must not change until they have left. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Half of the connection: the server hears that no more comes. */
  end(): void {
    this.#socket.end();
  }

  /** Reads no more: what comes is the kernel's, and then the server's. */
  pause(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#listener = undefined;
    this.#socket.destroy();
  }

  /** As {@link destroy}, but without a word of farewell: the server hears of a reset. */
  reset(): void {
    this.#listener = undefined;
    this.#socket.resetAndDestroy();
  }

  #received(chunk: Uint8Array): void {
    if (this.#head === undefined) this.#listener?.received(chunk);
    else this.#handshake(this.#head, chunk);
  }

  #handshake(decoder: ResponseHeadDecoder, chunk: Uint8Array): void {
    try {
      const decoded = decoder.push(chunk);
      if (decoded === undefined) return;
      this.extensions = checkResponse(decoded.head, this.#offer).extensions;
      if (decoded.consumed < chunk.length) throw new Error('The server spoke first.');
    } catch (error) {
      this.#refused(error as Error);
      this.destroy();
      return;
    }
    this.#head = undefined;
    this.#opened(this);
  }

  #ended(error: Error | undefined): void {
    this.#refused(error ?? new Error('The server ended the connection in the handshake.'));
    this.#listener?.ended(error);
  }
}

/** Opens many, so many at a time, in the order in which they are asked for. */
export async function openMany(
  count: number,
  options: (index: number) => RawClientOptions,
  atOnce = 50,
): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const some = Math.min(atOnce, count - from);
    clients.push(...(await Promise.all(Array.from({ length: some }, (_, n) => RawClient.open(options(from + n))))));
  }
  return clients;
}
