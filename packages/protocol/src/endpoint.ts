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
import type { EndpointHandler, State } from './endpoint-handler.ts';
import { type EndpointOptions, EndpointSettings } from './endpoint-settings.ts';
import { type CloseStatus, ProtocolError, UsageError, VIOLATIONS } from './errors.ts';
import { type ByteSink, writeEncoded, writeFrame, writeText } from './frame-encoder.ts';
import type { ControlSink } from './message-sink.ts';
import type { MessageTransform } from './message-transform.ts';
import { BINARY, CLOSE, type Opcode, PING, PONG } from './opcode.ts';
import { PongQueue } from './pong-queue.ts';
import type { Receiver } from './receiver.ts';
import { type MessageSender, SendLane } from './send-lane.ts';
import type { MessageType } from './streamed-message.ts';

const MAX_CONTROL_PAYLOAD = 125;

/** How far the closing handshake has come. A connection that is open has none. */
interface Closing {
  /** Whether the handler heard of it. */
  told: boolean;
  failed: boolean;
  received: CloseStatus | undefined;
  sent: CloseStatus | undefined;
  receivedFirst: boolean;
}

/** The state machine of RFC 6455 after the opening handshake. */
export class Endpoint implements ControlSink {
  readonly #handler: EndpointHandler;
  readonly #out: ByteSink;
  readonly #settings: EndpointSettings;
  readonly #transform: MessageTransform | undefined;
  #state: State = 'open';
  // What most connections need now and then is made when it is needed: an idle one is this object and nothing more, 128 bytes.
  #closing: Closing | undefined;
  /** While something of the peer is under way. */
  #receiver: Receiver | undefined;
  #lane: SendLane | undefined;
  #pongs: PongQueue | undefined;
  #suspended = false;
  #streamNext = false;
  /** Nothing that comes matters any more. */
  #deaf = false;

  /**
   * @param options as {@link EndpointSettings} they are checked once for many endpoints, which share what they need while something comes in
   * @param transform the codec of the extension both sides agreed on that gives RSV1 its meaning
   * @throws UsageError INVALID_OPTION for a limit out of range, or a client without a source of masking keys
   */
  constructor(
    handler: EndpointHandler,
    out: ByteSink,
    options: EndpointOptions | EndpointSettings,
    transform?: MessageTransform,
  ) {
    this.#handler = handler;
    this.#out = out;
    this.#settings = options instanceof EndpointSettings ? options : new EndpointSettings(options);
    this.#transform = transform;
  }

  get state(): State {
    return this.#state;
  }

  /** What the peer's Close frame said, if one came. */
  get received(): CloseStatus | undefined {
    return this.#closing?.received;
  }

  /** What our Close frame said, if one was sent. */
  get sent(): CloseStatus | undefined {
    return this.#closing?.sent;
  }

