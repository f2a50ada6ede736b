// The page shall see its own conversation as it stood on the wire, and a browser does not show that. So everything that reaches the demo
// passes through this tap: a plain TCP forwarder that keeps a bounded copy of the bytes of those connections that ask for it by a
// `tap` in their query, for whoever asks for that tap.

import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { HandshakeError, RequestHeadDecoder } from '@framewire/protocol';

/** Bytes one side sent, and when. */
export interface WirePiece {
  readonly fromClient: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly bytes: Uint8Array;
}

const MAX_RECORDINGS = 200;
const MAX_RECORDED_BYTES = 1024 * 1024;
const TAP_QUERY = /[?&]tap=([\w-]{8,64})(?:&|$)/;

/** What passed over one tapped connection. Emits `piece` for each further piece. */
export class Recording extends EventEmitter<{ piece: [WirePiece] }> {
  readonly pieces: WirePiece[] = [];
  #bytes = 0;

  add(piece: WirePiece): void {
    // Bounded: a conversation that is longer than the page would ever show is not kept any further.
    this.#bytes += piece.bytes.length;
    if (this.#bytes > MAX_RECORDED_BYTES) return;
    this.pieces.push(piece);
    this.emit('piece', piece);
  }
}

/** Forwards TCP connections and records those that ask for it. */
export class WireTap {
  readonly server: Server;
  #target: AddressInfo | undefined;
  readonly #recordings: Map<string, Recording> = new Map();
  readonly #sockets: Set<Socket> = new Set();

  constructor() {
    this.server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      // Nothing is accepted before listen() has set the target.
      const { address, port } = this.#target as AddressInfo;
      this.#forward(client, connectTcp({ host: address, port, noDelay: true, allowHalfOpen: true }));
    });
  }

  /** Accepts connections at the address and forwards them to the target. Rejects with the system's error. */
  async listen(at: { host: string; port: number }, target: AddressInfo): Promise<void> {
    this.#target = target;
    this.server.listen(at);
    await once(this.server, 'listening');
  }

  /** The recording a query names, which may be asked for before its connection comes. Undefined when it names none. */
  recording(query: string): Recording | undefined {
    const name = TAP_QUERY.exec(query)?.[1];
    if (name === undefined) return undefined;
    const known = this.#recordings.get(name);
    if (known !== undefined) return known;
    const recording = new Recording();
    this.#recordings.set(name, recording);
    // The oldest goes first: a Map keeps the order of insertion.
    const [oldest] = this.#recordings.keys();
    if (this.#recordings.size > MAX_RECORDINGS && oldest !== undefined) this.#recordings.delete(oldest);
    return recording;
  }

  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(client: Socket, upstream: Socket): void {
    const copy = new Copy((target) => (target.startsWith('/wire') ? undefined : this.recording(target)));
    client.on('data', (chunk) => copy.fromClient(chunk));
    upstream.on('data', (chunk) => copy.fromServer(chunk));
    this.#join(client, upstream);
    this.#join(upstream, client);
  }

  #join(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.pipe(other);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroySoon();
    });
  }
}

/** Copies one connection into a recording, if its request asks for one. */
class Copy {
  readonly #find: (target: string) => Recording | undefined;
  readonly #head: RequestHeadDecoder = new RequestHeadDecoder();
  #before: Uint8Array[] | undefined = [];
  #recording: Recording | undefined;

  constructor(find: (target: string) => Recording | undefined) {
    this.#find = find;
  }

  fromClient(chunk: Uint8Array): void {
    if (this.#before === undefined) {
      this.#record(true, chunk);
      return;
    }
    this.#before.push(chunk);
    try {
      const decoded = this.#head.push(chunk);
      if (decoded === undefined) return;
      this.#recording = this.#find(decoded.head.target);
    } catch (error) {
      // What is no HTTP head is for the server to refuse.
      if (!(error instanceof HandshakeError)) throw error;
    }
    for (const bytes of this.#before) this.#record(true, bytes);
    this.#before = undefined;
  }

  fromServer(chunk: Uint8Array): void {
    this.#record(false, chunk);
  }

  #record(fromClient: boolean, bytes: Uint8Array): void {
    this.#recording?.add({ fromClient, time: Date.now(), bytes });
  }
}
