// Any Duplex on one side, an Endpoint on the other, a consumer on top: the whole way of a message in and out of Node.
//
//   in:  socket 'data' -> Endpoint.receive -> text or binary -> Inbox -> listener or loop
//   out: send -> Endpoint -> Output -> one socket.write
//
// Whatever happens to the socket, in whatever order its events come, there is exactly one end, and everything that waits learns it.

import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import {
  type Chunks,
  type ChunkWriter,
  type Closure,
  closedError,
  closureOf,
  DrainGate,
  Inbox,
  type InboxPort,
  type Listener,
  type Message,
  type MessageStream,
  type Outcome,
  OutgoingStream,
  type SendOptions,
  type SendStreamOptions,
  Streams,
  type StreamsPort,
} from '@framewire/connection';
import {
  type ConnectionClosedError,
  type EndingCode,
  Endpoint,
  type EndpointHandler,
  type EndpointOptions,
  INTERNAL_ERROR,
  type MessageTransform,
  type MessageType,
  type MessageWriter,
  POLICY_VIOLATION,
  ProtocolError,
  type State,
} from '@framewire/protocol';
import { ControlFrameMeter } from './control-frame-meter.ts';
import { Expiring } from './deadlines.ts';
import type { Watched } from './keepalive.ts';
import { Output, type OutputOwner } from './output.ts';
import { Pings } from './pings.ts';
import type { TransportSettings } from './settings.ts';
import { hear, type SocketListener } from './socket-events.ts';

/** Told once when the connection has ended, and of what its listener throws. */
export interface TransportOwner {
  ended(closure: Closure): void;
  /** A listener threw. `closure.error` does not tell of it when it was the listener's `closed`. */
  listenerFailed?(error: unknown): void;
}

/** The wait for a peer to close. One timer serves those of all connections. */
class CloseWait extends Expiring {
  /** Bytes that were queued when the last wait ended, and of streams that were sent by then. */
  unsent = 0;
  streamed = 0;
  /** In how many waits in a row nothing moved. */
  inVain = 0;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    super();
    this.#transport = transport;
  }

  expired(): void {
    this.#transport.closeWaited(this);
  }
}

/** How often in a row `closeTimeout` may pass while a queue stands still, before a closing peer is given up. */
const MOST_WAITS = 5;

// Why the socket is not read now; more than one may hold.
const UNREAD = 1; // the consumer has enough to do
const YIELDED = 2; // others get their turn
const HELD = 4; // a message is being inflated, or waits for somebody who can take one so large
const STREAM_UNREAD = 8; // whoever reads the stream of a message has enough to do

/** A read of this many bytes filled libuv's buffer: the socket has more, and would be read again at once. */
const FULL_READ = 64 * 1024;
/** TLS cuts what was read into records of at most this many bytes (RFC 8446, section 5.1), and gives each by itself. */
const FULL_RECORD = 16 * 1024;

/** Joins a Duplex whose opening handshake is done to a consumer of messages. */
export class Transport implements EndpointHandler, InboxPort, StreamsPort, OutputOwner, SocketListener, Watched {
  readonly inbox: Inbox;
  heard = false;
  quietTicks = 0;
  readonly #socket: Duplex;
  readonly #settings: TransportSettings;
  readonly #owner: TransportOwner;
  readonly #output: Output;
  readonly #endpoint: Endpoint;
  readonly #gate: DrainGate;
  readonly #fullRead: number;
  /** Whether what is held back may become a thousand times as much when it is delivered. */
  readonly #mayInflate: boolean;
  /** Made when messages are first taken as streams. */
  #streams: Streams | undefined;
  /** Lets a stream be sent: the gate of `send` also counts what waits behind the stream. */
  #streamGate: DrainGate | undefined;
  #paused = 0;
  #messagesThisTurn = 0;
  #bytesThisTurn = 0;
  #pings: Pings | undefined;
  #controlFrames: ControlFrameMeter | undefined;
  #closeWait: CloseWait | undefined;
  #ending: EndingCode | undefined;
  #cause: unknown;
  /** The peer sends nothing more, which is told behind what is held back. */
  #endOwed = false;
  /** Nothing more is taken: there is nothing to pause. */
  #inputOver = false;
  #finishing = false;
  #closure: Closure | undefined;
  #closed: Promise<Closure> | undefined;
  #resolveClosed: ((closure: Closure) => void) | undefined;

