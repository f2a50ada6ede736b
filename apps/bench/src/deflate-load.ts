// The load of an echo that compresses. What is sent was compressed once; what comes back is inflated and compared with the text when it is seen
// for the first time, and with what was found right then when it comes again, byte by byte: a server without context takeover compresses the
// same text to the same bytes. It must compress all of it.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { FrameDecoder, type FrameSink, PERMESSAGE_DEFLATE, permessageDeflateClient, TEXT } from '@framewire/protocol';
import { jsonText } from './json-text.ts';
import { requestFrame } from './load-frames.ts';
import { openMany, type RawClient } from './raw-client.ts';

export interface DeflateLoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Messages under way on each connection. */
  readonly inflight: number;
  /** Bytes of a message, before it is compressed. */
  readonly size: number;
}

/** What ends each block, and is left out (RFC 7692, section 7.2.1). */
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
/** Without context takeover: what a server sends does not depend on what it sent before. */
const OFFER = permessageDeflateClient({ serverNoContextTakeover: true, clientNoContextTakeover: true });
/** Ways to compress a text that are remembered; one is what is expected. */
const REMEMBERED = 8;

export class DeflateLoad {
  readonly #exchanges: readonly Exchange[];

  private constructor(exchanges: readonly Exchange[]) {
    this.#exchanges = exchanges;
  }

  /** Connects; nothing is sent before {@link start}. */
  static async connect({ port, connections, inflight, size }: DeflateLoadOptions): Promise<DeflateLoad> {
    const clients = await openMany(connections, () => ({ port, webSocket: true, extensions: [OFFER] }));
    const texts = Array.from({ length: inflight }, (_, n) => new Text(jsonText(n, size)));
    return new DeflateLoad(clients.map((client) => new Exchange(client, texts)));
  }

  start(): void {
    for (const exchange of this.#exchanges) exchange.start();
  }

  /** Resolves with how many messages came back since the start, when all have. Rejects when one came back wrong. */
  async stop(): Promise<number> {
    const messages = await Promise.all(this.#exchanges.map((exchange) => exchange.stop()));
    return messages.reduce((sum, some) => sum + some, 0);
  }

  close(): void {
    for (const exchange of this.#exchanges) exchange.close();
  }
}

/** A message, and what it may come back as. */
class Text {
  readonly request: Buffer;
  readonly #text: Buffer;
  readonly #replies: Buffer[] = [];

  constructor(text: string) {
    this.#text = Buffer.from(text);
    const compressed = deflateRawSync(this.#text, { finishFlush: constants.Z_SYNC_FLUSH });
    this.request = Buffer.from(requestFrame(compressed.subarray(0, -TAIL.length), TEXT, true));
  }

  isReply(payload: Uint8Array): boolean {
    if (this.#replies.some((reply) => reply.equals(payload))) return true;
    if (!inflated(payload)?.equals(this.#text)) return false;
    if (this.#replies.length < REMEMBERED) this.#replies.push(Buffer.from(payload));
    return true;
  }
}

/** Undefined when it cannot be inflated. */
function inflated(payload: Uint8Array): Buffer | undefined {
  try {
    return inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** One connection. */
class Exchange implements FrameSink {
  readonly #client: RawClient;
  readonly #texts: readonly Text[];
  /** The messages twice in a row, so that any number up to all of them lies in one piece from any of them on. */
  readonly #requests: Buffer;
  /** Where each of the messages begins. */
  readonly #offsets: number[] = [0];
  readonly #decoder: FrameDecoder = new FrameDecoder(this, 'client', true);
  #parts: Uint8Array[] = [];
  /** Which message comes back next. */
  #next = 0;
  #messages = 0;
  #underWay = 0;
  #running = false;
  #idle: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(client: RawClient, texts: readonly Text[]) {
    const twice = [...texts, ...texts].map(({ request }) => request);
    this.#client = client;
    this.#texts = texts;
    this.#requests = Buffer.concat(twice);
    let end = 0;
    for (const request of twice) {
      end += request.length;
      this.#offsets.push(end);
    }
    if (!client.extensions.some(({ name }) => name === PERMESSAGE_DEFLATE))
      this.#fail(new Error('It does not compress.'));
    client.listen({
      received: (chunk) => this.#received(chunk),
      ended: (error) => this.#fail(error ?? new Error('The server ended the connection.')),
    });
  }

  start(): void {
    this.#running = true;
    this.#messages = 0;
    this.#send(0, this.#texts.length);
  }

  async stop(): Promise<number> {
    this.#running = false;
    if (this.#underWay > 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#next = 0;
    return this.#messages;
  }

  close(): void {
    this.#client.destroy();
  }

  frameStart(opcode: number, fin: boolean, rsv1: boolean): void {
    if (opcode !== TEXT || !fin || !rsv1)
      this.#fail(new Error('It sent something that is not one compressed frame of text.'));
  }

  framePayload(source: Uint8Array, start: number, end: number): void {
    this.#parts.push(source.subarray(start, end));
  }

  frameEnd(): void {
    const [only = TAIL] = this.#parts;
    const payload = this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    if (!this.#texts[this.#next]?.isReply(payload)) this.#fail(new Error('What came back is not what was sent.'));
    this.#next = (this.#next + 1) % this.#texts.length;
    this.#messages++;
    this.#underWay--;
  }

  frameFailed(violation: string): void {
    this.#fail(new Error(violation));
  }

  #received(chunk: Uint8Array): void {
    const first = this.#next;
    const before = this.#messages;
    this.#decoder.push(chunk);
    // The chunk is only lent; the beginning of a message whose end is to come is not.
    this.#parts = this.#parts.map((part) => Buffer.from(part));
    const came = this.#messages - before;
    if (this.#running && this.#failure === undefined && came > 0) this.#send(first, came);
    else if (this.#underWay === 0) this.#idle?.();
  }

  #send(first: number, count: number): void {
    this.#underWay += count;
    this.#client.write(this.#requests.subarray(this.#offsets[first], this.#offsets[first + count]));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#idle?.();
  }
}
