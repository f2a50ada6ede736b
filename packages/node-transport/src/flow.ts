// The walk of a byte, there and back, of one connection:
//
//   in:  socket 'data' or shared-read.ts -> received -> Endpoint.receive (unmasked in place) -> text or binary -> Inbox -> listener or loop
//   out: send -> Endpoint -> Output.reserve, where the frame is written -> Output.flush -> one socket.write
//
// and what may hold it up: on the way in a consumer or others who have enough to do, on the way out a peer that reads too slowly.

import type { Channel } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Inbox, type InboxPort, type Message, type SendOptions, type Streams } from '@framewire/connection';
import {
  type ConnectionClosedError,
  Endpoint,
  type EndpointHandler,
  type MessageTransform,
  type ProtocolError,
} from '@framewire/protocol';
import { messageReceived, messageSent } from './channels.ts';
import { Output } from './output.ts';
import { SendGates } from './send-gates.ts';
import type { TransportSettings } from './settings.ts';
import type { SharedFrames } from './shared-frames.ts';
import { BYTES_RECEIVED, BYTES_SENT, MESSAGES_RECEIVED, MESSAGES_SENT } from './tally.ts';

// Why the socket is not read now; more than one may hold.
const UNREAD = 1; // the consumer has enough to do
const YIELDED = 2; // others get their turn
const HELD = 4; // a message is being inflated, or waits for somebody who can take one so large
const STREAM_UNREAD = 8; // whoever reads the stream of a message has enough to do
const PAUSED = UNREAD | YIELDED | HELD | STREAM_UNREAD;
/** The endpoint knows itself what it holds: suspended, it would not come to the end of that. */
const SUSPENDED = PAUSED & ~HELD;
// What else is to be known of the input, in the same field.
const MAY_INFLATE = 16; // what is held back may become a thousand times as much when it is delivered
const END_OWED = 32; // the peer sends nothing more, which is told behind what is held back
const OVER = 64; // nothing more is taken: there is nothing to pause
const LAST = 128; // what is left is delivered at once: nobody's turn comes before

/** A read of this many bytes filled libuv's buffer: the socket has more, and would be read again at once. */
const FULL_READ = 64 * 1024;
/** TLS cuts what was read into records of at most this many bytes (RFC 8446, section 5.1), and gives each by itself. */
const FULL_RECORD = 16 * 1024;

/** The two ways of one connection. One object with what extends it: an object of its own would take 56 bytes more of each. */
export abstract class Flow extends Output implements EndpointHandler, InboxPort {
  readonly inbox: Inbox;
  /** Whether bytes came since it was last looked at. */
  heard = false;
  protected readonly settings: TransportSettings;
  protected readonly endpoint: Endpoint;
  /** Made when messages are first taken as streams. */
  protected streamed: Streams | undefined = undefined;
  #gates: SendGates | undefined;
  #input: number;
  #messagesThisTurn = 0;
  #bytesThisTurn = 0;

  /** @param transform the codec of the extension that was agreed on */
  constructor(socket: Duplex, settings: TransportSettings, transform: MessageTransform | undefined) {
    super(socket);
    this.settings = settings;
    this.inbox = new Inbox(this, settings.inbox);
    const shared = socket instanceof Socket ? settings.endpoint : settings.foreignEndpoint;
    this.endpoint = new Endpoint(this, this, shared, transform);
    this.#input = transform === undefined ? 0 : MAY_INFLATE;
  }

  // The way in.

  /** The next bytes, from wherever they were read. */
  received(chunk: Uint8Array): void {
    this.heard = true;
    this.settings.tally.add(BYTES_RECEIVED, chunk.length);
    this.#messagesThisTurn = 0;
    this.beginRead();
    this.endpoint.receive(chunk);
    this.endRead();
    if (chunk.length < FULL_RECORD) this.#bytesThisTurn = 0;
    else this.#countBytes(chunk.length);
  }

