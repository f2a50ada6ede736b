// Who is here: the opening handshakes under way, the connections, and the conversations on them. What `serve` and `upgrade` share.

import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Closure, Message } from '@framewire/connection';
import {
  type ConnectionInfo,
  type ConnectionOpened,
  type ConnectionRefused,
  connectionOpened,
  connectionRefused,
  Deadlines,
  type ErrorMet,
  errorMet,
  type LimitError,
  type LimitHit,
  limitHit,
  limitOptionOf,
  type NodeConnection,
  nodeText,
  type SocketConnection,
  shareFrames,
} from '@framewire/node-transport';
import { encodeMessage, type HandshakeError, type ServerPolicy } from '@framewire/protocol';
import { Admission, overLimit } from './admission.ts';
import { atOnce, isPromise } from './at-once.ts';
import { Conversation } from './conversation.ts';
import { type CloseOptions, Drain, type Drained, settleClose } from './drain.ts';
import { type Outcome, ServerTally } from './metrics.ts';
import type { Opening } from './opening.ts';
import { checkFunction, type Handler, type HandshakeSettings } from './options.ts';
import { report } from './report.ts';
import type { Upgrade } from './upgrade-request.ts';

/** Who is left out of a broadcast. */
export interface BroadcastOptions {
  /** This one, as a rule who said it. */
  readonly except?: NodeConnection | undefined;
  /** Those for which it returns false. */
  readonly filter?: ((connection: NodeConnection) => boolean) | undefined;
}

/** The part of its time that a handshake has in any case; beyond it, it makes room for others when there is none. */
const SURE_SHARE = 0.1;
/** Most handshakes that are looked at for one that makes room: to look at 4,096 takes longer than to accept a socket. */
const MOST_LOOKED_AT = 64;
/** How long a refused client has to read the response and hang up. */
const FAREWELL = 2_000;

export class Hub<Context> implements Drained {
  readonly settings: HandshakeSettings<Context>;
  readonly connections: Set<SocketConnection> = new Set();
  readonly tally: ServerTally;
  readonly admission: Admission;
  readonly #handler: Handler<Context>;
  /** How many openings are not done, and how many conversations: a count costs a connection no memory. */
  #openings = 0;
  #conversations = 0;
  readonly #handshakes: Deadlines;
  readonly #farewells: Deadlines;
  readonly #plainPolicy: ServerPolicy;
  readonly #securePolicy: ServerPolicy;
  #lastInfo: ConnectionInfo | undefined;
  #awaitsHandlers = true;
  #stop: () => void = nothing;
  #drain: Drain | undefined;

  constructor(handler: Handler<Context>, settings: HandshakeSettings<Context>) {
    this.#handler = handler;
    this.settings = settings;
    this.tally = new ServerTally(settings.transport.tally);
    this.admission = new Admission(settings.admission);
    const { policy, handshakeTimeout, transport } = settings;
    this.#plainPolicy = { ...policy, secure: false };
    this.#securePolicy = { ...policy, secure: true };
    this.#handshakes = new Deadlines(handshakeTimeout, transport.clock);
    this.#farewells = new Deadlines(FAREWELL, transport.clock);
  }

  get closing(): boolean {
    return this.#drain !== undefined;
  }

  /** Sets what is to be done first when it closes: to let nobody in any more. */
  onClosing(stop: () => void): void {
    this.#stop = stop;
  }

  policy(secure: boolean): ServerPolicy {
    return secure ? this.#securePolicy : this.#plainPolicy;
  }

  /** Tells the application of an error in its own code: of its handler or listener of this connection, or of its other functions. */
  report(error: unknown, connection?: NodeConnection): void {
    this.tally.errorMet();
    if (errorMet.hasSubscribers) errorMet.publish({ role: 'server', error, connection } satisfies ErrorMet);
    report(error, this.settings.onError);
  }

  // What openings tell.

  entered(opening: Opening<Context>): void {
    this.#openings++;
    this.tally.handshakeStarted();
    this.admission.handshakes.enter(opening.network);
    this.#handshakes.add(opening);
  }

  /**
   * Ends the oldest handshake that has its answer and lingers, or else the oldest that still waits for its peer, if it has had a part of its
   * time: so a flood of silent sockets does not keep everybody out for the whole of it, and who only came in a crowd is still served in turn.
   */
  makeRoom(reached: LimitError): boolean {
    const now = this.settings.transport.clock.now();
    const told = this.#farewells.next as Opening<Context> | undefined;
    if (told !== undefined && told.due <= now + FAREWELL * (1 - SURE_SHARE)) {
      this.#farewells.delete(told);
      told.terminate();
      return true;
    }
    const oldEnough = now + this.settings.handshakeTimeout * (1 - SURE_SHARE);
    // Who waits for authorize is passed over: a slow answer of ours must not keep the door shut for everybody.
    let opening = this.#handshakes.next as Opening<Context> | undefined;
    for (let looks = 0; opening !== undefined && opening.due <= oldEnough && looks < MOST_LOOKED_AT; looks++) {
      if (opening.waitsForPeer) {
        this.#handshakes.delete(opening);
        opening.giveWay(overLimit(reached));
        return true;
      }
      opening = opening.later as Opening<Context> | undefined;
    }
    return false;
  }

