// The proxy: a listener, what it does with new clients, and commands for all connections at once.

import { createServer, type Server, Socket } from 'node:net';
import type { Clock } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';
import { type ChaosConnection, type Direction, directions, type FaultsOfBoth, Link, settleBoth } from './connection.ts';
import { checkNames, type SettledFaults, settleFaults } from './faults.ts';
import { realClock } from './real-clock.ts';
import { reset } from './reset.ts';
import { type Address, addressOf, checkPort, type Target, urlOf } from './target.ts';

/**
 * How new clients are refused.
 *
 * - `reset`: accepted, and reset at once.
 * - `closed`: the port is closed, so connecting fails with ECONNREFUSED.
 * - `silent`: accepted, and never answered. Nobody asks the target.
 */
export type Refusal = 'reset' | 'closed' | 'silent';

/** What the proxy leads to, and what is wrong from the beginning. */
export interface ChaosProxyOptions extends FaultsOfBoth {
  /** Where the server is: its URL, or a host and a port. */
  readonly target: Target;
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** The port to listen on. Default 0: any that is free. */
  readonly port?: number;
  /** A whole number from which all that is random follows. Default 1. */
  readonly seed?: number;
  /** Bytes held for one direction of a connection over which its sender is not read any more. At least 1; default 1 MiB. */
  readonly maxBuffered?: number;
  /** Time, for tests of delays. */
  readonly clock?: Clock;
}

/** A TCP proxy that does to its connections what a network does on a bad day. */
export interface ChaosProxy {
  /** The target's URL with the proxy's address: what a client is given instead. `tcp://` and the address when the target is no URL. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** All that are not closed, the oldest first. */
  readonly connections: readonly ChaosConnection[];
  /** The next connection to be accepted. Rejects when the proxy is closed before. */
  connection(): Promise<ChaosConnection>;
  /**
   * Gives every connection, and those to come, other faults, at once. Of each direction named, all of them are replaced.
   *
   * @throws UsageError INVALID_OPTION
   */
  set(faults: FaultsOfBoth): void;
  /**
   * As when the cable is out: in every connection, and in those to come, bytes are neither read nor written, and neither is an end or a
   * reset passed on, until `resume()`. In both directions, or in one. Each side still believes in the other.
   */
  stall(direction?: Direction): void;
  /** What was held goes on, in order. */
  resume(direction?: Direction): void;
  /** Resets both sides of every connection at once. What is held is lost. */
  cut(): void;
  /** Ends both sides of every connection with a FIN, after what is held. */
  end(): void;
  /**
   * Refuses new clients until `accept()`. Connections go on.
   *
   * @throws UsageError INVALID_OPTION
   */
  refuse(how: Refusal): Promise<void>;
  /**
   * Accepts new clients again, on the same port, and goes on with those that were accepted in silence. Rejects with Node's own error when
   * somebody else has taken the port.
   */
  accept(): Promise<void>;
  /** Listens no more, cuts what is open, and resolves when nothing is left. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a proxy in front of a TCP server, TLS or not.
 *
 * @returns once it listens
 * @throws UsageError INVALID_OPTION, INVALID_URL. Rejects with Node's own error when it cannot listen, such as EADDRINUSE
 */
export async function chaosProxy(options: ChaosProxyOptions): Promise<ChaosProxy> {
  const proxy = new ListeningProxy(options);
  await proxy.accept();
  return proxy;
}

const OPTIONS = ['clock', 'host', 'maxBuffered', 'port', 'seed', 'target', 'toClient', 'toServer'];

/** The implementation of {@link ChaosProxy}. */
class ListeningProxy implements ChaosProxy {
  host: string;
  port: number;
  readonly #options: ChaosProxyOptions;
  readonly #target: Address;
  readonly #seed: number;
  readonly #maxBuffered: number;
  readonly #clock: Clock;
  readonly #links: Set<Link> = new Set();
  readonly #silent: Set<Link> = new Set();
  readonly #stalled: Set<Direction> = new Set();
  readonly #waiting: Waiter[] = [];
  #faults: Readonly<Record<Direction, SettledFaults>>;
  #refusal: Refusal | undefined;
  #listener: Server | undefined;
  #listening: Promise<void> = Promise.resolve();
  #accepted = 0;
  #closed: Promise<void> | undefined;

