// A strict reader of what the endpoint under test sends. It never throws: what the endpoint does wrong is itself
// something that came in, as a fault that names the section of the RFC it breaks, and after a fault nothing more is read.

import { isUtf8 } from 'node:buffer';
import { mayBeSent } from './close-code.ts';
import { applyMask, BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './frame.ts';

/** What one frame of a message looked like. */
export interface FrameShape {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly length: number;
}

export interface IncomingMessage {
  readonly kind: 'message';
  readonly binary: boolean;
  /** After inflating, where it came compressed. */
  readonly payload: Buffer;
  readonly compressed: boolean;
  readonly frames: readonly FrameShape[];
}

interface IncomingControl {
  readonly kind: 'ping' | 'pong';
  readonly payload: Buffer;
}

interface IncomingClose {
  readonly kind: 'close';
  /** Undefined when the Close frame has no payload. */
  readonly code: number | undefined;
  readonly reason: string;
}

interface IncomingFault {
  readonly kind: 'fault';
  /** One sentence without a full stop that begins with what the endpoint sent. */
  readonly what: string;
  /** The section that forbids it. */
  readonly rfc: string;
}

export type Incoming = IncomingMessage | IncomingControl | IncomingClose | IncomingFault;

export interface FrameReaderOptions {
  /** Whether the endpoint is a client, which must mask. */
  readonly masked: boolean;
  /** Inflates a whole compressed message; undefined when permessage-deflate was not agreed on. Throws on invalid data. */
  readonly inflate: ((payload: Buffer) => Buffer) | undefined;
}

interface Header {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly length: number;
  readonly size: number;
}

class Fault extends Error {
  readonly rfc: string;

  constructor(what: string, rfc: string) {
    super(what);
    this.rfc = rfc;
  }
}

const KEPT_KEYS = 256;

export class FrameReader {
  /** The masking keys of the first frames, in hexadecimal. */
  readonly maskingKeys: string[] = [];
  readonly #options: FrameReaderOptions;
  readonly #deliver: (incoming: Incoming) => void;
  #waiting: Buffer[] = [];
  #waitingLength = 0;
  #needed = 2;
  #message: { binary: boolean; compressed: boolean; payloads: Buffer[]; frames: FrameShape[] } | undefined;
  #closed = false;
  #failed = false;

  constructor(options: FrameReaderOptions, deliver: (incoming: Incoming) => void) {
    this.#options = options;
    this.#deliver = deliver;
  }

  push(chunk: Buffer): void {
    if (this.#failed || chunk.length === 0) return;
    this.#waiting.push(chunk);
    this.#waitingLength += chunk.length;
    // Joined only when a whole frame may be there, or a large message would be copied for every chunk.
    if (this.#waitingLength < this.#needed) return;
    try {
      this.#read();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#failed = true;
      this.#deliver({ kind: 'fault', what: error.message, rfc: error.rfc });
    }
  }

  /** Says what the end of the stream cuts off, if anything. */
  unfinished(): string | undefined {
    if (this.#failed) return undefined;
    if (this.#waitingLength > 0) return `a frame of which only ${this.#waitingLength} octets came`;
    return this.#message === undefined ? undefined : 'a message without its last frame';
  }

  #read(): void {
    let bytes = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting);
    for (;;) {
      if (this.#closed && bytes.length > 0) {
        throw new Fault(`${bytes.length} octets after its Close frame`, '6455 5.5.1');
      }
      const header = readHeader(bytes);
      if (header !== undefined) this.#check(header);
      const whole = header === undefined ? headerSize(bytes) : header.size + header.length;
      if (header === undefined || bytes.length < whole) {
        this.#waiting = bytes.length === 0 ? [] : [bytes];
        this.#waitingLength = bytes.length;
        this.#needed = whole;
        return;
      }
      if (header.masked && this.maskingKeys.length < KEPT_KEYS) {
        this.maskingKeys.push(bytes.toString('hex', header.size - 4, header.size));
      }
      this.#frame(header, payloadOf(bytes.subarray(0, whole), header));
      bytes = bytes.subarray(whole);
    }
  }

  /** What is wrong with a header is said before its payload comes. */
  #check(header: Header): void {
    const { opcode, rsv, fin, length, masked } = header;
    if (masked && !this.#options.masked) throw new Fault('a masked frame from a server', '6455 5.1');
    if (!masked && this.#options.masked) throw new Fault('an unmasked frame from a client', '6455 5.1');
    if ((opcode > BINARY && opcode < CLOSE) || opcode > PONG) {
      throw new Fault(`a frame with the reserved opcode ${opcode}`, '6455 5.2');
    }
    if (rsv !== 0 && !this.#rsv1Allowed(header)) {
      throw new Fault(`a frame of opcode ${opcode} with the reserved bits ${bits(rsv)}`, '6455 5.2');
    }
    if (opcode >= CLOSE) {
      if (!fin) throw new Fault('a fragmented control frame', '6455 5.5');
      if (length > 125) throw new Fault(`a control frame of ${length} octets`, '6455 5.5');
      return;
    }
    if (opcode === CONTINUATION && this.#message === undefined) {
      throw new Fault('a continuation frame with no message to continue', '6455 5.4');
    }
    if (opcode !== CONTINUATION && this.#message !== undefined) {
      throw new Fault('a new message before the last one was finished', '6455 5.4');
    }
  }

  /** RSV1 marks the first frame of a compressed message, and nothing else (RFC 7692, section 6). */
  #rsv1Allowed({ rsv, opcode }: Header): boolean {
    return rsv === 4 && this.#options.inflate !== undefined && (opcode === TEXT || opcode === BINARY);
  }

  #frame({ opcode, fin, rsv, length }: Header, payload: Buffer): void {
    if (opcode === PING || opcode === PONG) {
      this.#deliver({ kind: opcode === PING ? 'ping' : 'pong', payload });
      return;
    }
    if (opcode === CLOSE) {
      this.#closed = true;
      this.#deliver(readClose(payload));
      return;
    }
    this.#message ??= { binary: opcode === BINARY, compressed: rsv === 4, payloads: [], frames: [] };
    this.#message.payloads.push(payload);
    this.#message.frames.push({ opcode, fin, rsv, length });
    if (fin) this.#endOfMessage();
  }

  #endOfMessage(): void {
    const message = this.#message;
    if (message === undefined) return;
    this.#message = undefined;
    const { binary, compressed, payloads, frames } = message;
    const joined = payloads.length === 1 ? (payloads[0] as Buffer) : Buffer.concat(payloads);
    const payload = compressed ? this.#inflated(joined) : joined;
    if (!binary && !isUtf8(payload)) throw new Fault('a text message that is not valid UTF-8', '6455 8.1');
    this.#deliver({ kind: 'message', binary, compressed, payload, frames });
  }

  #inflated(payload: Buffer): Buffer {
    try {
      return (this.#options.inflate as (payload: Buffer) => Buffer)(payload);
    } catch (error) {
      throw new Fault(`a compressed message that cannot be inflated (${(error as Error).message})`, '7692 7.2.2');
    }
  }
}

/** How many octets must be there before more can be said. */
function headerSize(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const second = bytes[1] as number;
  const short = second & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function readHeader(bytes: Buffer): Header | undefined {
  const size = headerSize(bytes);
  if (bytes.length < size) return undefined;
  const [first = 0, second = 0] = bytes;
  return {
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    opcode: first & 0xf,
    masked: (second & 0x80) !== 0,
    length: readLength(bytes, second & 0x7f),
    size,
  };
}

function readLength(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  const length = short === 126 ? BigInt(bytes.readUInt16BE(2)) : bytes.readBigUInt64BE(2);
  if (length >> 63n) throw new Fault('a 64-bit length whose most significant bit is set', '6455 5.2');
  if (length < (short === 126 ? 126n : 65_536n)) {
    throw new Fault(`the length ${length} in more octets than it needs`, '6455 5.2');
  }
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault(`a frame of ${length} octets`, '6455 5.2');
  return Number(length);
}

/** A copy, because unmasking is in place and the chunk is in the log too. */
function payloadOf(bytes: Buffer, { size, masked }: Header): Buffer {
  const payload = Buffer.from(bytes.subarray(size));
  if (masked) applyMask(payload, bytes.subarray(size - 4, size));
  return payload;
}

function readClose(payload: Buffer): IncomingClose {
  if (payload.length === 0) return { kind: 'close', code: undefined, reason: '' };
  if (payload.length === 1) throw new Fault('a Close frame of 1 octet', '6455 5.5.1');
  const code = payload.readUInt16BE(0);
  if (!mayBeSent(code)) throw new Fault(`a Close frame with the code ${code}, which is never sent`, '6455 7.4');
  const reason = payload.subarray(2);
  if (!isUtf8(reason)) throw new Fault('a Close frame whose reason is not valid UTF-8', '6455 5.5.1');
  return { kind: 'close', code, reason: reason.toString('utf8') };
}

function bits(rsv: number): string {
  return ['RSV1', 'RSV2', 'RSV3'].filter((_, index) => rsv & (4 >> index)).join(', ');
}
