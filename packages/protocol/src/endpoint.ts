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
  type Limits,
  limit,
} from './limits.ts';
import type { Mask } from './mask.ts';
import { type ControlSink, MessageAssembler, type MessageSink } from './message-assembler.ts';
import { CLOSE, type Opcode, PING, PONG } from './opcode.ts';
import type { Role } from './role.ts';
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

  /** @throws UsageError INVALID_OPTION for a limit out of range, or a client without a source of masking keys */
  constructor(handler: EndpointHandler, out: ByteSink, options: EndpointOptions) {
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
    this.#encoder = new FrameEncoder(out, { maskingKey, mask, text });
    this.#assembler = new MessageAssembler(handler, this, {
      maxMessageSize: limit('maxMessageSize', options.maxMessageSize, DEFAULT_MAX_MESSAGE_SIZE[role]),
      maxFragments: limit('maxFragments', options.maxFragments, DEFAULT_MAX_FRAGMENTS),
      text,
    });
    this.#decoder = new FrameDecoder(this.#assembler, role, false, mask);
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

  /** Takes bytes from the peer, and with them the chunk: it is unmasked in place, and messages may be views of it. */
  receive(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
  }

  /** The transport has ended, cleanly or not. What {@link suspend} held back is dropped: {@link resume} first to have it. */
  receiveEnd(): void {
    if (this.#state === 'closed') return;
    this.#decoder.stop();
    this.#assembler.discard();
    this.#state = 'closed';
    this.#out.end();
    this.#handler.stateChanged('closed');
  }

  /** Sends a text message. Dropped unless open. */
  sendText(message: string): void {
    if (this.#state === 'open') this.#encoder.text(message);
  }

  /** Sends a binary message. Dropped unless open. A payload over 256 KiB is not copied: it must not change until it was sent. */
  sendBinary(message: Uint8Array): void {
    if (this.#state === 'open') this.#encoder.binary(message);
  }

  /** Sends whole frames that {@link encodeMessage} made, as a server only. Dropped unless open. */
  sendEncoded(frames: Uint8Array): void {
    if (this.#state === 'open') this.#encoder.encoded(frames);
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
   * @throws UsageError INVALID_CLOSE_CODE, CLOSE_REASON_TOO_LONG
   */
  close(code: number, reason: string): void {
    const payload = encodeCloseStatus(code, reason);
    if (this.#state !== 'open') return;
    this.#assembler.discard();
    this.#sendClose(payload, { code, reason });
    this.#tellClosing();
  }

  /**
   * Fails the connection (RFC 6455, section 7.1.7): writes a Close frame unless one was sent, ends the transport, hears
   * nothing more. Does nothing when it has failed already, or is closed.
   */
  fail(error: ProtocolError): void {
    if (this.#failed || this.#state === 'closed') return;
    this.#failed = true;
    this.#decoder.stop();
    if (this.#sent === undefined) {
      const reason = VIOLATIONS[error.code].message;
      this.#sendClose(encodeCloseStatus(error.closeCode, reason), { code: error.closeCode, reason });
    }
    this.#handler.failed(error);
    this.#tellClosing();
    this.#out.end();
  }

  /** Delivers nothing until {@link resume}, also in the middle of a chunk: legal inside a handler call. The shell stops reading. */
  suspend(): void {
    this.#decoder.suspend();
  }

  /** Goes on where {@link suspend} stopped; may call the handler before it returns. */
  resume(): void {
    this.#decoder.resume();
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
    if (this.#sent === undefined) {
      this.#receivedFirst = true;
      // "it typically echos the status code it received" (section 5.5.1).
      this.#sendClose(encodeCloseStatus(status.code, ''), { code: status.code, reason: '' });
    }
    this.#tellClosing();
    // "the server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server" (section 7.1.1).
    if (this.#role === 'server') this.#out.end();
  }

  #sendClose(payload: Uint8Array, status: CloseStatus): void {
    // The state first: whatever the sink or the handler calls from now on, nothing can follow the Close frame (section 5.5.1).
    this.#state = 'closing';
    this.#sent = status;
    this.#encoder.frame(CLOSE, true, false, payload);
  }

  /** Once, and never after `closed`: the handler may have ended everything in a call before. */
  #tellClosing(): void {
    if (this.#closingTold || this.#state === 'closed') return;
    this.#closingTold = true;
    this.#handler.stateChanged('closing');
  }
}