  /** Whether the peer's Close came before ours was sent. */
  get receivedFirst(): boolean {
    return this.#closing?.receivedFirst === true;
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

  /**
   * Takes bytes from the peer, and with them the chunk: it is unmasked in place, and messages may be views of it. A chunk that is less than
   * half of its buffer is only lent for this call: nothing that is kept is a view of it.
   */
  receive(chunk: Uint8Array): void {
    if (this.#deaf) return;
    const receiver = this.#receiver ?? this.#attach();
    receiver.decoder.push(chunk);
    if (receiver.idle) this.#detach(receiver);
  }

  /** The transport has ended, cleanly or not. What {@link suspend} held back is dropped: {@link resume} first to have it. */
  receiveEnd(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopReceiving();
    this.#lane?.abandon();
    this.#transform?.close();
    this.#out.end();
    this.#receiver?.assembler.release();
    this.#handler.stateChanged('closed');
  }

  /**
   * Sends a text message. Dropped unless open.
   *
   * @param compress false sends it as it is, whatever was agreed on
   */
  sendText(message: string, compress = true): void {
    if (this.#state !== 'open') return;
    const lane = this.#neededLane();
    if (lane === undefined) writeText(this.#out, this.#settings, message);
    else lane.text(message, compress);
  }

  /**
   * Sends a binary message. Dropped unless open. A payload that is over 256 KiB, is compressed, or waits for another message is not copied: it
   * must not change until it was sent.
   *
   * @param compress false sends it as it is, whatever was agreed on
   */
  sendBinary(message: Uint8Array, compress = true): void {
    if (this.#state !== 'open') return;
    const lane = this.#neededLane();
    if (lane === undefined) writeFrame(this.#out, this.#settings, BINARY, true, false, message);
    else lane.binary(message, compress);
  }

  /** Sends whole frames that {@link encodeMessage} made, as a server only. Dropped unless open. */
  sendEncoded(frames: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#lane === undefined) writeEncoded(this.#out, frames);
    else this.#lane.encoded(frames);
  }

  /**
   * Sends one message frame by frame, uncompressed. What is sent meanwhile waits behind it, control frames excepted. Dropped, that is,
   * cut at once, unless open.
   */
  sendStream(type: MessageType, sender: MessageSender): void {
    if (this.#state !== 'open') return sender.cut();
    this.#lane ??= this.#makeLane();
    this.#lane.stream(type, sender);
  }

  /** While on, the next message, or the one under way, is delivered as a stream. One that has begun as a stream stays one. */
  streamNext(on: boolean): void {
    this.#streamNext = on;
    this.#receiver?.assembler.streamNext(on);
  }

  /** Fails the connection if a message is held for its size: nobody will take it as a stream. */
  refuseOversized(): void {
    this.#receiver?.assembler.refuseOversized();
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
    if (this.#state === 'open') this.#writeControl(PING, payload);
  }

  /**
   * Starts the closing handshake: what was sent before goes first, messages that arrive from now on are dropped. Does nothing unless open.
   *
   * @param code one that may stand in a frame, or 1005 for a Close without a code
   * @param reason at most 123 bytes of UTF-8
   * @param now true drops what waits for a message before it to be compressed, or to be sent part by part, also while closing
   * @throws UsageError INVALID_CLOSE_CODE, CLOSE_REASON_TOO_LONG
   */
  close(code: number, reason: string, now = false): void {
    const payload = encodeCloseStatus(code, reason);
    if (this.#state !== 'open' && !(now && this.#state === 'closing')) return;
    this.#state = 'closing';
    this.#receiver?.assembler.discard();
    // With it goes a Close that waits in the lane: this one takes its place.
    if (now) this.#lane?.abandon();
    this.#sendCloseInTurn(payload, { code, reason });
    this.#tellClosing();
    this.#receiver?.assembler.release();
  }

  /**
   * Fails the connection (RFC 6455, section 7.1.7): writes a Close frame unless one was sent, ends the transport, hears
   * nothing more. Does nothing when it has failed already, or is closed.
   */
  fail(error: ProtocolError): void {
    if (this.#state === 'closed') return;
    const closing = this.#beginClosing();
    if (closing.failed) return;
    closing.failed = true;
    this.#state = 'closing';
    this.#stopReceiving();
    this.#lane?.abandon();
    // Who was cut may have ended everything.
    if (this.state === 'closed') return;
    const reason = VIOLATIONS[error.code].message;
    this.#sendClose(encodeCloseStatus(error.closeCode, reason), { code: error.closeCode, reason });
    this.#handler.failed(error);
    this.#tellClosing();
    this.#out.end();
    this.#receiver?.assembler.release();
  }

  /** Delivers nothing until {@link resume}, also in the middle of a chunk: legal inside a handler call. The shell stops reading. */
  suspend(): void {
    this.#suspended = true;
    this.#receiver?.suspend();
  }

  /** Goes on where {@link suspend} stopped; may call the handler before it returns. */
  resume(): void {
    this.#suspended = false;
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    receiver.assembler.resume();
    // What was resumed may have suspended again.
    if (!this.#suspended && !receiver.assembler.held) receiver.decoder.resume();
    if (receiver.idle) this.#detach(receiver);
  }

  /** Tells that the transport has taken everything written so far, so that a Pong still owed can follow. */
  flushed(): void {
    const owed = this.#pongs?.owed;
    this.#pongs = undefined;
    if (owed !== undefined && this.#state === 'open') this.#answer(owed);
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
    if (on) this.#receiver?.decoder.suspend();
    this.#handler.inputHeld?.(on);
    // Who was told may have changed everything.
    const receiver = this.#receiver;
    if (!this.#suspended && receiver?.assembler.held === false) receiver.decoder.resume();
  }

  /** @internal Called by the assembler. */
  oversized(): boolean {
    return this.#handler.oversized?.() === true;
  }

  /** @internal Called by the assembler. */
  takesStreams(): boolean {
    return this.#handler.takesStreams?.() === true;
  }

  #attach(): Receiver {
    const receiver = this.#settings.receivers.take();
    this.#receiver = receiver;
    receiver.serve(this.#handler, this, this.#transform, this.#state !== 'open', this.#streamNext);
    if (this.#suspended) receiver.suspend();
    return receiver;
  }

  #detach(receiver: Receiver): void {
    this.#receiver = undefined;
    this.#settings.receivers.give(receiver);
  }

  /** What came and was not delivered is dropped. */
  #stopReceiving(): void {
    this.#deaf = true;
    // It stays here, for it may be at work. Stopped, it is of no use to anybody else.
    this.#receiver?.stop();
  }

  #neededLane(): SendLane | undefined {
    if (this.#lane === undefined && this.#transform !== undefined) this.#lane = this.#makeLane();
    return this.#lane;
  }

  #makeLane(): SendLane {
    return new SendLane(this.#out, this.#settings, this.#transform);
  }

  #pingReceived(payload: Uint8Array): void {
    // "an endpoint MUST send a Pong frame in response, unless it already received a Close frame" (section 5.5.2); after
    // our own Close nothing may follow it (section 5.5.1).
    if (this.#state === 'open') this.#answer(payload);
    this.#handler.ping(payload);
  }

  #answer(ping: Uint8Array): void {
    this.#pongs ??= new PongQueue();
    if (this.#pongs.admit(ping, this.#settings.maxQueuedPongs)) this.#writeControl(PONG, ping);
  }

  #writeControl(opcode: Opcode, payload: Uint8Array): void {
    writeFrame(this.#out, this.#settings, opcode, true, false, payload);
  }

  #closeReceived(payload: Uint8Array): void {
    const status = decodeCloseStatus(payload);
    if (typeof status === 'string') return this.fail(new ProtocolError(status));
    const closing = this.#beginClosing();
    closing.received = status;
    // "after receiving a Close frame [...] discard any further data received" (sections 1.4 and 5.5.1).
    this.#stopReceiving();
    if (closing.sent === undefined) {
      closing.receivedFirst = true;
      this.#state = 'closing';
      this.#lane?.cut();
      // "it typically echos the status code it received" (section 5.5.1).
      this.#sendCloseInTurn(encodeCloseStatus(status.code, ''), { code: status.code, reason: '' });
    }
    this.#tellClosing();
    this.#endAfterClose();
  }

  #beginClosing(): Closing {
    this.#closing ??= { told: false, failed: false, received: undefined, sent: undefined, receivedFirst: false };
    return this.#closing;
  }

  /** "An endpoint MAY delay sending a Close frame until its current message is sent" (section 5.5.1). */
  #sendCloseInTurn(payload: Uint8Array, status: CloseStatus): void {
    if (this.#lane === undefined) this.#sendClose(payload, status);
    else this.#lane.afterAll(() => this.#sendClose(payload, status));
  }

  /** Unless another was sent, or the transport has ended, while this one waited in the lane. */
  #sendClose(payload: Uint8Array, status: CloseStatus): void {
    const closing = this.#beginClosing();
    if (closing.sent !== undefined || this.#state === 'closed') return;
    // First of all: whatever the sink or the handler calls from now on, nothing can follow the Close frame (section 5.5.1).
    closing.sent = status;
    this.#writeControl(CLOSE, payload);
    // Where it waited in the lane, the peer's may have come before.
    if (closing.told) this.#endAfterClose();
  }

  #endAfterClose(): void {
    // "the server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server" (section 7.1.1).
    if (this.#settings.role === 'server' && this.received !== undefined && this.sent !== undefined) this.#out.end();
  }

  /** Once, and never after `closed`: the handler may have ended everything in a call before. */
  #tellClosing(): void {
    const closing = this.#beginClosing();
    if (closing.told || this.#state === 'closed') return;
    closing.told = true;
    this.#handler.stateChanged('closing');
  }
}
