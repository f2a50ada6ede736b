// Who is let in: handshakes under way and connections are counted, in total and for each network of clients. A total costs a connection no
// memory. Networks are counted only where a limit for them is set below the total, and none is remembered that has nobody here.

import type { Duplex } from 'node:stream';
import { LimitError } from '@framewire/node-transport';
import { type HandshakeError, handshakeError, limit } from '@framewire/protocol';
import { networkOf } from './client-network.ts';
import { remoteAddressOf } from './upgrade-request.ts';

/** How many are let in. What is over a limit is refused, and `onRefused` hears which limit it was. */
export interface AdmissionOptions {
  /**
   * Most connections at a time, those whose handshake is being judged included; more are refused with 503. 1 to 2^53 - 1; default 100,000:
   * idle, they take about half a gigabyte, and few processes may have more files open. It is there so that memory has an end; set it to what
   * the machine was tested with.
   */
  readonly maxConnections?: number | undefined;
  /**
   * Most connections at a time of one network: an IPv4 address, or the first 64 bits of an IPv6 address; more are refused with 503. 1 to
   * 2^53 - 1; default: `maxConnections`, for behind a reverse proxy all clients have the proxy's address. Set it where clients connect
   * directly, and remember that many may share an address behind a NAT. Clients on a Unix socket have no address.
   */
  readonly maxConnectionsPerAddress?: number | undefined;
  /**
   * Most sockets at a time that were accepted and are not connections yet: in TLS, sending their request, waiting for `authorize`, or being
   * refused. For one more, the oldest that was refused a while ago is ended, or else the oldest that has not asked yet, if it has had a tenth
   * of `handshakeTimeout`; else the new one is reset at once, because an answer to every socket of a flood costs us more than it costs who
   * floods. With `upgrade`, where a request was read, it gets a 503. What was handed to `http` does not count. 1 to 2^53 - 1; default 4,096,
   * more than TLS of one process gets done within `handshakeTimeout`.
   */
  readonly maxPendingHandshakes?: number | undefined;
  /** The same of one network, as in `maxConnectionsPerAddress`. Default: `maxPendingHandshakes`. */
  readonly maxPendingHandshakesPerAddress?: number | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 100_000;
const DEFAULT_MAX_PENDING_HANDSHAKES = 4_096;

/** {@link AdmissionOptions} after the check. */
export type AdmissionLimits = { readonly [Name in keyof AdmissionOptions]-?: number };

/** @throws UsageError INVALID_OPTION naming the option that is wrong */
export function settleAdmission(options: AdmissionOptions): AdmissionLimits {
  const maxConnections = limit('maxConnections', options.maxConnections, DEFAULT_MAX_CONNECTIONS);
  const maxPendingHandshakes = limit(
    'maxPendingHandshakes',
    options.maxPendingHandshakes,
    DEFAULT_MAX_PENDING_HANDSHAKES,
  );
  return {
    maxConnections,
    maxConnectionsPerAddress: limit('maxConnectionsPerAddress', options.maxConnectionsPerAddress, maxConnections),
    maxPendingHandshakes,
    maxPendingHandshakesPerAddress: limit(
      'maxPendingHandshakesPerAddress',
      options.maxPendingHandshakesPerAddress,
      maxPendingHandshakes,
    ),
  };
}

/** The refusal of somebody for whom there is no room. */
export function overLimit(reached: LimitError): HandshakeError {
  return handshakeError('UNAVAILABLE', reached.message, { cause: reached });
}

/** The counts of one server. */
export class Admission {
  readonly handshakes: Count;
  readonly connections: Count;
  readonly #countsNetworks: boolean;
  /** The networks of connections, where they are counted: a socket may forget its address before it is gone. */
  readonly #networks: Map<object, string> = new Map();

  constructor(limits: AdmissionLimits) {
    this.handshakes = new Count('handshakes under way', limits, 'maxPendingHandshakes');
    this.connections = new Count('connections', limits, 'maxConnections');
    this.#countsNetworks = this.handshakes.countsNetworks || this.connections.countsNetworks;
  }

  /** The network to count the socket by; `''` where networks are not counted, or it has none. */
  networkOf(socket: Duplex): string {
    return this.#countsNetworks ? networkOf(remoteAddressOf(socket)) : '';
  }

  /** What was counted among the connections has become this one. */
  seated(connection: object, network: string): void {
    if (network !== '') this.#networks.set(connection, network);
  }

  /** The connection has ended. */
  vacated(connection: object): void {
    this.connections.leave(this.#networks.get(connection) ?? '');
    this.#networks.delete(connection);
  }
}

/** How many there are of one kind. */
export class Count {
  /** Of all networks. */
  total = 0;
  readonly #what: string;
  readonly #option: 'maxConnections' | 'maxPendingHandshakes';
  readonly #most: number;
  readonly #mostOfNetwork: number;
  readonly #ofNetwork: Map<string, number> | undefined;

  /** @param what for people, in the plural */
  constructor(what: string, limits: AdmissionLimits, option: 'maxConnections' | 'maxPendingHandshakes') {
    this.#what = what;
    this.#option = option;
    this.#most = limits[option];
    this.#mostOfNetwork = limits[`${option}PerAddress`];
    // At the total or above, it says nothing that the total does not say before.
    this.#ofNetwork = this.#mostOfNetwork < this.#most ? new Map() : undefined;
  }

  get countsNetworks(): boolean {
    return this.#ofNetwork !== undefined;
  }

  /** How many networks have somebody here, as far as they are counted. */
  get networks(): number {
    return this.#ofNetwork?.size ?? 0;
  }

  /** The limit that leaves no room for one more of this network: its own first, for then nobody else need make room for it. */
  reached(network: string): LimitError | undefined {
    if ((this.#ofNetwork?.get(network) ?? 0) >= this.#mostOfNetwork) {
      const event = `There are as many ${this.#what} of ${network} as there may be.`;
      return new LimitError(`${this.#option}PerAddress`, this.#mostOfNetwork, event);
    }
    if (this.total < this.#most) return undefined;
    return new LimitError(this.#option, this.#most, `There are as many ${this.#what} as there may be.`);
  }

  /** Counts one more, also over a limit. */
  enter(network: string): void {
    this.total++;
    if (network !== '') this.#ofNetwork?.set(network, (this.#ofNetwork.get(network) ?? 0) + 1);
  }

  leave(network: string): void {
    this.total--;
    const count = this.#ofNetwork?.get(network);
    if (count === undefined) return;
    if (count > 1) this.#ofNetwork?.set(network, count - 1);
    else this.#ofNetwork?.delete(network);
  }
}
