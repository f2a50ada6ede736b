// The endpoint under test over an open connection, in whichever role: it masks or not by itself, so that one case tests servers
// and clients. Everything that comes must be expected: an `expect…` looks at the very next thing, and fails on any other.

import { Bell } from './bell.ts';
import { describeCodes, describeDifference, describeEnd, describeIncoming, describePayload } from './describe.ts';
import { CaseFailure } from './failure.ts';
import { Compressor, Inflator } from './wire/deflate.ts';
import type { DeflateAgreement } from './wire/deflate-parameters.ts';
import {
  BINARY,
  binary,
  close,
  encodeFrame,
  type Frame,
  type FrameFields,
  fragments,
  type Payload,
  pieces,
  ping,
  pong,
  TEXT,
  text,
  toBytes,
} from './wire/frame.ts';
import { FrameReader, type Incoming, type IncomingMessage } from './wire/frame-reader.ts';
import type { Link, LinkEnd } from './wire/link.ts';

export interface PeerOptions {
  /** What the endpoint under test is. */
  readonly endpoint: 'server' | 'client';
  readonly deflate: DeflateAgreement | undefined;
  /** When the case's time is up, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** How many messages a case sends that only shows something by sending many. */
  readonly messages: number;
}

export interface MessageOptions {
  /** Cuts the message into frames of this many octets; one frame if left out. */
  readonly fragmentSize?: number;
  /** Whether it is compressed; if left out, it is when permessage-deflate was agreed on. */
  readonly compressed?: boolean;
}

export class Peer {
  readonly endpoint: 'server' | 'client';
  readonly deflate: DeflateAgreement | undefined;
  /** How many messages a case sends that only shows something by sending many; `--messages`. */
  readonly messages: number;
  /** Below the frames. */
  readonly link: Link;
  /** False: a Close frame of the endpoint is not answered, and TCP is left open. */
  answersClose = true;

  readonly #deadline: number;
  readonly #reader: FrameReader;
  readonly #compressor: Compressor | undefined;
  readonly #incoming: Incoming[] = [];
  #end: LinkEnd | undefined;
  readonly #bell: Bell = new Bell();
  #sentClose = false;
  #closeCode: number | undefined;

