// A client that sends as fast as its socket takes it, and reads what comes back, so that nothing but the server's own fairness holds it up.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { requestFrame } from '../load-frames.ts';
import { openConnections } from '../open-connections.ts';

/** Small frames are written so many bytes at a time. */
const WRITE = 256 * 1024;

export class Flooder {
  readonly #socket: Socket;
  #received = 0;
  #running = false;
  #ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
    });
    socket.on('error', () => {
      this.#ended = true;
    });
    socket.on('end', () => {
      this.#ended = true;
    });
  }

  static async connect(port: number): Promise<Flooder> {
    const [socket] = await openConnections(port, 1, true);
    if (socket === undefined) throw new Error('No connection was opened.');
    return new Flooder(socket);
  }

  /** Bytes that came back since the start. */
  get received(): number {
    return this.#received;
  }

  /** Whether the server ended the connection. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @param size bytes of a message */
  start(size: number): void {
    const frame = requestFrame(randomBytes(size));
    const batch = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(WRITE / frame.length)) }, () => frame));
    this.#received = 0;
    this.#running = true;
    const push = (): void => {
      while (this.#running && this.#socket.write(batch));
      if (this.#running) this.#socket.once('drain', push);
    };
    push();
  }

  /** The bytes that came back. @throws Error when the server ended the connection */
  stop(): number {
    this.#running = false;
    if (this.#ended) throw new Error('The server ended the connection of the flooding peer.');
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }
}
