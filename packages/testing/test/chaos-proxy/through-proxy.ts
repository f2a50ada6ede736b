// A client, a proxy and a server of plain TCP, all gone when the test is over.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ChaosConnection, type ChaosProxy, type ChaosProxyOptions, chaosProxy } from '../../src/chaos-proxy.ts';

/** A socket and what came out of it. */
export class Peer {
  readonly socket: Socket;
  /** The sizes of what was read at once. */
  readonly reads: number[] = [];
  ended = false;
  error: NodeJS.ErrnoException | undefined;
  readonly closed: Promise<void>;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #look: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    onTestFinished(() => {
      socket.destroy();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#look();
        resolve();
      });
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('data', (chunk) => {
      this.reads.push(chunk.length);
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#look();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#look();
    });
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Waits until something holds; it is looked at whenever something happens to the socket. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds()) resolve();
      };
      this.#look();
    });
  }

  has(length: number): Promise<void> {
    return this.until(() => this.#length >= length);
  }

  /** Sends, and waits until the kernel has it. */
  send(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }
}

/** Listens on a free port, and gives the sockets that come, one by one. */
export async function tcpServer(): Promise<{ server: Server; port: number; next(): Promise<Peer> }> {
  const peers: Peer[] = [];
  const waiting: ((peer: Peer) => void)[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = new Peer(socket.setNoDelay(true));
    const waits = waiting.shift();
    if (waits === undefined) peers.push(peer);
    else waits(peer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const next = (): Promise<Peer> => {
    const peer = peers.shift();
    return peer === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(peer);
  };
  return { server, port: (server.address() as AddressInfo).port, next };
}

export function dial(port: number): Peer {
  return new Peer(connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }));
}

export interface Through {
  readonly proxy: ChaosProxy;
  readonly client: Peer;
  readonly server: Peer;
  readonly connection: ChaosConnection;
  /** Another client, and its other end. */
  another(): Promise<Omit<Through, 'another' | 'proxy'>>;
}

/** A client that is connected to a server through a proxy. */
export async function throughProxy(options: Omit<ChaosProxyOptions, 'target'> = {}): Promise<Through> {
  const { port, next } = await tcpServer();
  const proxy = await chaosProxy({ ...options, target: { port } });
  onTestFinished(() => proxy.close());
  const another = async (): Promise<Omit<Through, 'another' | 'proxy'>> => {
    const accepted = proxy.connection();
    const client = dial(proxy.port);
    return { client, server: await next(), connection: await accepted };
  };
  return { proxy, another, ...(await another()) };
}

/** Waits for what has no event. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
