// WebSocket on an HTTP server that belongs to the application: plain http and https, Express, Fastify.

import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Message } from '@framewire/connection';
import type { NodeConnection } from '@framewire/node-transport';
import { type HandshakeError, type RequestHead, UsageError } from '@framewire/protocol';
import { overLimit } from './admission.ts';
import { atOnce } from './at-once.ts';
import type { CloseOptions } from './drain.ts';
import { type BroadcastOptions, Hub } from './hub.ts';
import type { ServerMetrics } from './metrics.ts';
import { Opening } from './opening.ts';
import { checkNames } from './option-names.ts';
import {
  type Authorize,
  checkArguments,
  checkFunction,
  type Handler,
  settleHandshake,
  type UpgradeOptions,
} from './options.ts';
import { join, leave, type Taker } from './switchboard.ts';

/** The WebSocket side of an HTTP server, as `upgrade` gives it. */
export interface UpgradeServer {
  /** The connections that have not ended. */
  readonly connections: ReadonlySet<NodeConnection>;
  /**
   * Sends a message to every open connection. It is encoded once. The slow-consumer policy holds for each of them.
   *
   * @throws UsageError INVALID_ARGUMENT when the message is neither a string nor a Uint8Array
   */
  broadcast(message: Message, options?: BroadcastOptions): void;
  /** What the server has done since it began: counters and histograms, as plain data. For Prometheus, see `formatMetrics`. */
  metrics(): ServerMetrics;
  /**
   * Takes nobody in any more, refuses the handshakes under way with 503, and closes every connection with 1001, after what is
   * queued. Resolves when all have ended and their handlers have returned, at the latest soon after the deadline, when what is left
   * is ended by force. A second call waits for the same end, and hastens it with an earlier deadline.
   *
   * @throws UsageError INVALID_ARGUMENT, INVALID_OPTION, CLOSE_REASON_TOO_LONG
   */
  close(options?: CloseOptions): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Takes the WebSocket handshakes of an HTTP server. Listening and closing stay the application's; closing an HTTP server does not
 * end its WebSocket connections, so close both.
 *
 * Attach it before the server listens. Several may share a server: see `match`.
 *
 * @throws UsageError INVALID_ARGUMENT, INVALID_OPTION
 */
export function upgrade(server: HttpServer | HttpsServer, handler: Handler, options?: UpgradeOptions): UpgradeServer;
export function upgrade<Context>(
  server: HttpServer | HttpsServer,
  handler: Handler<Context>,
  options: UpgradeOptions<Context> & { readonly authorize: Authorize<Context> },
): UpgradeServer;
export function upgrade<Context>(
  server: HttpServer | HttpsServer,
  handler: Handler<Context>,
  options: UpgradeOptions<Context> = {},
): UpgradeServer {
  if (typeof server?.on !== 'function') {
    throw new UsageError(
      'INVALID_ARGUMENT',
      'The first argument must be an HTTP server, such as http.createServer(app).',
    );
  }
  checkArguments(handler, options);
  checkNames('upgrade', options);
  checkFunction('match', options.match);
  const hub = new Hub(handler, settleHandshake(options));
  const taker = new UpgradeTaker(hub, options.match);
  join(server, taker);
  hub.onClosing(() => leave(server, taker));
  return new AttachedServer(hub);
}

/** Gives what an HTTP server has read to a hub. */
export class UpgradeTaker<Context> implements Taker {
  readonly #hub: Hub<Context>;
  readonly #match: UpgradeOptions['match'];

  constructor(hub: Hub<Context>, match?: UpgradeOptions['match']) {
    this.#hub = hub;
    this.#match = match;
  }

  wants(path: string, head: RequestHead): boolean {
    return this.#match === undefined || atOnce('match', this.#match(path, head));
  }

  take(socket: Duplex, head: RequestHead, early: Uint8Array): void {
    const { admission } = this.#hub;
    const reached = admission.handshakes.reached(admission.networkOf(socket));
    const opening = this.#opening(socket);
    // It has sent its request, and waits for an answer.
    if (reached === undefined) opening.judge(head, early);
    else opening.refuse(overLimit(reached));
  }

  turnAway(socket: Duplex, error: HandshakeError): void {
    this.#opening(socket).refuse(error);
  }

  failed(socket: Duplex, error: unknown): void {
    this.#opening(socket).threw(error);
  }

  #opening(socket: Duplex): Opening<Context> {
    const opening = new Opening(this.#hub, socket);
    // The timeouts of an HTTP server are meant for requests.
    if (socket instanceof Socket) socket.setTimeout(0);
    opening.read(socket, this.#hub.settings.secure ?? socket instanceof TLSSocket);
    return opening;
  }
}

/** The implementation of {@link UpgradeServer}. */
export class AttachedServer<Context> implements UpgradeServer {
  readonly #hub: Hub<Context>;

  constructor(hub: Hub<Context>) {
    this.#hub = hub;
  }

  get connections(): ReadonlySet<NodeConnection> {
    return this.#hub.connections;
  }

  broadcast(message: Message, options?: BroadcastOptions): void {
    this.#hub.broadcast(message, options);
  }

  metrics(): ServerMetrics {
    return this.#hub.tally.snapshot();
  }

  close(options?: CloseOptions): Promise<void> {
    return this.#hub.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
