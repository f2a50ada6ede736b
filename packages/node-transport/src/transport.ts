// Any Duplex on one side, an Endpoint on the other, a consumer on top. The walk of a byte stands in flow.ts; here is what else there is to a
// connection: who consumes, streams, Pings, and its end. Whatever happens to the socket, in whatever order its events come, there is exactly
// one end, and everything that waits learns it.
//
// An idle connection is this object and its Inbox. It extends Flow and Output instead of having them, and what most never need (gates,
// streams, Pings, an ending) is made when it is needed: 360 bytes with the SocketConnection instead of 688.

import type { Channel } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';
import {
  type Chunks,
  type Closure,
  closeCause,
  type Listener,
  type Message,
  type MessageStream,
  OutgoingStream,
  type SendStreamOptions,
  Streams,
  type StreamsPort,
} from '@framewire/connection';
import {
  type ConnectionClosedError,
  type EndingCode,
  INTERNAL_ERROR,
  type MessageTransform,
  type MessageType,
  POLICY_VIOLATION,
  type ProtocolError,
  type Role,
  type State,
} from '@framewire/protocol';
import {
  type ConnectionClosed,
  connectionClosed,
  type LimitHit,
  limitHit,
  type MessageReceived,
  type MessageSent,
  messageReceived,
} from './channels.ts';
import { type ChunkWriterPort, FrameChunkWriter } from './chunk-writer.ts';
import { CloseWait, type Closing } from './close-wait.ts';
import { ControlFrames } from './control-frames.ts';
import { Ending } from './ending.ts';
import { Flow } from './flow.ts';
import type { Watched } from './keepalive.ts';
import { LimitError } from './limit-error.ts';
import { limitOptionOf } from './limit-option.ts';
import type { NodeConnection } from './node-connection.ts';
import { reset } from './reset.ts';
import type { TransportSettings } from './settings.ts';
import { type SlowConsumerVerdict, verdictOn } from './slow-consumer.ts';
import { hear, type SocketListener } from './socket-events.ts';
import { MESSAGES_RECEIVED } from './tally.ts';

/** Told once when the connection has ended, and of what its listener throws. */
export interface TransportOwner {
  /** What the application has of it: whom a slow-consumer policy that is a function is asked about, and diagnostics channels tell of. */
  readonly connection?: NodeConnection;
  ended(closure: Closure): void;
  /** A listener threw, or a function of the options. `closure.error` does not tell of it when it was the listener's `closed`. */
  listenerFailed?(error: unknown): void;
}

/** Joins a Duplex whose opening handshake is done to a consumer of messages. */
export class Transport extends Flow implements StreamsPort, SocketListener, Watched, Closing, ChunkWriterPort {
  /** Kept by the keepalive. */
  quietTicks = 0;
  readonly #owner: TransportOwner;
  #control: ControlFrames | undefined;
  #ending: Ending | undefined;

  /** @param transform the codec of the extension that was agreed on */
  constructor(socket: Duplex, settings: TransportSettings, owner: TransportOwner, transform?: MessageTransform) {
    super(socket, settings, transform);
    this.#owner = owner;
  }

  /** Starts reading. `first` is what came behind the head of the opening handshake. */
  start(first: Uint8Array): void {
    const { socket } = this;
    // Our side is ended after what is queued, also when the peer has ended its side before.
    socket.allowHalfOpen = true;
    // The listeners stay until the socket is gone: without one for 'error', a late error would end the process.
    hear(socket, this);
    this.settings.keepalive?.add(this);
    if (first.length > 0) this.received(first);
    if (!this.deaf) socket.resume();
    // What was told before anybody listened is not told again.
    if (socket.readableEnded || socket.closed) process.nextTick(endedBefore, this);
  }

  // Who consumes.

  listen(listener: Listener): void {
    this.inbox.listen(listener);
    this.#wholesOnly();
  }

  iterate(): AsyncIterableIterator<Message, undefined> {
    const messages = this.inbox[Symbol.asyncIterator]();
    this.#wholesOnly();
    return messages;
  }

  /** The messages as streams of chunks. */
  streams(): AsyncIterableIterator<MessageStream, undefined> {
    const { endpoint, inbox } = this.settings;
    this.streamed ??= new Streams(this, this.inbox, { ...inbox, maxMessageSize: endpoint.maxMessageSize });
    return this.streamed.streams();
  }

