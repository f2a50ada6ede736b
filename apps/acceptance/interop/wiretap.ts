// Stands between two peers, passes on every byte, and remembers them: what a library claims to have sent is one thing, what was on the wire
// another. It reads frames in its own few lines, so that it does not share our decoder's opinion.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A frame that was on the wire. */
interface WireFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** Unmasked; of data frames too, but then perhaps compressed. */
  readonly payload: Buffer;
}

/** One side of a conversation. */
export interface Side {
  /** The request or response, in lower case. */
  readonly head: string;
  readonly frames: readonly WireFrame[];
}

/** A whole conversation. */
export interface Wire {
  readonly client: Side;
  readonly server: Side;
}

const MASK_LENGTH = 4;

export class Wiretap {
  readonly port: number;
  readonly #server: Server;
  readonly #wires: Map<string, readonly [Buffer[], Buffer[]]>;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, wires: Map<string, readonly [Buffer[], Buffer[]]>, sockets: Set<Socket>) {
    this.#server = server;
    this.#wires = wires;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Listens, and passes on to the port. */
  static async before(port: number): Promise<Wiretap> {
    const wires = new Map<string, readonly [Buffer[], Buffer[]]>();
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const said: Buffer[] = [];
      const answered: Buffer[] = [];
      near.once('data', (chunk: Buffer) => wires.set(pathOf(chunk), [said, answered]));
      join(near, far, said);
      join(far, near, answered);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Wiretap(server, wires, sockets);
  }

  /** The conversation on a path, as far as it went. It is forgotten afterwards. */
  take(path: string): Wire {
    const [said, answered] = this.#wires.get(path) ?? [[], []];
    this.#wires.delete(path);
    return { client: sideOf(said), server: sideOf(answered) };
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

function join(from: Socket, to: Socket, record: Buffer[]): void {
  from.on('data', (chunk: Buffer) => record.push(chunk));
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.end());
}

/** The path in the request line; every request of these tests comes in one segment. */
function pathOf(chunk: Buffer): string {
  return chunk.toString('latin1', 0, 200).split(' ')[1] ?? '';
}

function sideOf(chunks: readonly Buffer[]): Side {
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return { head: bytes.toString('latin1').toLowerCase(), frames: [] };
  return { head: bytes.toString('latin1', 0, end).toLowerCase(), frames: [...framesOf(bytes.subarray(end + 4))] };
}

function* framesOf(bytes: Buffer): Generator<WireFrame> {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const first = bytes.readUInt8(at);
    const second = bytes.readUInt8(at + 1);
    at += 2;
    let length = second & 0x7f;
    const extra = length === 126 ? 2 : length === 127 ? 8 : 0;
    const mask = (second & 0x80) === 0 ? 0 : MASK_LENGTH;
    if (at + extra + mask > bytes.length) return;
    if (extra === 2) length = bytes.readUInt16BE(at);
    if (extra === 8) length = Number(bytes.readBigUInt64BE(at));
    at += extra;
    const key = bytes.subarray(at, at + mask);
    at += mask;
    if (at + length > bytes.length) return;
    const payload = Buffer.from(bytes.subarray(at, at + length));
    if (mask > 0)
      for (let place = 0; place < length; place++) payload[place] = (payload[place] ?? 0) ^ (key[place & 3] ?? 0);
    at += length;
    yield { opcode: first & 0x0f, fin: (first & 0x80) !== 0, rsv1: (first & 0x40) !== 0, payload };
  }
}

/** Of the data messages of a side, the number of frames of each. */
export function framesPerMessage({ frames }: Side): number[] {
  const counts: number[] = [];
  let count = 0;
  for (const { opcode, fin } of frames) {
    if (opcode >= 8) continue;
    count += 1;
    if (!fin) continue;
    counts.push(count);
    count = 0;
  }
  return counts;
}