  constructor(link: Link, options: PeerOptions) {
    const { endpoint, deflate, deadline, messages } = options;
    this.link = link;
    this.endpoint = endpoint;
    this.deflate = deflate;
    this.messages = messages;
    this.#deadline = deadline;
    const inflator = deflate && inflatorFor(endpoint, deflate);
    this.#compressor = deflate && compressorFor(endpoint, deflate);
    this.#reader = new FrameReader(
      { masked: endpoint === 'client', inflate: inflator && ((payload) => inflator.inflate(payload)) },
      (incoming) => this.#arrived(incoming),
    );
    link.read({
      received: (chunk) => {
        this.#reader.push(chunk);
        this.#bell.ring();
      },
      ended: (how) => {
        this.#end = how;
        this.#bell.ring();
      },
    });
  }

  /** The code of the Close frame that came; undefined when none came, or it had no code. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  /** The masking keys of the first 256 frames that came, in hexadecimal. */
  get maskingKeys(): readonly string[] {
    return this.#reader.maskingKeys;
  }

  // Sending.

  /** Several frames leave in one write. */
  send(...frames: readonly Frame[]): void {
    this.sendBytes(Buffer.concat(frames.map((frame) => this.encode(frame))));
  }

  /** Each frame leaves in a write of its own. */
  async sendEach(...frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) {
      const bytes = this.encode(frame);
      await this.link.writeInChops(bytes, Math.max(1, bytes.length));
    }
  }

  /** The octets of all frames leave in writes of `size` octets. */
  async sendInChops(size: number, ...frames: readonly Frame[]): Promise<void> {
    await this.link.writeInChops(Buffer.concat(frames.map((frame) => this.encode(frame))), size);
  }

  sendBytes(bytes: Uint8Array): void {
    this.link.write(bytes);
  }

  /** The octets of a frame as this tester's role writes them; a Close frame counts as sent. */
  encode(frame: Frame): Buffer {
    if (frame.opcode === 8) this.#sentClose = true;
    return encodeFrame(frame, this.endpoint === 'server');
  }

  text(payload: Payload = '', fields: FrameFields = {}): void {
    this.send(text(payload, fields));
  }

  binary(payload: Payload = '', fields: FrameFields = {}): void {
    this.send(binary(payload, fields));
  }

  ping(payload: Payload = '', fields: FrameFields = {}): void {
    this.send(ping(payload, fields));
  }

  pong(payload: Payload = '', fields: FrameFields = {}): void {
    this.send(pong(payload, fields));
  }

  close(code?: number, reason: Payload = '', fields: FrameFields = {}): void {
    this.send(close(code, reason, fields));
  }

  /** A whole message, compressed when that was agreed on; a string is text. */
  message(payload: Payload, options: MessageOptions = {}): void {
    this.send(...this.messageFrames(payload, options));
  }

  /** The frames of {@link message}. Compressing moves the context on, so they must be sent. */
  messageFrames(
    payload: Payload,
    { fragmentSize, compressed = this.deflate !== undefined }: MessageOptions = {},
  ): Frame[] {
    const bytes = compressed ? this.compress(payload) : toBytes(payload);
    const parts = fragmentSize === undefined ? [bytes] : pieces(bytes, fragmentSize);
    return fragments(typeof payload === 'string' ? TEXT : BINARY, parts, compressed ? { rsv: 4 } : {});
  }

  /** The payload compressed as agreed on, in the context of what was compressed before. */
  compress(payload: Payload): Buffer {
    if (this.#compressor === undefined)
      throw new Error('This case compresses without saying what it needs: give it `deflate`.');
    return this.#compressor.compress(toBytes(payload));
  }

  // Expecting.

  /** The next thing that comes, whatever it is, or how the TCP connection ended. Fails when nothing comes in time. */
  async next(expected: string): Promise<Incoming | LinkEnd> {
    return (await this.#nextWithin(this.#deadline - performance.now())) ?? this.#fail(expected, 'nothing in time');
  }

  /** As {@link next}, and fails already when nothing comes for this many milliseconds: for cases whose own time is long. */
  async nextWithin(milliseconds: number, expected: string): Promise<Incoming | LinkEnd> {
    const left = Math.min(this.#deadline - performance.now(), milliseconds);
    return (await this.#nextWithin(left)) ?? this.#fail(expected, 'nothing in time');
  }

  /** The next thing that comes, or undefined when nothing comes for this many milliseconds. */
  nextOrNothing(milliseconds: number): Promise<Incoming | LinkEnd | undefined> {
    return this.#nextWithin(milliseconds);
  }

  async expectMessage(expected = 'a message'): Promise<IncomingMessage> {
    const incoming = await this.next(expected);
    if (typeof incoming === 'string' || incoming.kind !== 'message') return this.#fail(expected, incoming);
    return incoming;
  }

  async expectText(payload: Payload): Promise<IncomingMessage> {
    return this.#expectPayload(false, payload);
  }

  async expectBinary(payload: Payload): Promise<IncomingMessage> {
    return this.#expectPayload(true, payload);
  }

  async expectPong(payload: Payload = ''): Promise<void> {
    const expected = `a Pong, ${describePayload(toBytes(payload))}`;
    const incoming = await this.next(expected);
    if (typeof incoming === 'string' || incoming.kind !== 'pong' || !incoming.payload.equals(toBytes(payload))) {
      this.#fail(expected, incoming);
    }
  }

  /** Pongs for several Pings: in order, and some may be missing but for the last (RFC 6455, section 5.5.3: "MAY elect"). */
  async expectPongs(payloads: readonly Payload[]): Promise<void> {
    const waiting = payloads.map((payload) => Buffer.from(toBytes(payload)));
    while (waiting.length > 0) {
      const expected = `a Pong, ${waiting.map(describePayload).join(' or ')}`;
      const incoming = await this.next(expected);
      const index =
        typeof incoming !== 'string' && incoming.kind === 'pong'
          ? waiting.findIndex((payload) => payload.equals(incoming.payload))
          : -1;
      if (index === -1) this.#fail(expected, incoming);
      waiting.splice(0, index + 1);
    }
  }

  /** A Close frame with one of these codes; undefined allows one without a code, and no codes at all allow every code. */
  async expectClose(...codes: readonly (number | undefined)[]): Promise<number | undefined> {
    return this.checkClose(await this.next(closeExpected(codes)), ...codes);
  }

  /** As {@link expectClose}, of something that has come. */
  checkClose(incoming: Incoming | LinkEnd, ...codes: readonly (number | undefined)[]): number | undefined {
    if (typeof incoming === 'string' || incoming.kind !== 'close') return this.#fail(closeExpected(codes), incoming);
    if (codes.length > 0 && !codes.includes(incoming.code)) return this.#fail(closeExpected(codes), incoming);
    return incoming.code;
  }

  /** The endpoint closes its side of the TCP connection, and sends nothing before. */
  async expectEnd(): Promise<void> {
    const expected = 'the end of the TCP connection';
    const incoming = await this.next(expected);
    if (typeof incoming !== 'string') this.#fail(expected, incoming);
  }

  /** The endpoint fails the connection (RFC 6455, section 7.1.7): a Close frame with one of these codes, then the end of TCP. */
  async expectFailure(...codes: readonly number[]): Promise<void> {
    await this.expectClose(...codes);
    await this.expectEnd();
  }

  /** Nothing comes for this many milliseconds. */
  async expectSilence(milliseconds: number): Promise<void> {
    const incoming = await this.#nextWithin(milliseconds);
    if (incoming !== undefined) this.#fail('nothing yet', incoming);
  }

  /**
   * The endpoint has taken in what was sent so far, and answers nothing but a Ping (RFC 6455, section 5.5.2). Legal between the
   * frames of a message, but not inside a frame.
   */
  async expectAlive(): Promise<void> {
    this.ping('alive?');
    await this.expectPong('alive?');
  }

  /** The closing handshake, begun by the tester, as the end of a case in which all went well: nothing else may come before it. */
  async finish(): Promise<void> {
    this.close(1000);
    // "typically echos the status code" (RFC 6455, section 5.5.1): an answer without a code is legal.
    await this.expectClose(1000, undefined);
    await this.expectEnd();
  }

  // Receiving.

  /** As {@link expectText} or {@link expectBinary}, of something that has come. */
  check(incoming: Incoming | LinkEnd, binary: boolean, payload: Payload): IncomingMessage {
    const bytes = toBytes(payload);
    const expected = messageExpected(binary, bytes);
    if (typeof incoming === 'string' || incoming.kind !== 'message' || incoming.binary !== binary) {
      return this.#fail(expected, incoming);
    }
    if (!incoming.payload.equals(bytes)) {
      this.#fail(expected, describeIncoming(incoming) + describeDifference(bytes, incoming.payload));
    }
    return incoming;
  }

  async #expectPayload(binary: boolean, payload: Payload): Promise<IncomingMessage> {
    return this.check(await this.next(messageExpected(binary, toBytes(payload))), binary, payload);
  }

  #arrived(incoming: Incoming): void {
    this.#incoming.push(incoming);
    if (incoming.kind !== 'close') return;
    this.#closeCode = incoming.code;
    if (!this.answersClose) return;
    // "an endpoint MUST send a Close frame in response" (RFC 6455, section 5.5.1).
    if (!this.#sentClose) this.close(incoming.code);
    // "the server MUST close the TCP connection": a client may wait for us (section 7.1.1).
    if (this.endpoint === 'client') this.link.finish();
  }

  async #nextWithin(milliseconds: number): Promise<Incoming | LinkEnd | undefined> {
    const end = performance.now() + milliseconds;
    while (this.#incoming.length === 0 && this.#end === undefined) {
      // Octets that are no whole frame ring too.
      if (!(await this.#bell.wait(end - performance.now()))) return undefined;
    }
    const incoming = this.#incoming.shift();
    if (incoming !== undefined || this.#end === undefined) return incoming;
    const unfinished = this.#reader.unfinished();
    if (unfinished !== undefined) this.#fail('whole frames', `${unfinished} before ${describeEnd(this.#end)}`);
    return this.#end;
  }

  #fail(expected: string, received: Incoming | LinkEnd | string): never {
    const what =
      received === 'fin' || received === 'reset'
        ? describeEnd(received)
        : typeof received === 'string'
          ? received
          : describeIncoming(received);
    throw new CaseFailure(`Expected ${expected}, and received ${what}.`);
  }
}

function closeExpected(codes: readonly (number | undefined)[]): string {
  return codes.length === 0 ? 'a Close frame' : describeCodes(codes);
}

function messageExpected(binary: boolean, payload: Uint8Array): string {
  return `a ${binary ? 'binary' : 'text'} message, ${describePayload(payload)}`;
}

/** What the endpoint under test compresses, the tester inflates. */
function inflatorFor(endpoint: 'server' | 'client', deflate: DeflateAgreement): Inflator {
  return endpoint === 'server'
    ? new Inflator(deflate.serverMaxWindowBits, !deflate.serverNoContextTakeover)
    : new Inflator(deflate.clientMaxWindowBits, !deflate.clientNoContextTakeover);
}

function compressorFor(endpoint: 'server' | 'client', deflate: DeflateAgreement): Compressor {
  return endpoint === 'server'
    ? new Compressor(deflate.clientMaxWindowBits, !deflate.clientNoContextTakeover)
    : new Compressor(deflate.serverMaxWindowBits, !deflate.serverNoContextTakeover);
}