  farewell(opening: Opening<Context>): void {
    this.#handshakes.delete(opening);
    this.#farewells.add(opening);
  }

  /** @param outcome undefined when that was told before */
  left(opening: Opening<Context>, outcome: Outcome | undefined): void {
    this.#openings--;
    if (outcome !== undefined) this.tally.handshakeEnded(outcome, this.#timeOf(opening));
    this.admission.handshakes.leave(opening.network);
    this.#handshakes.delete(opening);
    this.#farewells.delete(opening);
    this.#check();
  }

  /** How long it is under way, for it got its deadline when it began. */
  #timeOf({ due }: Opening<Context>): number {
    return this.settings.transport.clock.now() + this.settings.handshakeTimeout - due;
  }

  refused(error: HandshakeError, remoteAddress: string): void {
    this.tally.refused(error);
    if (connectionRefused.hasSubscribers) {
      connectionRefused.publish({ role: 'server', error, remoteAddress } satisfies ConnectionRefused);
    }
    const option = limitOptionOf(error);
    if (option !== undefined && limitHit.hasSubscribers) {
      limitHit.publish({ role: 'server', option, message: error.message, remoteAddress } satisfies LimitHit);
    }
    const { onRefused } = this.settings;
    if (onRefused === undefined) return;
    try {
      const result: unknown = onRefused(error, remoteAddress);
      // An async one that throws must not end the process: any client could make it do so.
      if (isPromise(result)) result.then(undefined, (thrown) => this.report(thrown));
    } catch (thrown) {
      this.report(thrown);
    }
  }

  /** The handshake is done: begins the conversation. */
  open(socket: Duplex, upgrade: Upgrade<Context>, early: Uint8Array, network: string): void {
    const info = this.#infoOf(upgrade);
    const conversation = new Conversation(this, socket, info);
    const { connection } = conversation;
    this.#conversations++;
    this.connections.add(connection);
    this.admission.seated(connection, network);
    upgrade.opened(connection);
    if (connectionOpened.hasSubscribers) {
      connectionOpened.publish({ role: 'server', connection, request: upgrade } satisfies ConnectionOpened);
    }
    // The handler first: a listener it attaches at once hears what came early before a Close that came with it is answered.
    conversation.run(this.#handler, upgrade);
    connection.start(early);
  }

  /** Most clients ask for the same URL and agree on the same: their connections share what says so, 100 bytes for each. */
  #infoOf({ url, subprotocol, extensions }: Upgrade<Context>): ConnectionInfo {
    const last = this.#lastInfo;
    if (last !== undefined && last.url === url && last.subprotocol === subprotocol && extensions.length === 0)
      return last;
    const info = { url: ownCopy(url), subprotocol: ownCopy(subprotocol), extensions };
    if (extensions.length === 0) this.#lastInfo = info;
    return info;
  }

  // What conversations tell.

  ended(connection: SocketConnection, closure: Closure, duration: number): void {
    this.tally.closed(closure, duration);
    this.connections.delete(connection);
    this.admission.vacated(connection);
    this.#check();
  }

  finished(): void {
    this.#conversations--;
    this.#check();
  }

  // What the application asks.

  broadcast(message: Message, options: BroadcastOptions = {}): void {
    const { except, filter } = options;
    checkFunction('filter', filter);
    const frames = shareFrames(encodeMessage(message, nodeText));
    for (const connection of this.connections) {
      if (connection !== except && (filter === undefined || atOnce('filter', filter(connection))))
        connection.sendShared(frames, message);
    }
  }

  /** A later call with an earlier deadline hastens it; the rest of its options comes too late. */
  close(options: CloseOptions = {}): Promise<void> {
    const settings = settleClose(options);
    if (this.#drain === undefined) {
      this.#drain = new Drain(this, this.settings.transport.clock, settings);
      this.#stop();
      this.#drain.begin(settings.deadline);
    } else {
      this.#drain.hasten(settings.deadline);
    }
    this.#check();
    return this.#drain.done;
  }

  // What its end asks.

  underWay(): Opening<Context>[] {
    // Nobody else has their deadlines here.
    return [...this.#handshakes.members(), ...this.#farewells.members()] as Opening<Context>[];
  }

  deadlinePassed(): void {
    this.#awaitsHandlers = false;
    this.#check();
  }

  #check(): void {
    const handlers = this.#awaitsHandlers ? this.#conversations : 0;
    if (this.#openings + this.connections.size + handlers === 0) this.#drain?.finish();
  }
}

/** What is kept as long as the connection: cut from the head, it would keep the whole head in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function nothing(): void {
  // Until there is something to do.
}
