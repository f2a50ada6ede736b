// Frames as a peer puts them on the wire, and as a test wants to see them.

import { Buffer } from 'node:buffer';
import {
  BINARY,
  CLOSE,
  type CloseStatus,
  decodeCloseStatus,
  encodeCloseStatus,
  encodeFrame,
  type Frame,
  frames,
  type Opcode,
  PING,
  PONG,
  type Role,
  TEXT,
} from '@framewire/protocol';

const MASKING_KEY = 0x12345678;

/** What the peer of a server or of a client sends. */
export class Wire {
  readonly #maskingKey: number | undefined;

  /** @param receiver the role of the side under test */
  constructor(receiver: Role) {
    this.#maskingKey = receiver === 'server' ? MASKING_KEY : undefined;
  }

  frame(opcode: Opcode, payload: string | Uint8Array = '', fin = true): Uint8Array {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    return encodeFrame({ opcode, fin, rsv1: false, payload: bytes }, this.#maskingKey);
  }

  text(value: string): Uint8Array {
    return this.frame(TEXT, value);
  }

  binary(value: Uint8Array): Uint8Array {
    return this.frame(BINARY, value);
  }

  ping(value = ''): Uint8Array {
    return this.frame(PING, value);
  }

  pong(value: string | Uint8Array = ''): Uint8Array {
    return this.frame(PONG, value);
  }

  close(code?: number, reason = ''): Uint8Array {
    return this.frame(CLOSE, code === undefined ? '' : encodeCloseStatus(code, reason));
  }

  /** The same frame so many times, in one piece. */
  repeat(frame: Uint8Array, count: number): Buffer {
    return Buffer.alloc(frame.length * count, frame);
  }
}

const NAMES: Readonly<Record<number, string>> = { [TEXT]: 'text', [BINARY]: 'binary', [PING]: 'ping', [PONG]: 'pong' };

/** Such as `text hello`, `close 1000 bye`, `ping`. */
function describeFrame({ opcode, payload }: Frame): string {
  if (opcode === CLOSE) {
    const { code, reason } = decodeCloseStatus(payload) as CloseStatus;
    return `close ${code} ${reason}`.trimEnd();
  }
  const content = opcode === BINARY ? String(payload.length) : Buffer.from(payload).toString();
  return `${NAMES[opcode]} ${content}`.trimEnd();
}

/** What one side put on the wire. */
export function readFrames(chunks: Iterable<Uint8Array>, sender: Role): string[] {
  return [...frames(chunks, sender === 'server' ? 'client' : 'server')].map(describeFrame);
}