  text(message: string): void {
    this.work();
    this.#arrived(message);
    if (this.streamed === undefined) this.inbox.push(message);
    else this.streamed.push(message);
  }

  binary(message: Uint8Array): void {
    this.work();
    this.#arrived(message);
    if (this.streamed === undefined) this.inbox.push(message);
    else this.streamed.push(message);
  }

  #arrived(message: Message): void {
    const { tally } = this.settings;
    tally.add(MESSAGES_RECEIVED, 1);
    // Of each read one: the size of every message would be a tenth of what we do for a small one.
    if (this.#messagesThisTurn === 1) tally.sizeSampled(message.length);
    if (messageReceived.hasSubscribers) this.observed(messageReceived, message);
  }

  // The way out.

  send(message: Message, options?: SendOptions): boolean {
    if (!this.#maySend()) return false;
    this.sent(message);
    if (typeof message === 'string') this.endpoint.sendText(message, options?.compress);
    else this.endpoint.sendBinary(message, options?.compress);
    return this.#hasRoom();
  }

  /** Sends what is encoded once for many connections. */
  sendShared(frames: SharedFrames, message?: Message): boolean {
    if (!this.#maySend()) return false;
    this.sent(message);
    // Behind a message that is being compressed or sent part by part it waits, as every other.
    if (this.endpoint.sending || !this.share(frames)) this.endpoint.sendEncoded(frames.bytes);
    return this.#hasRoom();
  }

  /** A message is sent; undefined for a stream. */
  protected sent(message: Message | undefined): void {
    this.settings.tally.add(MESSAGES_SENT, 1);
    if (messageSent.hasSubscribers) this.observed(messageSent, message);
  }

  /** Somebody listens for messages. */
  protected abstract observed(channel: Channel, message: Message | undefined): void;

  protected override written(count: number): void {
    this.settings.tally.add(BYTES_SENT, count);
  }

  get bufferedAmount(): number {
    return this.queuedBytes + this.endpoint.waitingAmount;
  }

  // Who sends too much.

  /** More is queued than the peer may leave unread. Does what the slow-consumer policy says, and tells whether the message is queued. */
  protected abstract isKept(): boolean;

  /** Why nothing can be sent any more. */
  protected abstract closedError(): ConnectionClosedError;

  /** How many messages the slow-consumer policy has dropped. */
  get droppedMessages(): number {
    return this.#gates?.dropped ?? 0;
  }

  /** Resolves when more may be sent. */
  drained(signal?: AbortSignal): Promise<void> {
    return this.gates.send.wait(signal);
  }

  protected override outputFlushed(): void {
    this.endpoint.flushed();
    if (this.#gates === undefined) return;
    this.#gates.stream.emptied(this.queuedBytes);
    if (this.#gates.send.emptied(this.bufferedAmount)) this.inbox.drained();
  }

  protected get gates(): SendGates {
    if (this.#gates === undefined) {
      this.#gates = new SendGates(this.settings.sendHighWater);
      if (this.endpoint.state !== 'open') this.endSending();
    }
    return this.#gates;
  }

  /** Whoever waits to send more is told that it will never be. */
  protected endSending(): void {
    this.#gates?.send.end(() => this.closedError());
  }

  #maySend(): boolean {
    if (this.endpoint.state !== 'open') return false;
    return this.bufferedAmount <= this.settings.maxSendQueue || this.#maySendMore();
  }

  #maySendMore(): boolean {
    // Only what the socket does not take shows that the peer is slow: much may have been sent in this turn.
    this.flush();
    // A listener that was told that there is room may have closed.
    if (this.endpoint.state !== 'open') return false;
    return this.bufferedAmount <= this.settings.maxSendQueue || this.isKept();
  }

  /** What `send` returns. */
  #hasRoom(): boolean {
    const amount = this.bufferedAmount;
    if (this.#gates === undefined && amount <= this.settings.sendHighWater) return true;
    return this.gates.send.filled(amount);
  }

  // Who reads too little, and who gets the next turn.

  /** Counts one message or control frame; when the turn's share is used up, others come first. */
  protected work(): void {
    if (++this.#messagesThisTurn === this.settings.messagesPerTurn) this.#yield();
  }

  /** Whether the socket is not read now. */
  get deaf(): boolean {
    return (this.#input & PAUSED) !== 0;
  }

  pause(): void {
    this.#pause(UNREAD);
  }

  resume(): void {
    this.#resume(UNREAD);
  }

  pauseStream(): void {
    this.#pause(STREAM_UNREAD);
  }

  resumeStream(): void {
    this.#resume(STREAM_UNREAD);
  }

  inputHeld(on: boolean): void {
    if (on) this.#pause(HELD);
    else this.#resume(HELD);
  }

  turnCame(): void {
    this.#bytesThisTurn = 0;
    this.#resume(YIELDED);
  }

  #countBytes(count: number): void {
    // Less than there was room for: the socket has no more.
    if (count < FULL_READ && !(this.socket instanceof TLSSocket)) {
      this.#bytesThisTurn = 0;
      return;
    }
    this.#bytesThisTurn += count;
    if (this.#bytesThisTurn >= this.settings.bytesPerTurn) this.#yield();
  }

  #yield(): void {
    if ((this.#input & (OVER | LAST | YIELDED)) !== 0) return;
    this.#pause(YIELDED);
    // The sockets that are ready are read before this runs.
    setImmediate(resumeTurn, this);
  }

  #pause(reason: number): void {
    const before = this.#input;
    if ((before & OVER) !== 0) return;
    if ((before & PAUSED) === 0) this.socket.pause();
    if (reason !== HELD && (before & SUSPENDED) === 0) this.endpoint.suspend();
    this.#input |= reason;
  }

  #resume(reason: number): void {
    if ((this.#input & reason) === 0) return;
    this.#input &= ~reason;
    if ((this.#input & SUSPENDED) === 0) {
      // While nobody read, silence said nothing.
      this.heard = true;
      if (reason !== HELD) this.#resumeEndpoint();
    }
    // What was held back may have paused again.
    if (this.deaf) return;
    this.socket.resume();
    // Not at once: what the endpoint held is delivered behind this call, and may be held again.
    if ((this.#input & END_OWED) !== 0) process.nextTick(endOwed, this);
  }

  #resumeEndpoint(): void {
    this.#messagesThisTurn = 0;
    this.beginRead();
    this.endpoint.resume();
    this.endRead();
  }

  // The end of the way in.

  /** The peer sends nothing more. */
  inputEnded(): void {
    // A message that is being inflated, and a Close behind it, came before the end, and a slow reader is still not to be flooded.
    if ((this.#input & MAY_INFLATE) !== 0 && this.deaf) {
      this.#input |= END_OWED;
      return;
    }
    this.#input &= ~END_OWED;
    this.beginRead();
    this.receiveRest();
    this.endRead();
  }

  /** Delivers what is held back, for it came before the end, and then takes nothing more. */
  protected receiveRest(): void {
    this.#input = (this.#input & ~YIELDED) | LAST;
    // As it was received it is 128 KiB at most, which nobody need have room for. Inflated, only as much as somebody has room for.
    if ((this.#input & MAY_INFLATE) === 0) this.#input = (this.#input & ~PAUSED) | OVER;
    if (!this.deaf) this.endpoint.resume();
    this.#input |= OVER;
    this.endpoint.receiveEnd();
  }

  // What the endpoint tells beside messages, and the inbox of its listener.

  abstract ping(): void;
  abstract pong(payload: Uint8Array): void;
  abstract stateChanged(): void;
  abstract failed(error: ProtocolError): void;
  abstract listenerFailed(error: unknown): void;
}

function endOwed(flow: Flow): void {
  flow.inputEnded();
}

function resumeTurn(flow: Flow): void {
  flow.turnCame();
}
