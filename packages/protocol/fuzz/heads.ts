// Decoding heads for the targets about them: as a whole and in chunks, the outcome as plain data. Whatever is thrown must be a
// HandshakeError of the decoder's two codes.

import { HandshakeError } from '../src/errors.ts';
import type { RequestHead, ResponseHead } from '../src/handshake/head.ts';
import {
  type DecodedHead,
  type HeadLimits,
  RequestHeadDecoder,
  ResponseHeadDecoder,
} from '../src/handshake/head-decoder.ts';
import { holds, same } from './invariant.ts';
import type { Input } from './target.ts';

interface HeadDecoder<Head> {
  push(chunk: Uint8Array): DecodedHead<Head> | undefined;
}

/** What came of an input: a head and the bytes it took of all, an error, or neither yet. */
export interface Decoding<Head> {
  readonly head?: Head;
  readonly consumed?: number;
  readonly error?: string;
  readonly code?: string;
}

function decode<Head>(decoder: HeadDecoder<Head>, chunks: readonly Uint8Array[]): Decoding<Head> {
  let before = 0;
  try {
    for (const chunk of chunks) {
      const decoded = decoder.push(chunk);
      if (decoded !== undefined) {
        holds('no more is consumed than came', decoded.consumed <= chunk.length, () => String(decoded.consumed));
        return { head: decoded.head, consumed: before + decoded.consumed };
      }
      before += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    holds(
      'the decoder has two codes',
      error.code === 'HEAD_INVALID' || error.code === 'HEAD_TOO_LARGE',
      () => error.code,
    );
    return { code: error.code, error: error.message };
  }
  return {};
}

function decodeBothWays<Head>(make: () => HeadDecoder<Head>, input: Input): Decoding<Head> {
  const whole = decode(make(), [input.body]);
  same('the head of the chunks', decode(make(), input.chunks()), whole);
  return whole;
}

/** A request head, the same however it is cut. */
export function decodeRequest(input: Input, limits?: HeadLimits): Decoding<RequestHead> {
  return decodeBothWays(() => new RequestHeadDecoder(limits), input);
}

/** A response head, the same however it is cut. */
export function decodeResponse(input: Input, limits?: HeadLimits): Decoding<ResponseHead> {
  return decodeBothWays(() => new ResponseHeadDecoder(limits), input);
}

/** Throws unless these bytes are exactly this request head. */
export function isRequest(invariant: string, bytes: Uint8Array, head: RequestHead): void {
  same(invariant, decode(new RequestHeadDecoder(LARGE), [bytes]), { head, consumed: bytes.length });
}

/** Throws unless these bytes are exactly this response head. */
export function isResponse(invariant: string, bytes: Uint8Array, head: ResponseHead): void {
  const { status, reason, version = 'HTTP/1.1', fields } = head;
  const whole = { head: { status, reason, version, fields }, consumed: bytes.length };
  same(invariant, decode(new ResponseHeadDecoder(LARGE), [bytes]), whole);
}

// What we write again may be a little longer than what came: `Name:value` becomes `Name: value`.
const LARGE: HeadLimits = { maxHeadBytes: 65_536 };
