// One socket from the moment it is accepted to the end of its opening handshake. It is guarded all the way: a listener for 'error' is
// attached before anything else happens, what the peer sends is bounded, a deadline runs, and whatever the peer or the application's
// own functions do, it ends in exactly one way: accepted, refused, handed to the HTTP server, or gone.
//
//   securing -> reading -> judging -> leaving, when refused
//   TLS         the head   authorize   the response is sent, what still comes is ignored, the peer may hang up first

import { Buffer } from 'node:buffer';
import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Expiring, guard, leave, read, type SocketListener } from '@framewire/node-transport';
import {
  type Acceptance,
  buildRejection,
  ConnectionClosedError,
  checkRequest,
  encodeResponseHead,
  HandshakeError,
  type HeadLimits,
  handshakeError,
  isUpgradeRequest,
  type Rejection,
  type RequestHead,
  RequestHeadDecoder,
} from '@framewire/protocol';
import { overLimit } from './admission.ts';
import { atOnce, isPromise } from './at-once.ts';
import { fieldsOf } from './header-fields.ts';
import { HeldBytes } from './held-bytes.ts';
import type { Hub } from './hub.ts';
import type { Outcome } from './metrics.ts';
import { refusalIn } from './refusal.ts';
import { responseTo } from './response.ts';
import { remoteAddressOf, Upgrade } from './upgrade-request.ts';

/** How a head is read, where no HTTP server has read it. */
export interface HeadReading {
  readonly limits: HeadLimits;
  /** Gets what is not a WebSocket handshake. */
  readonly http: HttpServer | undefined;
}

const SECURING = 0;
const READING = 1;
const JUDGING = 2;
const LEAVING = 3;
const DONE = 4;

/**
 * A client must wait for the answer before it sends frames (RFC 6455, section 4.1). Some do not, and are humoured as long as their head and
 * what is held behind it are no more than this: what one socket holds before its handshake is done must stay within 32 KiB.
 */
const MAX_UNANSWERED_BYTES = 16 * 1024;
/** What a refused client may still send. Closing a socket with unread bytes resets it, and the client may lose the response. */
const MAX_IGNORED_BYTES = 256 * 1024;

/** More offered subprotocols than anybody has are not kept as a list, which would take ten times the head they came in. */
const MOST_KEPT_OFFERS = 16;

const none: Uint8Array = new Uint8Array(0);

/** The opening handshake of one socket. */
export class Opening<Context> extends Expiring implements SocketListener {
  /** What it is counted by. */
  readonly network: string;
  readonly #hub: Hub<Context>;
  readonly #reading: HeadReading | undefined;
  #socket: Duplex;
  #secure = false;
  #stage = SECURING;
  #decoder: RequestHeadDecoder | undefined;
  /** While judging: the first frames. */
  #held: HeldBytes | undefined;
  #head: RequestHead | undefined;
  #upgrade: Upgrade<Context> | undefined;
  #seated = false;
  #ignored = 0;
  #error: Error | undefined;

  /** @param socket where it begins: the bare one, when TLS is still to come */
  constructor(hub: Hub<Context>, socket: Duplex, reading?: HeadReading) {
    super();
    this.#hub = hub;
    this.#socket = socket;
    this.#reading = reading;
    this.network = hub.admission.networkOf(socket);
    guard(socket, this);
    hub.entered(this);
  }

