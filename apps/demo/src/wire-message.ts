// How a piece of the wire is told to the page: one byte of direction (1 from the client), eight of time, then the bytes as they were.

import type { WirePiece } from './wire-tap.ts';

const HEADER = 9;

export function wireMessage({ fromClient, time, bytes }: WirePiece): Uint8Array {
  const message = new Uint8Array(HEADER + bytes.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, fromClient ? 1 : 0);
  view.setFloat64(1, time);
  message.set(bytes, HEADER);
  return message;
}
