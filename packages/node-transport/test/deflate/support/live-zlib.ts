// The reference: the way RFC 7692 describes it, with one zlib stream for all messages of a direction, or a new one for each.

import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';

const OMITTED = Uint8Array.of(0, 0, 0xff, 0xff);

/** Compresses messages one after the other. */
export class LiveDeflater {
  readonly #options: { readonly windowBits: number; readonly level?: number };
  readonly #takeover: boolean;
  #stream: DeflateRaw | undefined;

  constructor(takeover: boolean, windowBits = 15, level = 6) {
    this.#takeover = takeover;
    this.#options = { windowBits, level };
  }

  async payload(message: Uint8Array): Promise<Uint8Array> {
    this.#stream ??= createDeflateRaw(this.#options);
    const stream = this.#stream;
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => void chunks.push(chunk);
    stream.on('data', collect);
    stream.write(message);
    await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
    stream.off('data', collect);
    if (!this.#takeover) this.close();
    const all = Buffer.concat(chunks);
    return all.subarray(0, all.length - OMITTED.length);
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}

/** Restores them. */
export class LiveInflater {
  readonly #windowBits: number;
  readonly #takeover: boolean;
  #stream: InflateRaw | undefined;

  constructor(takeover: boolean, windowBits = 15) {
    this.#takeover = takeover;
    this.#windowBits = windowBits;
  }

  async message(payload: Uint8Array): Promise<Uint8Array> {
    this.#stream ??= createInflateRaw({ windowBits: this.#windowBits });
    const stream = this.#stream;
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => void chunks.push(chunk);
    stream.on('data', collect);
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
      stream.once('error', reject);
    });
    stream.write(payload);
    stream.write(OMITTED);
    await Promise.race([new Promise<void>((resolve) => stream.flush(resolve)), failed]);
    stream.off('data', collect).off('error', fail);
    if (!this.#takeover) this.close();
    return new Uint8Array(Buffer.concat(chunks));
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
