// A peer that is nothing but a socket: it sends the bytes it is told to, cut as it is told to, and shows the bytes that came.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How bytes leave: in one piece, one by one (long ones in pieces of a few), or in one piece with rubbish behind them. */
export type Way = 'whole' | 'byte by byte' | 'with rubbish behind';

/** Long input in no more pieces than this. */
const MOST_PIECES = 400;
/** More than a socket's peer reads at once: closing with it unread would reset the connection and lose what was said last. */
const RUBBISH: Uint8Array = new Uint8Array(100_000).fill(0xa5);

export class RawSocket {
  /** How many bytes came. */
  size = 0;
  /** What the socket failed with, such as a reset. */
  error: Error | undefined;
  /** Resolves when nothing more can come. */
  readonly finished: Promise<void>;
  readonly #socket: Socket;
  #progress: () => void = () => undefined;
  /** What came. Joined only when somebody looks: much may come. */
  #chunks: Buffer[] = [];
  #over = false;

  /** @param socket that allows one half to be open */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.size += chunk.length;
      this.#progress();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    this.finished = new Promise((resolve) => {
      const over = (): void => {
        this.#over = true;
        this.#progress();
        resolve();
      };
      socket.on('end', over).on('close', over);
    });
  }

  /** Connects to a port of this machine. */
  static async to(port: number): Promise<RawSocket> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  /** Everything that came. */
  get received(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer; // there is one now
  }

  /** Sends, until all is sent or the peer has hung up. */
  async send(bytes: Uint8Array, way: Way = 'whole'): Promise<void> {
    if (way !== 'byte by byte') {
      this.#socket.write(way === 'whole' ? bytes : Buffer.concat([bytes, RUBBISH]));
      return;
    }
    const size = Math.ceil(bytes.length / MOST_PIECES);
    for (let at = 0; at < bytes.length && !this.#over; at += size) {
      this.#socket.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The head that came, when it is there. Rejects when the peer hangs up before. */
  async head(): Promise<string> {
    await this.until(({ received }) => received.includes('\r\n\r\n'));
    return this.received.subarray(0, this.received.indexOf('\r\n\r\n') + 4).toString('latin1');
  }

  /** Resolves when what came is enough. Rejects when the peer hangs up before. */
  async until(enough: (socket: RawSocket) => boolean): Promise<void> {
    while (!enough(this)) {
      if (this.#over) throw new Error(`It hung up after ${JSON.stringify(this.received.toString('latin1'))}.`);
      await new Promise<void>((resolve) => {
        this.#progress = resolve;
      });
    }
  }

  /** What came behind the head. */
  get rest(): Buffer {
    return this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
  }

  /** Ends our sending side. */
  end(): void {
    this.#socket.end();
  }

  /** Reads nothing until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends it with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
