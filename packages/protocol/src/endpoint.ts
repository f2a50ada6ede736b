// One side of an open WebSocket connection, without a socket or a clock. Bytes from the peer go into `receive`, which never throws
// on what the peer sent; bytes to the peer come out of the ByteSink. The state only moves forward:
//
//   open     neither side has sent a Close frame
//   closing  a Close frame was sent or received, or the peer broke the protocol; no data is sent any more
//   closed   the transport is gone
//
// The shell's part: arm a close timer on 'closing', end the transport when the sink's `end` is called, and call `receiveEnd`
// once when the transport has ended for whatever reason (RFC 6455, section 7).

import { decodeCloseStatus, encodeCloseStatus } from './close-status.ts';
import { type CloseStatus, ProtocolError, UsageError, VIOLATIONS } from './errors.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { type ByteSink, FrameEncoder, type MaskingKeySource } from './frame-encoder.ts';
import {
  DEFAULT_MAX_FRAGMENTS,
  DEFAULT_MAX_MESSAGE_SIZE,
  DEFAULT_MAX_QUEUED_PONGS,
  DEFAULT_MAX_STREAMED_SIZE,
  type Limits,
  limit,
} from './limits.ts';
import type { Mask } from './mask.ts';
import { MessageAssembler } from './message-assembler.ts';
import type { ControlSink, MessageSink } from './message-sink.ts';
import type { MessageTransform } from './message-transform.ts';
import { CLOSE, type Opcode, PING, PONG } from './opcode.ts';
import type { Role } from './role.ts';
import { type MessageSender, SendLane } from './send-lane.ts';
import type { MessageType } from './streamed-message.ts';
import { portableText, type TextCodec } from './utf8.ts';

/** Where a connection stands after its opening handshake. */
export type State = 'open' | 'closing' | 'closed';

/** Hears what an {@link Endpoint} receives. It must not throw: the rest of the chunk would be lost with the order of the frames. */
export interface EndpointHandler extends MessageSink {
  /** A Ping came and is answered already. The payload is valid only during this call. */
  ping(payload: Uint8Array): void;
  /** The payload is valid only during this call. */
  pong(payload: Uint8Array): void;
  /** `closing`: the shell arms its close timer. */
  stateChanged(state: State): void;
  /** The connection was failed, and the Close frame is written unless one had been sent before. */
  failed(error: ProtocolError): void;
  /**
   * Whether received frames wait for something other than {@link Endpoint.resume}: a message is being restored, or is held because it is
   * oversized. The shell stops reading while on, but must not {@link Endpoint.suspend} for it: that would also hold up what is waited for.
   * Told at each change.
   */
  inputHeld?(on: boolean): void;
  /**
   * A message is over `maxMessageSize` but not over `maxStreamedMessageSize`. True holds it until {@link Endpoint.streamNext} takes it as
   * a stream or {@link Endpoint.refuseOversized} refuses it; by default it is refused.
   */
  oversized?(): boolean;
  /**
   * Whether whoever takes messages takes them as streams, though not one at this moment. A compressed message that may become larger than
   * `maxMessageSize` then waits for them instead of being inflated as a whole. Default: not.
   */
  takesStreams?(): boolean;
}

/** How an {@link Endpoint} behaves. */
export type EndpointOptions = Limits & {
  readonly mask?: Mask | undefined;
  readonly text?: TextCodec | undefined;
} & ({ readonly role: 'server' } | { readonly role: 'client'; readonly maskingKey: MaskingKeySource });

const MAX_CONTROL_PAYLOAD = 125;

/** The state machine of RFC 6455 after the opening handshake. */
export class Endpoint implements ControlSink {
  readonly #handler: EndpointHandler;
  readonly #out: ByteSink;
  readonly #role: Role;
  readonly #encoder: FrameEncoder;
  readonly #decoder: FrameDecoder;
  readonly #assembler: MessageAssembler;
  readonly #maxQueuedPongs: number;
  #state: State = 'open';
  #received: CloseStatus | undefined;
  #sent: CloseStatus | undefined;
  #receivedFirst = false;
  #pongsQueued = 0;
  /** The latest Ping's payload when too many Pongs wait already. */
  #pongOwed: Uint8Array | undefined;
  #closingTold = false;
  #failed = false;
  readonly #text: TextCodec;
  readonly #transform: MessageTransform | undefined;
  /** Made when something first takes time to send. */
  #lane: SendLane | undefined;
  // Why the decoder is suspended: the shell asked for it, or the assembler.
  #suspended = false;
  #held = false;