  /** @param transform the codec of the extension that was agreed on */
  constructor(socket: Duplex, settings: TransportSettings, owner: TransportOwner, transform?: MessageTransform) {
    this.#socket = socket;
    this.#settings = settings;
    this.#owner = owner;
    this.inbox = new Inbox(this, settings.inbox);
    this.#gate = new DrainGate(settings.sendHighWater, 0);
    this.#fullRead = socket instanceof TLSSocket ? FULL_RECORD : FULL_READ;
    this.#output = new Output(socket, this);
    this.#mayInflate = transform !== undefined;
    this.#endpoint = new Endpoint(this, this.#output, settings.endpoint as EndpointOptions, transform);
  }

  /** Starts reading. `first` is what came behind the head of the opening handshake. */
  start(first: Uint8Array): void {
    const socket = this.#socket;
    // Our side is ended after what is queued, also when the peer has ended its side before.
    socket.allowHalfOpen = true;
    // The listeners stay until the socket is gone: without one for 'error', a late error would end the process.
    hear(socket, this);
    this.#settings.keepalive?.add(this);
    if (first.length > 0) this.received(first);
    if (this.#paused === 0) socket.resume();
    // What was told before anybody listened is not told again.
    if (socket.readableEnded || socket.closed) process.nextTick(endedBefore, this);
  }

  get state(): State {
    if (this.#closure !== undefined) return 'closed';
    return this.#endpoint.state === 'open' ? 'open' : 'closing';
  }

  get bufferedAmount(): number {
    return this.#output.bufferedAmount + this.#endpoint.waitingAmount;
  }

  get closed(): Promise<Closure> {
    this.#closed ??=
      this.#closure === undefined
        ? new Promise((resolve) => {
            this.#resolveClosed = resolve;
          })
        : Promise.resolve(this.#closure);
    return this.#closed;
  }

  /** Milliseconds from the last answered Ping to its Pong; undefined before. */
  get roundTripTime(): number | undefined {
    return this.#pings?.roundTripTime;
  }

  get deaf(): boolean {
    return this.#paused !== 0;
  }

  send(message: Message, options?: SendOptions): boolean {
    const endpoint = this.#endpoint;
    if (!this.#maySend()) return false;
    if (typeof message === 'string') endpoint.sendText(message, options?.compress);
    else endpoint.sendBinary(message, options?.compress);
    return this.#gate.filled(this.bufferedAmount);
  }

  /** Sends one message from chunks as they come. */
  sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void> {
    const stream = new OutgoingStream(chunks, options?.type);
    this.#endpoint.sendStream(stream.type, {
      start: (writer) => stream.start(this.#chunkWriter(writer)),
      cut: () => stream.cut(this.#closedError()),
    });
    return stream.sent;
  }

  /** Sends bytes of whole frames, encoded once for many connections. */
  sendEncoded(frames: Uint8Array): boolean {
    if (!this.#maySend()) return false;
    this.#endpoint.sendEncoded(frames);
    return this.#gate.filled(this.bufferedAmount);
  }

  drained(signal?: AbortSignal): Promise<void> {
    return this.#gate.wait(signal);
  }

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
    const { endpoint, inbox } = this.#settings;
    this.#streams ??= new Streams(this, this.inbox, { ...inbox, maxMessageSize: endpoint.maxMessageSize });
    return this.#streams.streams();
  }

  close(code: number, reason: string): Promise<Closure> {
    this.#endpoint.close(code, reason);
    return this.closed;
  }

  terminate(): void {
    this.#abandon('TERMINATED');
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
    if (this.state !== 'open') return Promise.reject(this.#closedError());
    this.#pings ??= new Pings();
    const { payload, roundTrip } = this.#pings.start(this.#settings.clock.now(), signal);
    this.#endpoint.ping(payload);
    return roundTrip;
  }

  // What the endpoint tells.

  text(message: string): void {
    this.#work();
    if (this.#streams === undefined) this.inbox.push(message);
    else this.#streams.push(message);
  }

  binary(message: Uint8Array): void {
    this.#work();
    if (this.#streams === undefined) this.inbox.push(message);
    else this.#streams.push(message);
  }

  streamStart(type: MessageType): void {
    this.#streams?.start(type);
  }

  streamPart(bytes: Uint8Array): void {
    this.#work();
    this.#streams?.part(bytes);
  }

  streamEnd(): void {
    this.#streams?.end();
  }

  oversized(): boolean {
    if (this.#streams !== undefined) return this.#streams.mayTake;
    return !this.inbox.hasListener && this.inbox.awaited === undefined;
  }

  takesStreams(): boolean {
    return this.#streams?.isRunning === true;
  }

  inputHeld(on: boolean): void {
    if (on) this.#pause(HELD);
    else this.#resume(HELD);
  }

  ping(): void {
    this.#work();
    this.#countControlFrame();
  }

  pong(payload: Uint8Array): void {
    this.#work();
    // The answer to our own Ping is asked for; only others count as the peer's doing.
    if (this.#pings?.answered(payload, this.#settings.clock.now()) !== true) this.#countControlFrame();
  }

  /** It is closing or closed, for nothing ever opens again. */
  stateChanged(): void {
    const reason = () => this.#closedError();
    this.#gate.end(reason);
    this.#pings?.end(reason);
    this.#streams?.cut(reason);
    this.#armCloseTimer();
    // Nothing is delivered any more, so a consumer that has enough to do holds nothing up: the peer's Close must be read.
    this.inbox.discard();
  }

  failed(error: ProtocolError): void {
    if (this.#ending !== undefined) return;
    this.#ending = 'VIOLATED';
    this.#cause = error;
  }

  // What the inbox asks.

  pause(): void {
    this.#pause(UNREAD);
  }

  resume(): void {
    this.#resume(UNREAD);
  }

  listenerFailed(error: unknown): void {
    this.#fail('LISTENER_FAILED', error);
    this.#owner.listenerFailed?.(error);
  }

  // What the streams ask.

  streamNext(on: boolean): void {
    this.#endpoint.streamNext(on);
  }

  pauseStream(): void {
    this.#pause(STREAM_UNREAD);
  }

  resumeStream(): void {
    this.#resume(STREAM_UNREAD);
  }

  // What the output tells.

  outputFlushed(): void {
    this.#endpoint.flushed();
    this.#streamGate?.emptied(this.#output.bufferedAmount);
    if (this.#gate.emptied(this.bufferedAmount)) this.inbox.drained();
  }

  // What the keepalive asks.

  probe(): void {
    if (this.state !== 'open') return;
    this.#pings ??= new Pings();
    this.#endpoint.ping(this.#pings.probe(this.#settings.clock.now()));
  }

  lapsed(): void {
    this.#abandon('PONG_TIMEOUT');
  }

  // What the socket tells.

  /** @internal */
  received(chunk: Uint8Array): void {
    this.heard = true;
    this.#messagesThisTurn = 0;
    this.#output.beginRead();
    this.#endpoint.receive(chunk);
    this.#output.endRead();
    if (chunk.length < this.#fullRead) {
      this.#bytesThisTurn = 0;
    } else {
      this.#bytesThisTurn += chunk.length;
      if (this.#bytesThisTurn >= this.#settings.bytesPerTurn) this.#yield();
    }
  }

  /** @internal The peer sends nothing more. */
  inputEnded(): void {
    // A message that is being inflated, and a Close behind it, came before the end, and a slow reader is still not to be flooded.
    this.#endOwed = this.#mayInflate && this.#paused !== 0;
    if (this.#endOwed) return;
    this.#output.beginRead();
    this.#receiveRest();
    this.#output.endRead();
  }

  /** @internal */
  socketFailed(error: Error): void {
    this.#cause ??= error;
    this.#socket.destroy();
    this.#armCloseTimer();
  }

  /** @internal The socket is gone. */
  socketClosed(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.#output.beginRead();
    this.#receiveRest();
    this.#output.discard();
    this.#settings.keepalive?.delete(this);
    if (this.#closeWait !== undefined) this.#settings.closing.delete(this.#closeWait);
    this.#closure = closureOf(this.#outcome());
    this.inbox.end(this.#closure);
    // A listener may throw when it is told the end, too.
    if (this.#ending === 'LISTENER_FAILED' && this.#closure.error === undefined)
      this.#closure = closureOf(this.#outcome());
    this.#resolveClosed?.(this.#closure);
    this.#owner.ended(this.#closure);
  }

  /** @internal The stream had ended before it was given to us. */
  endedBefore(): void {
    const { errored, closed } = this.#socket;
    this.#cause ??= errored ?? undefined;
    if (closed) this.socketClosed();
    else this.inputEnded();
  }

  /** Delivers what is held back, for it came before the end, and then takes nothing more. */
  #receiveRest(): void {
    // As it was received it is 128 KiB at most, which nobody need have room for. Inflated, only as much as somebody has room for.
    if (!this.#mayInflate) this.#paused = 0;
    this.#paused &= ~YIELDED;
    this.#inputOver = !this.#mayInflate;
    if (this.#paused === 0) this.#endpoint.resume();
    this.#inputOver = true;
    this.#endpoint.receiveEnd();
  }

  #chunkWriter(writer: MessageWriter): ChunkWriter {
    const highWater = this.#settings.sendHighWater;
    this.#streamGate ??= new DrainGate(highWater, Math.floor(highWater / 4));
    const gate = this.#streamGate;
    const { messagesPerTurn } = this.#settings;
    let writes = 0;
    return {
      write: (bytes) => {
        writer.write(bytes);
        const hasRoom = gate.filled(this.#output.bufferedAmount);
        return ++writes < messagesPerTurn && hasRoom;
      },
      // A source that never waits for anything would keep everybody else from their turn for as long as the socket takes its chunks.
      drained: async () => {
        writes = 0;
        await gate.wait();
        await new Promise(setImmediate);
      },
      end: () => {
        writer.end();
        return gate.filled(this.#output.bufferedAmount);
      },
      withdraw: () => writer.withdraw(),
      abort: (error) => this.#fail('STREAM_FAILED', error),
    };
  }

  /** Who takes messages now takes them as a whole. */
  #wholesOnly(): void {
    this.#streams?.letGo();
    this.#endpoint.refuseOversized();
  }

  /** The application's own code failed. */
  #fail(ending: EndingCode, error: unknown): void {
    if (this.#ending === undefined) {
      this.#ending = ending;
      this.#cause = error;
    }
    this.#endpoint.close(INTERNAL_ERROR, '', ending === 'STREAM_FAILED');
  }

  /** Ends everything at once. What is held back is dropped. */
  #abandon(ending: EndingCode): void {
    this.#blame(ending);
    this.#output.discard();
    this.#socket.destroy();
    this.#endpoint.receiveEnd();
  }

  #armCloseTimer(): void {
    if (this.#closeWait !== undefined) return;
    this.#closeWait = new CloseWait(this);
    this.#settings.closing.add(this.#closeWait);
  }

  /**
   * The peer had its time to answer. What is queued may take longer, as long as it moves: nothing queued is lost on a clean close.
   *
   * @internal
   */
  closeWaited(wait: CloseWait): void {
    const left = this.bufferedAmount;
    const { sending, streamedAmount } = this.#endpoint;
    const moved = left !== wait.unsent || streamedAmount !== wait.streamed;
    const isQueued = left > 0 || sending;
    // Only who did nothing wrong is waited for.
    if (this.#ending !== undefined || !(moved || (isQueued && wait.inVain < MOST_WAITS))) return this.#closeTimedOut();
    wait.inVain = moved ? 0 : wait.inVain + 1;
    wait.unsent = left;
    wait.streamed = streamedAmount;
    this.#settings.closing.add(wait);
  }

  #closeTimedOut(): void {
    // Where the peer ended the stream, or that failed, it is only lost.
    if (this.#endpoint.state === 'closing' && this.#cause === undefined) this.#blame('CLOSE_TIMEOUT');
    this.#socket.destroy();
    // A stream that does not tell of its own end must not keep anybody waiting.
    this.socketClosed();
  }

  /** With both Close frames exchanged, only the peer's TCP is late, and that is no news. */
  #blame(ending: EndingCode): void {
    const { received, sent } = this.#endpoint;
    if (received === undefined || sent === undefined) this.#ending ??= ending;
  }

  #maySend(): boolean {
    if (this.#endpoint.state !== 'open') return false;
    if (this.bufferedAmount <= this.#settings.maxSendQueue) return true;
    // Only what the socket does not take shows that the peer is slow: much may have been sent in this turn.
    this.#output.flush();
    if (this.bufferedAmount <= this.#settings.maxSendQueue) return true;
    if (this.#settings.dropWhenSlow) return false;
    this.#ending ??= 'SLOW_CONSUMER';
    this.#endpoint.close(POLICY_VIOLATION, 'Reading too slowly.');
    return false;
  }

  #outcome(): Outcome {
    const { received, sent, receivedFirst } = this.#endpoint;
    return { received, sent, receivedFirst, ending: this.#ending, cause: this.#cause };
  }

  #closedError(): ConnectionClosedError {
    // While the closing handshake runs, it is not lost yet.
    const isClosing = this.#endpoint.state === 'closing' && this.#cause === undefined;
    const ending = this.#ending ?? (isClosing ? 'CLOSED' : undefined);
    return closedError({ ...this.#outcome(), ending });
  }

  #countControlFrame(): void {
    this.#controlFrames ??= new ControlFrameMeter();
    const { maxControlFrames, clock } = this.#settings;
    if (this.#controlFrames.within(maxControlFrames, clock.now())) return;
    const { count, window } = maxControlFrames;
    this.#endpoint.fail(new ProtocolError('TOO_MANY_CONTROL_FRAMES', `The limit is ${count} in ${window} ms.`));
  }

  /** Counts one message or control frame; when the turn's share is used up, others come first. */
  #work(): void {
    if (++this.#messagesThisTurn === this.#settings.messagesPerTurn) this.#yield();
  }

  #yield(): void {
    if (this.#inputOver || this.#finishing || (this.#paused & YIELDED) !== 0) return;
    this.#pause(YIELDED);
    // The sockets that are ready are read before this runs.
    setImmediate(resumeTurn, this);
  }

  /** @internal */
  turnCame(): void {
    this.#bytesThisTurn = 0;
    this.#resume(YIELDED);
  }

  #pause(reason: number): void {
    if (this.#inputOver) return;
    if (this.#paused === 0) this.#socket.pause();
    // The endpoint knows itself what it holds: suspended, it would not come to the end of that.
    if ((reason & ~HELD) !== 0 && (this.#paused & ~HELD) === 0) this.#endpoint.suspend();
    this.#paused |= reason;
  }

  #resume(reason: number): void {
    if ((this.#paused & reason) === 0) return;
    this.#paused &= ~reason;
    if ((this.#paused & ~HELD) === 0) {
      // While nobody read, silence said nothing.
      this.heard = true;
      if (reason !== HELD) this.#resumeEndpoint();
    }
    // What was held back may have paused again.
    if (this.#paused !== 0) return;
    this.#socket.resume();
    // Not at once: what the endpoint held is delivered behind this call, and may be held again.
    if (this.#endOwed) process.nextTick(endOwed, this);
  }

  #resumeEndpoint(): void {
    this.#messagesThisTurn = 0;
    this.#output.beginRead();
    this.#endpoint.resume();
    this.#output.endRead();
  }
}

function ignore(): void {
  // The same error is in `closed`.
}

function endedBefore(transport: Transport): void {
  transport.endedBefore();
}

function endOwed(transport: Transport): void {
  transport.inputEnded();
}

function resumeTurn(transport: Transport): void {
  transport.turnCame();
}
