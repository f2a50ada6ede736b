// What an attacker sends: opening handshakes and frames, put together by hand where no honest encoder would make them.

import { encodeFrame } from '@framewire/protocol';
import { RawSocket } from './raw-socket.ts';

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK = 0x1234_5678;

/** The lines of a head, and the blank one. */
export function head(...lines: readonly string[]): Buffer {
  return Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');
}

/** A request that opens a WebSocket, with further fields. */
export function openingRequest(...fields: readonly string[]): Buffer {
  return head(
    'GET / HTTP/1.1',
    'Host: x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...fields,
  );
}

/** A connection whose opening handshake is done. */
export async function opened(port: number, ...fields: readonly string[]): Promise<RawSocket> {
  const socket = await RawSocket.to(port);
  await socket.send(openingRequest(...fields));
  const answer = await socket.head();
  if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(answer);
  return socket;
}

/** How a frame differs from a whole message. */
export interface FrameBits {
  readonly fin?: boolean;
  readonly rsv1?: boolean;
}

/** A frame of a client. */
export function masked(opcode: number, payload: Uint8Array, { fin = true, rsv1 = false }: FrameBits = {}): Uint8Array {
  return encodeFrame({ opcode: opcode as 0, fin, rsv1, payload }, MASK);
}

/** A message in frames of at most so many bytes, all of one opcode but the first. */
export function fragments(opcode: number, payload: Uint8Array, size: number, rsv1 = false): Uint8Array[] {
  const count = Math.max(1, Math.ceil(payload.length / size));
  return Array.from({ length: count }, (_, i) =>
    masked(i === 0 ? opcode : 0, payload.subarray(i * size, (i + 1) * size), {
      fin: i === count - 1,
      rsv1: rsv1 && i === 0,
    }),
  );
}

/** The header of a frame with a length of 64 bits, for which nothing need follow. With a mask of zeroes, or without one. */
export function longHeader(first: number, length: bigint, isMasked: boolean): Buffer {
  const header = Buffer.alloc(isMasked ? 14 : 10);
  header[0] = first;
  header[1] = isMasked ? 0xff : 0x7f;
  header.writeBigUInt64BE(length, 2);
  return header;
}

/** The code of the Close frame that came, once nothing more can come. Whatever was agreed on, it is not compressed. */
export async function closeCode(socket: RawSocket): Promise<number | undefined> {
  await socket.finished;
  const bytes = socket.rest;
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = (bytes[at + 1] as number) & 0x7f; // both bytes are there
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes[at] === 0x88) return short < 2 ? 1005 : bytes.readUInt16BE(at + 2);
    at +=
      head +
      (short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short);
  }
  return undefined;
}
