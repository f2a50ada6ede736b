// Reading accepted sockets into the shared buffer, which Node offers only to sockets that connect. This does from outside what `onread` does in
// the constructor of a socket: it sets two fields of the socket, whose names are private symbols of Node's, and calls its handle. No prototype
// is changed, and where anything is missing (Bun has none of it) the socket is read as ever. Nothing of it is public: a later Node may have it
// otherwise, so it is an option whose name says so, and each version that is supported is tested.

import type { Socket } from 'node:net';
import { sharedReads } from './shared-read.ts';
import { tell } from './socket-events.ts';

/** The names of what `onread` sets. */
interface Fields {
  readonly buffer: symbol;
  readonly callback: symbol;
}

interface Internals {
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
  [field: symbol]: unknown;
}

/** Reads an accepted socket into the shared buffer, if Node lets it: else it is read as ever. Call it before anything was read. */
export function shareReads(socket: Socket): boolean {
  const internals = socket as unknown as Internals;
  const fields = fieldsOf(internals);
  const handle = internals._handle;
  if (fields === undefined || typeof handle?.useUserBuffer !== 'function') return false;
  const { buffer, callback } = sharedReads((chunk) => give(socket, chunk));
  try {
    handle.useUserBuffer(buffer);
  } catch {
    return false;
  }
  internals[fields.buffer] = buffer;
  internals[fields.callback] = callback;
  return true;
}

/** Whether more may be read. */
function give(socket: Socket, chunk: Uint8Array): boolean {
  if (socket.readableLength === 0 && tell(socket, chunk)) return true;
  // It was left to somebody else, such as an HTTP server, who reads a stream and may keep what comes out of it.
  return socket.push(Uint8Array.prototype.slice.call(chunk));
}

/** Undefined unless both are there and unused. */
function fieldsOf(socket: Internals): Fields | undefined {
  const field = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === name && socket[symbol] === null);
  const [buffer, callback] = [field('kBuffer'), field('kBufferCb')];
  if (buffer === undefined || callback === undefined) return undefined;
  return { buffer, callback };
}