  constructor(options: ChaosProxyOptions) {
    const { host = '127.0.0.1', port = 0, seed = 1, maxBuffered = 1024 * 1024, clock = realClock } = Object(options);
    if (typeof options !== 'object' || options === null) {
      throw new UsageError('INVALID_OPTION', 'chaosProxy needs options with a target, such as { target: server.url }.');
    }
    checkNames('chaosProxy has no option', options, OPTIONS);
    this.#options = options;
    this.#target = addressOf(options.target);
    this.host = host;
    this.port = checkPort('port', port, 0);
    this.#seed = wholeNumber('seed', seed, Number.MIN_SAFE_INTEGER);
    this.#maxBuffered = wholeNumber('maxBuffered', maxBuffered, 1);
    if (typeof clock?.now !== 'function' || typeof clock.schedule !== 'function') {
      throw new UsageError('INVALID_OPTION', 'clock must have the methods now and schedule.');
    }
    this.#clock = clock;
    const { toClient = {}, toServer = {} } = options;
    this.#faults = { toClient: settleFaults('toClient', toClient), toServer: settleFaults('toServer', toServer) };
  }

  get url(): string {
    return urlOf(this.#options.target, this);
  }

  get connections(): readonly ChaosConnection[] {
    return [...this.#links];
  }

  connection(): Promise<ChaosConnection> {
    return new Promise((resolve, reject) => {
      if (this.#closed === undefined) this.#waiting.push({ resolve, reject });
      else reject(closedError());
    });
  }

  set(faults: FaultsOfBoth): void {
    const settled = settleBoth(faults);
    this.#faults = { ...this.#faults, ...settled };
    for (const link of this.#links) link.apply(settled);
  }

  stall(direction?: Direction): void {
    for (const one of directions(direction)) this.#stalled.add(one);
    for (const link of this.#links) link.stall(direction);
  }

  resume(direction?: Direction): void {
    for (const one of directions(direction)) this.#stalled.delete(one);
    for (const link of this.#links) if (!this.#silent.has(link)) link.resume(direction);
  }

  cut(): void {
    for (const link of this.#links) link.cut();
  }

  end(): void {
    for (const link of this.#links) link.end();
  }

  refuse(how: Refusal): Promise<void> {
    if (how !== 'reset' && how !== 'closed' && how !== 'silent') {
      throw new UsageError(
        'INVALID_OPTION',
        `A client is refused by 'reset', 'closed' or 'silent', not ${String(how)}.`,
      );
    }
    this.#refusal = how;
    return this.#listenIf(how !== 'closed');
  }

  async accept(): Promise<void> {
    this.#refusal = undefined;
    for (const link of this.#silent) for (const one of directions()) if (!this.#stalled.has(one)) link.resume(one);
    this.#silent.clear();
    await this.#listenIf(true);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(closedError());
    this.cut();
    await Promise.allSettled([this.#listenIf(false), ...this.connections.map(({ closed }) => closed)]);
  }

  /** Opens or closes the port, after what was wanted before. */
  #listenIf(wanted: boolean): Promise<void> {
    const change = async (): Promise<void> => {
      if (wanted === (this.#listener !== undefined) || (wanted && this.#closed !== undefined)) return;
      if (wanted) await this.#listen();
      else this.#hangUp();
    };
    const changed = this.#listening.then(change);
    this.#listening = changed.catch(() => undefined);
    return changed;
  }

  #listen(): Promise<void> {
    const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#take(client));
    return new Promise((resolve, reject) => {
      // Stays: a client that cannot be accepted, when there are too many open files, is not worth a crash.
      listener.on('error', reject);
      listener.listen({ host: this.host, port: this.port }, () => {
        const address = listener.address();
        if (typeof address === 'object' && address !== null) this.port = address.port;
        this.#listener = listener;
        resolve();
      });
    });
  }

  #hangUp(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    // It says that it is closed when its last connection is; the port is closed before `close` returns.
    listener?.close();
  }

  #take(client: Socket): void {
    if (this.#refusal === 'reset' || this.#refusal === 'closed' || this.#closed !== undefined) {
      client.on('error', () => undefined);
      reset(client);
      return;
    }
    this.#accepted++;
    const silent = this.#refusal === 'silent';
    const link = new Link({
      number: this.#accepted,
      client,
      server: new Socket({ allowHalfOpen: true }),
      target: this.#target,
      seed: this.#seed,
      faults: this.#faults,
      lane: { clock: this.#clock, maxBuffered: this.#maxBuffered },
      stalled: silent ? directions() : this.#stalled,
    });
    this.#links.add(link);
    if (silent) this.#silent.add(link);
    void link.closed.then(() => {
      this.#links.delete(link);
      this.#silent.delete(link);
    });
    for (const { resolve } of this.#waiting.splice(0)) resolve(link);
  }
}

/** Who waits for a connection. */
interface Waiter {
  readonly resolve: (connection: ChaosConnection) => void;
  readonly reject: (error: Error) => void;
}

function closedError(): Error {
  return new Error('The chaos proxy was closed before another connection came.');
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError('INVALID_OPTION', `${name} must be a whole number from ${least}, not ${String(value)}.`);
}
