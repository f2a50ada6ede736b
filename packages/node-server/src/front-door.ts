// Accepts sockets for `serve`, on TCP, TLS or a Unix socket, and gives each an opening handshake of its own, whose time runs from the
// first packet on.

import type { Server as HttpServer } from 'node:http';
import { createServer, type ListenOptions, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { shareReads } from '@framewire/node-transport';
import { type HeadLimits, UsageError } from '@framewire/protocol';
import { overLimit } from './admission.ts';
import type { Hub } from './hub.ts';
import { type HeadReading, Opening } from './opening.ts';
import type { Taker } from './switchboard.ts';
import { join, leave } from './switchboard.ts';
import { remoteAddressOf } from './upgrade-request.ts';

/** How a {@link FrontDoor} is built. */
export interface DoorOptions {
  readonly limits: HeadLimits;
  readonly tls: TlsOptions | undefined;
  readonly http: HttpServer | undefined;
  /** Whether accepted sockets are read into one buffer. */
  readonly sharedRead?: boolean;
}

export class FrontDoor<Context> {
  readonly server: NetServer;
  readonly #hub: Hub<Context>;
  readonly #reading: HeadReading;
  /** Openings whose TLS is not done, by the two addresses of their sockets: TLS brings a socket of its own, which does not name the first. */
  readonly #securing: Map<string, Opening<Context>> = new Map();
  readonly #secure: boolean;
  readonly #taker: Taker;
  readonly #sharedRead: boolean;

  /** @throws UsageError INVALID_OPTION when Node does not take the TLS options */
  constructor(hub: Hub<Context>, taker: Taker, { limits, tls, http, sharedRead = false }: DoorOptions) {
    this.#hub = hub;
    this.#taker = taker;
    this.#reading = { limits, http };
    this.#sharedRead = sharedRead;
    const { secure } = hub.settings;
    this.#secure = secure ?? tls !== undefined;
    // As Node's HTTP servers have it: a client may end its sending side and still wait for the response, but not with TLS.
    this.server =
      tls === undefined
        ? createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
        : this.#createTls(tls);
    // A failure to accept leaves the server listening. Of EMFILE Node says nothing: it hangs up on the client.
    this.server.on('error', (error) => {
      if (this.server.listening) hub.report(error);
    });
  }

  /** Resolves when it listens, rejects with Node's own error when it cannot. */
  async listen(options: ListenOptions): Promise<void> {
    const { server } = this;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const { http } = this.#reading;
    if (http === undefined) return;
    // On connections that it keeps open, later requests may be WebSocket handshakes.
    join(http, this.#taker);
    // This is when an HTTP server begins to watch headersTimeout and requestTimeout; without, it would never.
    if (!http.listening) http.emit('listening');
  }

  /** Lets nobody in any more. Sockets the HTTP server was given stay its own; those that are idle are closed. */
  close(): void {
    this.server.close();
    const { http } = this.#reading;
    if (http === undefined) return;
    leave(http, this.#taker);
    http.closeIdleConnections();
  }

  #createTls(tls: TlsOptions): NetServer {
    const { handshakeTimeout } = this.#hub.settings;
    try {
      const options = { ALPNProtocols: ['http/1.1'], ...tls, handshakeTimeout, noDelay: true };
      const server = createTlsServer(options, (socket) => this.#secured(socket));
      server.on('connection', (socket: Socket) => this.#securingBegins(socket));
      return server;
    } catch (error) {
      throw new UsageError('INVALID_OPTION', `tls: ${(error as Error).message}`, { cause: error });
    }
  }

  #accept(socket: Socket): void {
    if (this.#turnsAway(socket)) return;
    if (this.#sharedRead) shareReads(socket);
    new Opening(this.#hub, socket, this.#reading).read(socket, this.#secure);
  }

  /**
   * Whether as many handshakes are under way as may be, and none of them makes room. Then the socket is reset: it has asked for nothing yet, so
   * nothing need be answered and waited for, and the kernel keeps nothing of it either, as it would of one that we close in order.
   */
  #turnsAway(socket: Socket): boolean {
    const hub = this.#hub;
    const reached = hub.admission.handshakes.reached(hub.admission.networkOf(socket));
    if (reached === undefined) return false;
    // Of one network it is its own affair: others are not kept out by it.
    if (reached.option === 'maxPendingHandshakes' && hub.makeRoom(reached)) return false;
    const remoteAddress = remoteAddressOf(socket);
    // Whatever may still come of it must not end the process.
    socket.on('error', ignore);
    // There is nothing to reset on a Unix socket, and Node would throw; nor where the peer has gone, which has no address either.
    if (remoteAddress === '') socket.destroy();
    else socket.resetAndDestroy();
    hub.tally.handshakeStarted();
    hub.refused(overLimit(reached), remoteAddress);
    return true;
  }

  #securingBegins(socket: Socket): void {
    if (this.#turnsAway(socket)) return;
    const key = addressesOf(socket);
    // On a Unix socket, which has no addresses, Node's own handshakeTimeout must do.
    if (key === undefined) return;
    this.#securing.set(key, new Opening(this.#hub, socket, this.#reading));
    socket.once('close', () => this.#securing.delete(key));
  }

  #secured(socket: TLSSocket): void {
    const key = addressesOf(socket);
    const opening = key === undefined ? undefined : this.#securing.get(key);
    if (key !== undefined) this.#securing.delete(key);
    (opening ?? new Opening(this.#hub, socket, this.#reading)).read(socket, this.#secure);
  }
}

function ignore(): void {
  // It is gone.
}

function addressesOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  if (remotePort === undefined) return undefined;
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