  /** Who takes messages now takes them as a whole. */
  #wholesOnly(): void {
    this.streamed?.letGo();
    this.endpoint.refuseOversized();
  }

  listenerFailed(error: unknown): void {
    this.#fail('LISTENER_FAILED', error);
    this.#owner.listenerFailed?.(error);
  }

  // Messages as streams.

  /** Sends one message from chunks as they come. */
  sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void> {
    const stream = new OutgoingStream(chunks, options?.type);
    if (this.endpoint.state === 'open') this.sent(undefined);
    const gate = this.gates.stream;
    this.endpoint.sendStream(stream.type, {
      start: (writer) => stream.start(new FrameChunkWriter(writer, gate, this, this.settings.messagesPerTurn)),
      cut: () => stream.cut(this.closedError()),
    });
    return stream.sent;
  }

  /** The message that is being sent cannot be completed. */
  streamFailed(error: unknown): void {
    this.#fail('STREAM_FAILED', error);
  }

  streamStart(type: MessageType): void {
    this.streamed?.start(type);
  }

  streamPart(bytes: Uint8Array): void {
    this.work();
    this.streamed?.part(bytes);
  }

  streamEnd(): void {
    this.streamed?.end();
    this.settings.tally.add(MESSAGES_RECEIVED, 1);
    if (messageReceived.hasSubscribers) this.observed(messageReceived, undefined);
  }

  oversized(): boolean {
    if (this.streamed !== undefined) return this.streamed.mayTake;
    return !this.inbox.hasListener && this.inbox.awaited === undefined;
  }

  takesStreams(): boolean {
    return this.streamed?.isRunning === true;
  }

  streamNext(on: boolean): void {
    this.endpoint.streamNext(on);
  }

  // Pings, and other control frames.

  /** Milliseconds from the last answered Ping to its Pong; undefined before. */
  get roundTripTime(): number | undefined {
    return this.#control?.roundTripTime;
  }

  /** Sends a Ping and resolves with the milliseconds until its Pong. */
  measureRoundTrip(signal?: AbortSignal): Promise<number> {
    const roundTrip = this.#measureRoundTrip(signal);
    // A wait that nobody looks at any more must not end the process when it fails.
    roundTrip.catch(ignore);
    return roundTrip;
  }

  #measureRoundTrip(signal: AbortSignal | undefined): Promise<number> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.state !== 'open') return Promise.reject(this.closedError());
    this.settings.tally.pingsSent++;
    return this.#neededControl.measure(signal);
  }

  /** The keepalive asks whether the peer is there. */
  probe(): void {
    if (this.state !== 'open') return;
    this.settings.tally.pingsSent++;
    this.#neededControl.probe();
  }

  ping(): void {
    this.work();
    this.settings.tally.pingsReceived++;
    this.#neededControl.pinged();
  }

  pong(payload: Uint8Array): void {
    this.work();
    const { tally } = this.settings;
    tally.pongsReceived++;
    const control = this.#neededControl;
    if (control.ponged(payload) && control.roundTripTime !== undefined) tally.roundTrips.add(control.roundTripTime);
  }

  get #neededControl(): ControlFrames {
    this.#control ??= new ControlFrames(this.endpoint, this.settings);
    return this.#control;
  }

  // The end.

  get state(): State {
    if (this.#ending?.closure !== undefined) return 'closed';
    return this.endpoint.state === 'open' ? 'open' : 'closing';
  }

  get closed(): Promise<Closure> {
    return this.#neededEnding.closed;
  }

  close(code: number, reason: string): Promise<Closure> {
    this.endpoint.close(code, reason);
    return this.closed;
  }

  terminate(): void {
    this.#abandon('TERMINATED');
  }

  /** The keepalive heard nothing for too long. */
  lapsed(): void {
    const { pongDeadline } = this.settings;
    const error = new LimitError('keepalive.deadline', pongDeadline, 'Nothing came behind the Ping of the keepalive.');
    this.#abandon('PONG_TIMEOUT', error);
    // Until the socket says that it is gone, the keepalive asks again.
    if (this.#ending?.cause === error) this.#limitMet(error);
  }

  protected override isKept(): boolean {
    const { slowConsumer, maxSendQueue } = this.settings;
    let verdict: SlowConsumerVerdict;
    try {
      verdict = verdictOn(slowConsumer, this.#owner.connection, this.bufferedAmount, maxSendQueue);
    } catch (error) {
      this.#closeSlow(error);
      this.#owner.listenerFailed?.(error);
      return false;
    }
    // Who was asked may have acted at once.
    if (this.endpoint.state !== 'open') return false;
    if (verdict === 'keep') return true;
    const error = new LimitError('maxSendQueue', maxSendQueue, 'The peer reads too slowly.');
    this.settings.tally.dropped++;
    this.#limitMet(error);
    if (verdict === 'drop') this.gates.dropped++;
    else this.#closeSlow(error);
    return false;
  }

  #closeSlow(cause: unknown): void {
    this.#neededEnding.fail('SLOW_CONSUMER', cause);
    this.endpoint.close(POLICY_VIOLATION, 'Reading too slowly.');
  }

  /** It is closing or closed, for nothing ever opens again. */
  stateChanged(): void {
    const reason = () => this.closedError();
    this.endSending();
    this.#control?.end(reason);
    this.streamed?.cut(reason);
    this.#waitForClose();
    // Nothing is delivered any more, so a consumer that has enough to do holds nothing up: the peer's Close must be read.
    this.inbox.discard();
  }

  /** The peer broke the protocol. */
  failed(error: ProtocolError): void {
    this.#neededEnding.fail('VIOLATED', error);
    this.#limitMet(error);
  }

  socketFailed(error: Error): void {
    this.#neededEnding.cause ??= error;
    this.socket.destroy();
    this.#waitForClose();
  }

  /** The socket is gone. */
  socketClosed(): void {
    const ending = this.#neededEnding;
    if (ending.isGone) return;
    ending.isGone = true;
    // A read without an end: what is still answered is not flushed, for nobody is there to take it.
    this.beginRead();
    this.receiveRest();
    this.discard();
    this.settings.keepalive?.delete(this);
    ending.wait?.cancel();
    let closure = ending.settle();
    this.inbox.end(closure);
    // A listener may throw when it is told the end, too.
    if (ending.code === 'LISTENER_FAILED' && closure.error === undefined) closure = ending.settle();
    ending.tell(closure);
    this.#owner.ended(closure);
    if (!connectionClosed.hasSubscribers) return;
    connectionClosed.publish({ ...this.#told(), closure, cause: closeCause(closure) } as ConnectionClosed);
  }

  /** The stream had ended before it was given to us. */
  endedBefore(): void {
    const { errored, closed } = this.socket;
    this.#neededEnding.cause ??= errored ?? undefined;
    if (closed) this.socketClosed();
    else this.inputEnded();
  }

  get isSending(): boolean {
    return this.endpoint.sending;
  }

  get streamedAmount(): number {
    return this.endpoint.streamedAmount;
  }

  get isBlamed(): boolean {
    return this.#ending?.code !== undefined;
  }

  /** The peer had its time to close. */
  closeTimedOut(): void {
    const ending = this.#neededEnding;
    // Where the peer ended the stream, or that failed, it is only lost.
    if (this.endpoint.state === 'closing' && ending.cause === undefined) {
      const { delay } = this.settings.closing;
      const error = new LimitError('closeTimeout', delay, 'The peer did not finish the closing handshake.');
      ending.giveUp('CLOSE_TIMEOUT', error);
      if (ending.cause === error) this.#limitMet(error);
    }
    reset(this.socket);
    // A stream that does not tell of its own end must not keep anybody waiting.
    this.socketClosed();
  }

  // What is told to whoever looks on.

  protected override observed(channel: Channel, message: Message | undefined): void {
    channel.publish({ ...this.#told(), message } as MessageReceived | MessageSent);
  }

  #limitMet(error: ProtocolError | LimitError): void {
    const option = limitOptionOf(error);
    if (option === undefined) return;
    this.settings.tally.limitHit(option);
    if (!limitHit.hasSubscribers) return;
    const told = this.#told();
    const { message } = error;
    limitHit.publish({ ...told, option, message, remoteAddress: told.connection?.remoteAddress ?? '' } as LimitHit);
  }

  #told(): { readonly role: Role; readonly connection: NodeConnection | undefined } {
    return { role: this.settings.endpoint.role, connection: this.#owner.connection };
  }

  /** The error of what can no longer be had. */
  protected override closedError(): ConnectionClosedError {
    return this.#neededEnding.error();
  }

  /** The application's own code failed. */
  #fail(ending: EndingCode, error: unknown): void {
    this.#neededEnding.fail(ending, error);
    this.endpoint.close(INTERNAL_ERROR, '', ending === 'STREAM_FAILED');
  }

  /** Ends everything at once. What is held back is dropped. */
  #abandon(ending: EndingCode, cause?: Error): void {
    this.#neededEnding.giveUp(ending, cause);
    // A reset may take from the peer what it has not read yet. Who is terminated with nothing queued may have read slowly, but did read.
    const isHealthy = ending === 'TERMINATED' && this.bufferedAmount === 0 && this.socket.writableLength === 0;
    this.discard();
    if (isHealthy) this.socket.destroy();
    else reset(this.socket);
    this.endpoint.receiveEnd();
  }

  #waitForClose(): void {
    this.#neededEnding.wait ??= new CloseWait(this, this.settings.closing);
  }

  get #neededEnding(): Ending {
    this.#ending ??= new Ending(this.endpoint);
    return this.#ending;
  }
}

function ignore(): void {
  // The same error is in `closed`.
}

function endedBefore(transport: Transport): void {
  transport.endedBefore();
}
