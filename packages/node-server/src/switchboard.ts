// The 'upgrade' event of an HTTP server, shared by all who take upgrades from it. With a listener, Node gives every request that has an
// Upgrade field to that event, also those that only offer HTTP/2 and would be glad of a plain answer, as Java's client does. Newer
// versions of Node ask first (`shouldUpgradeCallback`); from older ones such requests are given back.

import { Buffer } from 'node:buffer';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import {
  equalsIgnoreCase,
  type Fields,
  type HandshakeError,
  handshakeError,
  isUpgradeRequest,
  type RequestHead,
} from '@framewire/protocol';

/** Somebody who takes WebSocket handshakes from an HTTP server. */
export interface Taker {
  /** Whether this one is ours. If it throws, {@link failed} is called with what it threw. */
  wants(path: string, head: RequestHead): boolean;
  /** The handshake is ours. */
  take(socket: Duplex, head: RequestHead, early: Uint8Array): void;
  /** Nobody can have it. */
  turnAway(socket: Duplex, error: HandshakeError): void;
  /** Asking who wants it has failed. */
  failed(socket: Duplex, error: unknown): void;
}

const boards: WeakMap<HttpServer, Switchboard> = new WeakMap();

/** Lets the taker have the server's WebSocket handshakes, after those who joined before. */
export function join(http: HttpServer, taker: Taker): void {
  let board = boards.get(http);
  if (board === undefined) {
    board = new Switchboard(http);
    boards.set(http, board);
  }
  board.takers.push(taker);
}

/** Ends what {@link join} began. When all have left, the server is as it was. */
export function leave(http: HttpServer, taker: Taker): void {
  const board = boards.get(http);
  const index = board?.takers.indexOf(taker) ?? -1;
  if (board === undefined || index === -1) return;
  board.takers.splice(index, 1);
  if (board.takers.length > 0) return;
  board.disconnect();
  boards.delete(http);
}

/** An HTTP server of a Node that asks whether a request is to be an upgrade: 22.21, 24.9 and later. */
interface AskingServer {
  shouldUpgradeCallback?: ((request: IncomingMessage) => boolean) | undefined;
}

class Switchboard {
  readonly takers: Taker[] = [];
  readonly #http: HttpServer & AskingServer;
  readonly #askedBefore: AskingServer['shouldUpgradeCallback'];

  constructor(http: HttpServer & AskingServer) {
    this.#http = http;
    this.#askedBefore = http.shouldUpgradeCallback;
    http.on('upgrade', this.#upgrade);
    if (this.#askedBefore !== undefined) http.shouldUpgradeCallback = this.#isUpgrade;
  }

  disconnect(): void {
    this.#http.off('upgrade', this.#upgrade);
    // Unless somebody else has set another since.
    if (this.#http.shouldUpgradeCallback === this.#isUpgrade) this.#http.shouldUpgradeCallback = this.#askedBefore;
  }

  get #isAlone(): boolean {
    return this.#http.listenerCount('upgrade') === 1;
  }

  readonly #isUpgrade = (request: IncomingMessage): boolean => {
    if (this.#isAlone && !isUpgradeRequest(headOf(request))) return false;
    return this.#askedBefore?.call(this.#http, request) === true;
  };

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, early: Uint8Array): void => {
    // Who emits this event later than Node may be too late. A socket that has told of its end does not tell again, and would be waited for.
    if (socket.closed) return;
    const head = headOf(request);
    const isOurs = isUpgradeRequest(head);
    // With other listeners about, it may be theirs.
    if (!isOurs && !this.#isAlone) return;
    // Behind a request that is not answered yet, our bytes would overtake its response, and that would come in the middle of ours. Only
    // this property tells. No browser or proxy sends requests like this.
    if ('_httpMessage' in socket && socket._httpMessage) return void socket.destroy();
    const [first] = this.takers as [Taker]; // without takers there is no listener
    // What is missing may be an Origin, or a Content-Length, and then the body would pass for another request.
    const most = mostFields(this.#http);
    if (head.fields.length >= most) {
      const detail = `It has ${most} fields or more (maxHeadersCount of the HTTP server).`;
      return first.turnAway(socket, handshakeError('HEAD_TOO_LARGE', detail));
    }
    if (isOurs) return this.#distribute(socket, head, early, first);
    // A body that is still to come has a stream of its own in front of the socket, and then there is no way back.
    if (socket === request.socket) giveBack(this.#http, head, socket, early);
    else first.turnAway(socket, handshakeError('UPGRADE_MISSING'));
  };

  #distribute(socket: Duplex, head: RequestHead, early: Uint8Array, first: Taker): void {
    const path = pathOf(head.target);
    for (const taker of this.takers) {
      try {
        if (!taker.wants(path, head)) continue;
      } catch (error) {
        return taker.failed(socket, error);
      }
      return taker.take(socket, head, early);
    }
    if (this.#isAlone) first.turnAway(socket, handshakeError('REFUSED', undefined, { status: 404 }));
  }
}

/**
 * Answers a request for another protocol as Node does when nobody listens for upgrades: as if it had not asked (RFC 9110, section
 * 7.8). The head is written anew without its Upgrade field, and the server reads it again.
 */
function giveBack(http: HttpServer, head: RequestHead, socket: Duplex, early: Uint8Array): void {
  let text = `${head.method} ${head.target} ${head.version}\r\n`;
  for (const [name, value] of head.fields) if (!equalsIgnoreCase(name, 'upgrade')) text += `${name}: ${value}\r\n`;
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), early]));
  // The event by which a server of each kind gets a socket whose bytes are HTTP.
  http.emit(http instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}

/** Most fields Node keeps of a head, unless `maxHeadersCount` of the server says otherwise; 0 means all. It does not tell that it left some out. */
const MOST_FIELDS = 1000;

/** With so many, there may have been more. */
function mostFields({ maxHeadersCount }: HttpServer): number {
  const most = maxHeadersCount ?? MOST_FIELDS;
  return most > 0 ? most : Number.POSITIVE_INFINITY;
}

function headOf({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): RequestHead {
  const fields: Fields[number][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    fields.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]); // both are in range
  }
  return { method, target: url, version: `HTTP/${httpVersion}`, fields };
}

/** The path of a target in origin form or absolute form. */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/?]*/i, '').split('?', 1)[0] as string; // split gives at least one
  return path === '' ? '/' : path;
}