  /**
   * @param transform the codec of the extension both sides agreed on that gives RSV1 its meaning
   * @throws UsageError INVALID_OPTION for a limit out of range, or a client without a source of masking keys
   */
  constructor(handler: EndpointHandler, out: ByteSink, options: EndpointOptions, transform?: MessageTransform) {
    const { role, text = portableText, mask } = options;
    const maskingKey = options.role === 'client' ? options.maskingKey : undefined;
    if (role === 'client' && typeof maskingKey !== 'function') {
      throw new UsageError(
        'INVALID_OPTION',
        'A client must mask: pass maskingKey, a function that gives unpredictable 32-bit numbers (RFC 6455 10.3).',
      );
    }
    this.#handler = handler;
    this.#out = out;
    this.#role = role;
    this.#maxQueuedPongs = limit('maxQueuedPongs', options.maxQueuedPongs, DEFAULT_MAX_QUEUED_PONGS);
    this.#text = text;
    this.#transform = transform;
    this.#encoder = new FrameEncoder(out, { maskingKey, mask, text });
    const maxMessageSize = limit('maxMessageSize', options.maxMessageSize, DEFAULT_MAX_MESSAGE_SIZE[role]);
    const large = Math.max(maxMessageSize, DEFAULT_MAX_STREAMED_SIZE);
    this.#assembler = new MessageAssembler(handler, this, {
      maxMessageSize,
      maxStreamedMessageSize: limit('maxStreamedMessageSize', options.maxStreamedMessageSize, large),
      maxFrameSize: limit('maxFrameSize', options.maxFrameSize, large),
      maxFragments: limit('maxFragments', options.maxFragments, DEFAULT_MAX_FRAGMENTS),
      text,
      transform,
    });
    this.#decoder = new FrameDecoder(this.#assembler, role, transform !== undefined, mask);
    if (transform !== undefined) this.#lane = new SendLane(this.#encoder, transform, text);
  }

  get state(): State {
    return this.#state;
  }

  /** What the peer's Close frame said, if one came. */
  get received(): CloseStatus | undefined {
    return this.#received;
  }

  /** What our Close frame said, if one was sent. */
  get sent(): CloseStatus | undefined {
    return this.#sent;
  }

  /** Whether the peer's Close came before ours was sent. */
  get receivedFirst(): boolean {
    return this.#receivedFirst;
  }

  /** Bytes of messages that wait for one before them to be compressed, or to be sent part by part. */
  get waitingAmount(): number {
    return this.#lane?.size ?? 0;
  }

  /** Whether a message is being compressed, or sent part by part. */
  get sending(): boolean {
    return this.#lane?.idle === false;
  }

  /** Bytes written so far of messages sent part by part: it grows while they move. */
  get streamedAmount(): number {
    return this.#lane?.streamed ?? 0;
  }

  /** Takes bytes from the peer, and with them the chunk: it is unmasked in place, and messages may be views of it. */
  receive(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
  }

  /** The transport has ended, cleanly or not. What {@link suspend} held back is dropped: {@link resume} first to have it. */
  receiveEnd(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#decoder.stop();
    this.#assembler.discard();
    this.#lane?.abandon();
    this.#transform?.close();
    this.#out.end();
    this.#assembler.release();
    this.#handler.stateChanged('closed');
  }

  /**
   * Sends a text message. Dropped unless open.
   *
   * @param compress false sends it as it is, whatever was agreed on
   */
  sendText(message: string, compress = true): void {
    if (this.#state !== 'open') return;
    if (this.#lane === undefined) this.#encoder.text(message);
    else this.#lane.text(message, compress);
  }

  /**
   * Sends a binary message. Dropped unless open. A payload that is over 256 KiB, is compressed, or waits for another message is not copied: it
   * must not change until it was sent.
   *
   * @param compress false sends it as it is, whatever was agreed on
   */
  sendBinary(message: Uint8Array, compress = true): void {
    if (this.#state !== 'open') return;
    if (this.#lane === undefined) this.#encoder.binary(message);
    else this.#lane.binary(message, compress);
  }

  /** Sends whole frames that {@link encodeMessage} made, as a server only. Dropped unless open. */
  sendEncoded(frames: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#lane === undefined) this.#encoder.encoded(frames);
    else this.#lane.encoded(frames);
  }

  /**
   * Sends one message frame by frame, uncompressed. What is sent meanwhile waits behind it, control frames excepted. Dropped, that is,
   * cut at once, unless open.
   */
  sendStream(type: MessageType, sender: MessageSender): void {
    if (this.#state !== 'open') return sender.cut();
    this.#lane ??= new SendLane(this.#encoder, this.#transform, this.#text);
    this.#lane.stream(type, sender);
  }

  /** While on, the next message, or the one under way, is delivered as a stream. One that has begun as a stream stays one. */
  streamNext(on: boolean): void {
    this.#assembler.streamNext(on);
  }

  /** Fails the connection if a message is held for its size: nobody will take it as a stream. */
  refuseOversized(): void {
    this.#assembler.refuseOversized();
  }

  /**
   * Sends a Ping. Dropped unless open.
   *
   * @throws UsageError CONTROL_PAYLOAD_TOO_LONG for a payload over 125 bytes (RFC 6455, section 5.5)
   */
  ping(payload: Uint8Array): void {
    if (payload.length > MAX_CONTROL_PAYLOAD) {
      throw new UsageError(
        'CONTROL_PAYLOAD_TOO_LONG',
        `A Ping holds at most ${MAX_CONTROL_PAYLOAD} bytes, this one has ${payload.length} (RFC 6455 5.5).`,
      );
    }
    if (this.#state === 'open') this.#encoder.frame(PING, true, false, payload);
  }

  /**
   * Starts the closing handshake: what was sent before goes first, messages that arrive from now on are dropped. Does nothing unless open.
   *
   * @param code one that may stand in a frame, or 1005 for a Close without a code
   * @param reason at most 123 bytes of UTF-8
   * @param now true drops what waits for a message before it to be compressed, or to be sent part by part
   * @throws UsageError INVALID_CLOSE_CODE, CLOSE_REASON_TOO_LONG
   */
  close(code: number, reason: string, now = false): void {
    const payload = encodeCloseStatus(code, reason);
    if (this.#state !== 'open' && !(now && this.#state === 'closing')) return;
    this.#state = 'closing';
    this.#assembler.discard();
    // With it goes a Close that waits in the lane: this one takes its place.
    if (now) this.#lane?.abandon();
    this.#sendCloseInTurn(payload, { code, reason });
    this.#tellClosing();
    this.#assembler.release();
  }

  /**
   * Fails the connection (RFC 6455, section 7.1.7): writes a Close frame unless one was sent, ends the transport, hears
   * nothing more. Does nothing when it has failed already, or is closed.
   */
  fail(error: ProtocolError): void {
    if (this.#failed || this.#state === 'closed') return;
    this.#failed = true;
    this.#state = 'closing';
    this.#decoder.stop();
    this.#assembler.discard();
    this.#lane?.abandon();
    // Who was cut may have ended everything.
    if (this.state === 'closed') return;
    const reason = VIOLATIONS[error.code].message;
    this.#sendClose(encodeCloseStatus(error.closeCode, reason), { code: error.closeCode, reason });
    this.#handler.failed(error);
    this.#tellClosing();
    this.#out.end();
    this.#assembler.release();
  }

  /** Delivers nothing until {@link resume}, also in the middle of a chunk: legal inside a handler call. The shell stops reading. */
  suspend(): void {
    this.#suspended = true;
    this.#decoder.suspend();
    this.#assembler.pause();
  }

  /** Goes on where {@link suspend} stopped; may call the handler before it returns. */
  resume(): void {
    this.#suspended = false;
    this.#assembler.resume();
    // What was resumed may have suspended again.
    if (!this.#suspended && !this.#held) this.#decoder.resume();
  }

  /** Tells that the transport has taken everything written so far, so that a Pong still owed can follow. */
  flushed(): void {
    this.#pongsQueued = 0;
    const owed = this.#pongOwed;
    if (owed === undefined) return;
    this.#pongOwed = undefined;
    if (this.#state === 'open') this.#sendPong(owed);
  }

  /** @internal Called by the assembler. */
  controlReceived(opcode: Opcode, payload: Uint8Array): void {
    if (opcode === PING) this.#pingReceived(payload);
    else if (opcode === PONG) this.#handler.pong(payload);
    else this.#closeReceived(payload);
  }

  /** @internal Called by the assembler. */
  violated(error: ProtocolError): void {
    this.fail(error);
  }

  /** @internal Called by the assembler. */
  held(on: boolean): void {
    this.#held = on;
    if (on) this.#decoder.suspend();
    this.#handler.inputHeld?.(on);
    if (!this.#held && !this.#suspended) this.#decoder.resume();
  }

  /** @internal Called by the assembler. */
  oversized(): boolean {
    return this.#handler.oversized?.() === true;
  }

  /** @internal Called by the assembler. */
  takesStreams(): boolean {
    return this.#handler.takesStreams?.() === true;
  }

  #pingReceived(payload: Uint8Array): void {
    // "an endpoint MUST send a Pong frame in response, unless it already received a Close frame" (section 5.5.2); after
    // our own Close nothing may follow it (section 5.5.1).
    if (this.#state === 'open') {
      // "MAY elect to send a Pong frame for only the most recently processed Ping" (section 5.5.3): so a peer that pings
      // and never reads cannot fill our queue.
      if (this.#pongsQueued < this.#maxQueuedPongs) this.#sendPong(payload);
      else this.#pongOwed = new Uint8Array(payload); // not slice(): a Node Buffer's does not copy
    }
    this.#handler.ping(payload);
  }

  #sendPong(payload: Uint8Array): void {
    this.#pongsQueued++;
    this.#encoder.frame(PONG, true, false, payload);
  }

  #closeReceived(payload: Uint8Array): void {
    const status = decodeCloseStatus(payload);
    if (typeof status === 'string') return this.fail(new ProtocolError(status));
    this.#received = status;
    // "after receiving a Close frame [...] discard any further data received" (sections 1.4 and 5.5.1).
    this.#decoder.stop();
    this.#assembler.discard();
    if (this.#sent === undefined) {
      this.#receivedFirst = true;
      this.#state = 'closing';
      this.#lane?.cut();
      // "it typically echos the status code it received" (section 5.5.1).
      this.#sendCloseInTurn(encodeCloseStatus(status.code, ''), { code: status.code, reason: '' });
    }
    this.#tellClosing();
    this.#endAfterClose();
  }

  /** "An endpoint MAY delay sending a Close frame until its current message is sent" (section 5.5.1). */
  #sendCloseInTurn(payload: Uint8Array, status: CloseStatus): void {
    if (this.#lane === undefined) this.#sendClose(payload, status);
    else this.#lane.afterAll(() => this.#sendClose(payload, status));
  }

  /** Unless another was sent, or the transport has ended, while this one waited in the lane. */
  #sendClose(payload: Uint8Array, status: CloseStatus): void {
    if (this.#sent !== undefined || this.#state === 'closed') return;
    // First of all: whatever the sink or the handler calls from now on, nothing can follow the Close frame (section 5.5.1).
    this.#sent = status;
    this.#encoder.frame(CLOSE, true, false, payload);
    // Where it waited in the lane, the peer's may have come before.
    if (this.#closingTold) this.#endAfterClose();
  }

  #endAfterClose(): void {
    // "the server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server" (section 7.1.1).
    if (this.#role === 'server' && this.#received !== undefined && this.#sent !== undefined) this.#out.end();
  }

  /** Once, and never after `closed`: the handler may have ended everything in a call before. */
  #tellClosing(): void {
    if (this.#closingTold || this.#state === 'closed') return;
    this.#closingTold = true;
    this.#handler.stateChanged('closing');
  }
}