  /** The socket is ready to be read: at once, or when TLS is done and has brought a socket of its own. */
  read(socket: Duplex, secure: boolean): void {
    if (socket !== this.#socket) {
      leave(this.#socket);
      this.#socket = socket;
      guard(socket, this);
    }
    this.#stage = READING;
    this.#secure = secure;
    read(socket);
  }

  /** Judges a head that was read, by us or by an HTTP server. `early` is what came behind it. */
  judge(head: RequestHead, early: Uint8Array): void {
    this.#stage = JUDGING;
    this.#head = head;
    const hub = this.#hub;
    if (hub.closing) return this.refuse(handshakeError('UNAVAILABLE', 'It closes.'));
    const { connections } = hub.admission;
    const reached = connections.reached(this.network);
    if (reached !== undefined) return this.refuse(overLimit(reached));
    connections.enter(this.network);
    this.#seated = true;
    let acceptance: Acceptance;
    try {
      acceptance = thrifty(checkRequest(head, hub.policy(this.#secure)));
    } catch (error) {
      // Another HandshakeError, as a client has them, can only come from a function of the application.
      if (error instanceof HandshakeError && error.status >= 400 && error.status <= 599) return this.refuse(error);
      return this.threw(error);
    }
    try {
      const upgrade = new Upgrade<Context>(head, acceptance, this.#socket, this.#secure);
      this.#upgrade = upgrade;
      const verdict = hub.settings.authorize?.(upgrade as unknown as Upgrade<undefined>);
      if (isPromise(verdict)) this.#await(verdict, acceptance, early);
      else this.#decide(verdict, acceptance, early);
    } catch (error) {
      this.threw(error);
    }
  }

  /** Refuses the handshake, unless it is over already. The response is sent before the socket is closed. */
  refuse(error: HandshakeError, rejection: Rejection = this.#rejectionOf(error)): void {
    if (this.#stage >= LEAVING) return;
    const remoteAddress = remoteAddressOf(this.#socket);
    this.#stage = LEAVING;
    this.#leaveSeat();
    this.#decoder = undefined;
    this.#held = undefined;
    this.#hub.farewell(this);
    const head = encodeResponseHead(rejection);
    // A response to HEAD has no body (RFC 9110, section 9.3.2).
    this.#socket.end(this.#head?.method === 'HEAD' ? head : Buffer.concat([head, Buffer.from(rejection.body)]));
    this.#upgrade?.failed(error);
    this.#hub.refused(error, remoteAddress);
  }

  /** A function of the application threw: whatever it was, even the HandshakeError of a client of its own, it is not the peer's doing. */
  threw(error: unknown): void {
    this.#hub.report(error);
    // 500, and not a word about what it was.
    this.refuse(handshakeError('REFUSED', undefined, { status: 500, cause: error }));
  }

  #rejectionOf(error: HandshakeError): Rejection {
    return buildRejection(error, error.status === 503 ? this.#hub.settings.retryAfter : []);
  }

  /** The server closes. */
  shutDown(): void {
    // Nothing was asked yet, so there is nothing to answer.
    if (this.#stage === SECURING || this.#isSilent()) this.#socket.destroy();
    else this.refuse(handshakeError('UNAVAILABLE', 'It closes.'));
  }

  /** Whether it is the peer's turn: to secure the socket, or to ask. */
  get waitsForPeer(): boolean {
    return this.#stage === SECURING || this.#stage === READING;
  }

  /** Ends it for others, without a word: whoever it is that has asked for nothing yet. */
  giveWay(error: HandshakeError): void {
    const remoteAddress = remoteAddressOf(this.#socket);
    // It is refused here, so it is not also abandoned when its socket closes.
    this.#stage = LEAVING;
    this.#decoder = undefined;
    this.#socket.destroy();
    this.#hub.refused(error, remoteAddress);
  }

  /** Ends it now, answered or not. */
  terminate(): void {
    this.#socket.destroy();
  }

  expired(): void {
    // A browser opens sockets before it needs them: one that never spoke gets no 408, which it might take for the answer to its first request.
    if (this.#stage === SECURING || this.#stage === LEAVING || this.#isSilent()) this.#socket.destroy();
    else if (this.#stage === READING) this.refuse(this.#timeout());
    // The client has done its part, so it is not 408.
    else this.refuse(this.#timeout('It waited for authorize.', 503));
  }

  #timeout(detail = '', status = 408): HandshakeError {
    const limit = `The limit is ${this.#hub.settings.handshakeTimeout} ms.`;
    return handshakeError('HANDSHAKE_TIMEOUT', detail === '' ? limit : `${limit} ${detail}`, { status });
  }

  // What the socket tells.

  received(chunk: Uint8Array): void {
    if (this.#stage === READING) this.#read(chunk);
    else if (this.#stage === JUDGING) this.#hold(chunk);
    else this.#ignore(chunk);
  }

  inputEnded(): void {
    // Who hangs up before the answer does not want it. A refused peer that hangs up still gets what is on its way.
    if (this.#stage !== LEAVING) this.#socket.destroy();
  }

  socketFailed(error: Error): void {
    this.#error = error;
    this.#socket.destroy();
  }

  socketClosed(): void {
    const told = this.#stage === LEAVING;
    // What was refused has been counted.
    this.#finish(told ? undefined : 'abandoned');
    leave(this.#socket);
    this.#leaveSeat();
    if (!told) this.#upgrade?.failed(new ConnectionClosedError('LOST', { cause: this.#error }));
  }

  #isSilent(): boolean {
    return this.#stage === READING && this.#decoder === undefined;
  }

  #read(chunk: Uint8Array): void {
    const { limits, http } = this.#reading as HeadReading; // only who has one reads
    let decoded: ReturnType<RequestHeadDecoder['push']>;
    this.#decoder ??= new RequestHeadDecoder(limits);
    // An HTTP server may have to be given all of it.
    const before = http === undefined ? none : this.#decoder.pending;
    try {
      decoded = this.#decoder.push(chunk);
    } catch (error) {
      // An HTTP server has limits and a leniency of its own, and a way to say what is wrong.
      if (http !== undefined) this.#handOver(http, before, chunk);
      else this.refuse(error as HandshakeError); // it throws nothing else
      return;
    }
    if (decoded === undefined) return;
    const { head, consumed } = decoded;
    if (http !== undefined && !isUpgradeRequest(head)) return this.#handOver(http, before, chunk);
    this.#decoder = undefined;
    this.judge(head, consumed === chunk.length ? none : chunk.subarray(consumed));
  }

  /** Node documents that emitting 'connection' gives an HTTP server a socket that another has accepted. */
  #handOver(http: HttpServer, before: Uint8Array, chunk: Uint8Array): void {
    const socket = this.#socket;
    // A copy, for the chunk may only be lent to us.
    const bytes = Buffer.concat([before, chunk]);
    this.#decoder = undefined;
    this.#finish('handedOver');
    leave(socket);
    socket.pause();
    socket.unshift(bytes);
    try {
      http.emit('connection', socket);
    } catch (error) {
      this.#hub.report(error);
      socket.destroy();
    }
    socket.resume();
  }

  #await(verdict: PromiseLike<unknown>, acceptance: Acceptance, early: Uint8Array): void {
    this.#hold(early);
    const decide = (value: unknown): void => {
      // It may be over already: the peer has gone, or time is up.
      if (this.#stage === JUDGING) this.#decide(value, acceptance, this.#held?.take() ?? none);
    };
    Promise.resolve(verdict)
      .then(decide)
      .catch((error: unknown) => this.threw(error));
  }

  #decide(verdict: unknown, acceptance: Acceptance, early: Uint8Array): void {
    const refusal = refusalIn(verdict);
    if (refusal !== undefined) return this.refuse(refusal.error, refusal.rejection);
    const upgrade = this.#upgrade as Upgrade<Context>; // judge has set it
    upgrade.context = verdict as Context;
    const extra = fieldsOf(atOnce('responseHeaders', this.#hub.settings.responseHeaders?.(upgrade)));
    const response = responseTo(acceptance, extra);
    const socket = this.#socket;
    // The functions above may have closed the server. A destroyed socket has its 'close' on the way, which ends this.
    if (this.#stage !== JUDGING || socket.destroyed) return;
    this.#finish('accepted');
    socket.write(response, 'latin1');
    // The seat stays taken, and the connection hears the socket next.
    this.#hub.open(socket, upgrade, early, this.network);
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    // It is being judged, so there is a head.
    const unanswered = sizeOf(this.#head as RequestHead) + (this.#held?.length ?? 0) + bytes.length;
    if (unanswered > MAX_UNANSWERED_BYTES) {
      const detail = `With its head, more than ${MAX_UNANSWERED_BYTES} bytes came before the answer.`;
      return this.refuse(handshakeError('BODY_UNEXPECTED', detail));
    }
    this.#held ??= new HeldBytes();
    this.#held.add(bytes);
  }

  #ignore(chunk: Uint8Array): void {
    this.#ignored += chunk.length;
    if (this.#ignored > MAX_IGNORED_BYTES) this.#socket.destroy();
  }

  #leaveSeat(): void {
    if (this.#seated) this.#hub.admission.connections.leave(this.network);
    this.#seated = false;
  }

  #finish(outcome: Outcome | undefined): void {
    this.#stage = DONE;
    this.#hub.left(this, outcome);
  }
}

/** The acceptance without what {@link Upgrade} finds in the head again. */
function thrifty(acceptance: Acceptance): Acceptance {
  const { subprotocol, offeredSubprotocols } = acceptance;
  if (offeredSubprotocols.length <= MOST_KEPT_OFFERS) return acceptance;
  return { ...acceptance, offeredSubprotocols: subprotocol === '' ? [] : [subprotocol] };
}

/** Bytes of the head as it came, but for spaces around values. */
function sizeOf({ method, target, version, fields }: RequestHead): number {
  let size = method.length + target.length + version.length + 6;
  for (const [name, value] of fields) size += name.length + value.length + 4;
  return size;
}
