// permessage-deflate without context takeover on node:zlib, in its simplest form: whole messages at once, streams on a zlib stream.

import { constants, createInflateRaw, deflateRawSync, type InflateRaw, inflateRawSync } from 'node:zlib';
import type { ViolationCode } from '../src/errors.ts';
import type { MessageTransform, PartDecoder, PartDecoderSink } from '../src/message-transform.ts';

const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** What RFC 7692, section 7.2.1 makes of a message. */
export function deflated(message: Uint8Array): Uint8Array {
  const bytes = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH });
  return plain(bytes.subarray(0, -TAIL.length));
}

/** The codec of tests. */
export class ZlibTransform implements MessageTransform {
  readonly threshold: number = 0;
  /** Zlib streams that are not closed. */
  open = 0;

  encode(message: Uint8Array, done: (payload: Uint8Array | undefined) => void): void {
    setImmediate(() => done(deflated(message)));
  }

  decode(payload: Uint8Array, limit: number, done: (message: Uint8Array | ViolationCode) => void): void {
    setImmediate(() => {
      let message: Uint8Array | ViolationCode;
      try {
        message = plain(
          inflateRawSync(Buffer.concat([payload, TAIL]), {
            finishFlush: constants.Z_SYNC_FLUSH,
            maxOutputLength: limit,
          }),
        );
      } catch (error) {
        message = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'MESSAGE_TOO_BIG' : 'DEFLATE_INVALID';
      }
      done(message);
    });
  }

  decodeParts(sink: PartDecoderSink): PartDecoder {
    this.open++;
    return new ZlibParts(sink, () => this.open--);
  }

  close(): void {}
}

class ZlibParts implements PartDecoder {
  readonly #inflate: InflateRaw = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  readonly #closed: () => void;
  #done: ((violation?: ViolationCode) => void) | undefined;

  constructor(sink: PartDecoderSink, closed: () => void) {
    this.#closed = closed;
    this.#inflate.on('data', (part: Buffer) => sink.decoded(plain(part)));
    this.#inflate.on('error', () => this.#done?.('DEFLATE_INVALID'));
  }

  push(part: Uint8Array, last: boolean, done: (violation?: ViolationCode) => void): void {
    this.#done = done;
    this.#inflate.write(last ? Buffer.concat([part, TAIL]) : part);
    // Called when what was written is inflated; a turn later, everything was read, unless reading is paused.
    this.#inflate.flush(constants.Z_SYNC_FLUSH, () => setImmediate(() => this.#settled()));
  }

  pause(): void {
    this.#inflate.pause();
  }

  resume(): void {
    this.#inflate.resume();
  }

  close(): void {
    this.#inflate.close();
    this.#closed();
  }

  #settled(): void {
    if (this.#inflate.readableLength > 0) {
      setImmediate(() => this.#settled());
      return;
    }
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}
