// One TCP or TLS connection, with a log. Writing never throws and reading never loses: what came before somebody listened is
// kept, and the end of the connection is told once, after everything that came before it.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WireLog } from './wire-log.ts';

/** `fin`: the endpoint closed its side; `reset`: it broke the connection off. */
export type LinkEnd = 'fin' | 'reset';

export interface LinkReader {
  received(chunk: Buffer): void;
  ended(how: LinkEnd): void;
}

export interface LinkTarget {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

export class Link {
  readonly log: WireLog;
  readonly #socket: Socket;
  #reader: LinkReader | undefined;
  #early: Buffer[] = [];
  #end: LinkEnd | undefined;
  #writeFailed = false;
  #finished = false;

  constructor(socket: Socket, log: WireLog = new WireLog()) {
    this.#socket = socket;
    this.log = log;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#ended('fin', 'The endpoint closed its side of the TCP connection.'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#writeFailed ||= error.syscall === 'write';
      this.#ended('reset', `The TCP connection broke off (${error.code ?? error.message}).`);
    });
    socket.on('close', () => this.#ended('reset', 'The TCP connection is gone.'));
  }

  /** Rejects with what the system says, or with the signal's reason. */
  static open(target: LinkTarget, signal: AbortSignal): Promise<Link> {
    const log = new WireLog();
    const { host, port, secure, insecure } = target;
    const options = { host, port, allowHalfOpen: true };
    const socket = secure
      ? connectTls({ ...options, ...serverName(host), rejectUnauthorized: !insecure })
      : connectTcp(options);
    return new Promise((resolve, reject) => {
      const abort = () => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      const settle = () => signal.removeEventListener('abort', abort);
      socket.once('error', (error) => {
        settle();
        reject(error);
      });
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        settle();
        socket.removeAllListeners('error');
        log.event(`A ${secure ? 'TLS' : 'TCP'} connection is open.`);
        resolve(new Link(socket, log));
      });
    });
  }

  /** The tester's own address on this connection. */
  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get end(): LinkEnd | undefined {
    return this.#end;
  }

  /**
   * Whether a write met a connection that was already broken off. What the endpoint had sent just before may then be lost, so a
   * verdict on it would be unjust.
   */
  get writeFailed(): boolean {
    return this.#writeFailed;
  }

  /** From now on `reader` is told; first what came so far. */
  read(reader: LinkReader): void {
    this.#reader = reader;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) reader.received(chunk);
    if (this.#end !== undefined) reader.ended(this.#end);
  }

  /** Nobody reads until the next `read`, which is first told `bytes`. */
  giveBack(bytes: Buffer): void {
    this.#reader = undefined;
    if (bytes.length > 0) this.#early.unshift(bytes);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#finished || this.#socket.destroyed) return;
    this.log.bytes('tester', bytes);
    this.#socket.write(bytes);
  }

  /** In pieces of `size` octets, each a write and, without Nagle's algorithm, a segment of its own. Stops when the endpoint is gone. */
  async writeInChops(bytes: Uint8Array, size: number): Promise<void> {
    for (let start = 0; start < bytes.length && this.#end === undefined; start += size) {
      this.write(bytes.subarray(start, start + size));
      // Lets the loop read between two writes, so that what the endpoint answers is not missed.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Closes the tester's side. */
  finish(): void {
    if (this.#finished || this.#socket.destroyed) return;
    this.#finished = true;
    this.log.event('The tester closes its side of the TCP connection.');
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    this.log.bytes('endpoint', chunk);
    if (this.#reader === undefined) this.#early.push(chunk);
    else this.#reader.received(chunk);
  }

  #ended(how: LinkEnd, event: string): void {
    if (this.#end !== undefined) return;
    this.#end = how;
    this.log.event(event);
    this.#reader?.ended(how);
  }
}

/** An IP address is no server name (RFC 6066, section 3). */
function serverName(host: string): { servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}
