// Reads both directions of one recorded connection: first the heads of the opening handshake, then frames.

import {
  type DecodedHead,
  type Frame,
  frames,
  type RequestHead,
  RequestHeadDecoder,
  type ResponseHead,
  ResponseHeadDecoder,
} from '@framewire/protocol';
import { frameSize } from './frame-size.ts';
import type { SeenHead } from './use-wire.ts';

/** A frame as it stood on the wire, and what it says. */
export interface WireFrame extends Frame {
  readonly id: number;
  readonly fromClient: boolean;
  readonly time: number;
  /** Header, masking key and payload. */
  readonly raw: Uint8Array;
}

const latin1 = new TextDecoder('latin1');

/** Decodes a head and keeps its bytes as they came. */
class HeadReader<Head> {
  readonly #decoder: { push(bytes: Uint8Array): DecodedHead<Head> | undefined };
  #text = '';
  seen: SeenHead<Head> | undefined;

  constructor(decoder: { push(bytes: Uint8Array): DecodedHead<Head> | undefined }) {
    this.#decoder = decoder;
  }

  /** Returns the bytes behind the head: the first frames. */
  read(bytes: Uint8Array): Uint8Array {
    if (this.seen !== undefined) return bytes;
    const decoded = this.#decoder.push(bytes);
    this.#text += latin1.decode(bytes.subarray(0, decoded?.consumed));
    if (decoded === undefined) return new Uint8Array(0);
    this.seen = { head: decoded.head, text: this.#text };
    return bytes.subarray(decoded.consumed);
  }
}

export class WireReader {
  readonly frames: WireFrame[] = [];
  readonly #request: HeadReader<RequestHead> = new HeadReader(new RequestHeadDecoder());
  readonly #response: HeadReader<ResponseHead> = new HeadReader(new ResponseHeadDecoder());
  #fromClient: Uint8Array = new Uint8Array(0);
  #fromServer: Uint8Array = new Uint8Array(0);

  get request(): SeenHead<RequestHead> | undefined {
    return this.#request.seen;
  }

  get response(): SeenHead<ResponseHead> | undefined {
    return this.#response.seen;
  }

  /** Takes the next bytes of one direction. */
  read(fromClient: boolean, time: number, bytes: Uint8Array): void {
    if (fromClient) this.#fromClient = this.#readFrames(true, time, join(this.#fromClient, this.#request.read(bytes)));
    else this.#fromServer = this.#readFrames(false, time, join(this.#fromServer, this.#response.read(bytes)));
  }

  /** Reads the whole frames and returns the bytes of one that is not whole yet. */
  #readFrames(fromClient: boolean, time: number, bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    for (let size = frameSize(rest); size !== undefined && size <= rest.length; size = frameSize(rest)) {
      const raw = rest.slice(0, size);
      rest = rest.subarray(size);
      for (const frame of frames([raw], fromClient ? 'server' : 'client')) {
        this.frames.push({ ...frame, id: this.frames.length, fromClient, time, raw });
      }
    }
    return rest;
  }
}

function join(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const joined = new Uint8Array(before.length + after.length);
  joined.set(before);
  joined.set(after, before.length);
  return joined;
}
