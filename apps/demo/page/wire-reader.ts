// Reads both directions of one recorded connection: first the heads of the opening handshake, then frames.

import {
  encodeRequestHead,
  encodeResponseHead,
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

const ascii = new TextDecoder();

export class WireReader {
  request: SeenHead<RequestHead> | undefined;
  response: SeenHead<ResponseHead> | undefined;
  readonly frames: WireFrame[] = [];
  readonly #requestDecoder: RequestHeadDecoder = new RequestHeadDecoder();
  readonly #responseDecoder: ResponseHeadDecoder = new ResponseHeadDecoder();
  #fromClient: Uint8Array = new Uint8Array(0);
  #fromServer: Uint8Array = new Uint8Array(0);

  /** Takes the next bytes of one direction. */
  read(fromClient: boolean, time: number, bytes: Uint8Array): void {
    const rest = fromClient ? this.#readRequest(bytes) : this.#readResponse(bytes);
    if (fromClient) this.#fromClient = this.#readFrames(true, time, join(this.#fromClient, rest));
    else this.#fromServer = this.#readFrames(false, time, join(this.#fromServer, rest));
  }

  #readRequest(bytes: Uint8Array): Uint8Array {
    if (this.request !== undefined) return bytes;
    const decoded = this.#requestDecoder.push(bytes);
    if (decoded === undefined) return new Uint8Array(0);
    this.request = { head: decoded.head, text: ascii.decode(encodeRequestHead(decoded.head)) };
    return bytes.subarray(decoded.consumed);
  }

  #readResponse(bytes: Uint8Array): Uint8Array {
    if (this.response !== undefined) return bytes;
    const decoded = this.#responseDecoder.push(bytes);
    if (decoded === undefined) return new Uint8Array(0);
    this.response = { head: decoded.head, text: ascii.decode(encodeResponseHead(decoded.head)) };
    return bytes.subarray(decoded.consumed);
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
