// A client's socket, the proxy's own socket to the target, and a lane in each direction between the two.

import type { Socket } from 'node:net';
import { UsageError } from '@framewire/protocol';
import type { LimitFault, SettledFaults } from './faults.ts';
import { checkNames, type Faults, settleFaults } from './faults.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { reset } from './reset.ts';
import { randomOf } from './seeds.ts';
import type { Address } from './target.ts';

/** Which way bytes go. */
export type Direction = 'toClient' | 'toServer';

/** What has passed in one direction. */
export interface ChaosDirection {
  /** Bytes read from the sender. */
  readonly received: number;
  /** Bytes written to the receiver, as far as the operating system has taken them. */
  readonly delivered: number;
  /** Bytes read and not yet written. */
  readonly held: number;
  /** Whether nothing is read or written. */
  readonly stalled: boolean;
}

/** Faults for one direction or both; a direction that is not named stays as it is. */
export interface FaultsOfBoth {
  readonly toClient?: Faults;
  readonly toServer?: Faults;
}

/** A client's connection through the proxy. */
export interface ChaosConnection {
  /** Counted from 1. */
  readonly number: number;
  readonly toClient: ChaosDirection;
  readonly toServer: ChaosDirection;
  /** Resolves when both sockets are closed. Never rejects. */
  readonly closed: Promise<void>;
  /** What one of the two sockets failed with first: such as ECONNREFUSED when there is nobody at the target. */
  readonly error: Error | undefined;
  /**
   * Gives the connection other faults, at once. Of each direction named, all of them are replaced.
   *
   * @throws UsageError INVALID_OPTION
   */
  set(faults: FaultsOfBoth): void;
  /**
   * As when the cable is out: bytes are neither read nor written, and neither is an end or a reset passed on, until `resume()`. In both
   * directions, or in one.
   */
  stall(direction?: Direction): void;
  /** What was held goes on, in order. */
  resume(direction?: Direction): void;
  /** Resets both sides at once. What is held is lost. A target that is still being asked is given up with a FIN. */
  cut(): void;
  /** Ends both sides with a FIN, after what is held. What comes later is thrown away. While stalled, it waits. */
  end(): void;
}

/** What a connection is made of. */
export interface LinkOptions {
  readonly number: number;
  readonly client: Socket;
  /** Not yet connected. */
  readonly server: Socket;
  readonly target: Address;
  readonly seed: number;
  readonly faults: Readonly<Record<Direction, SettledFaults>>;
  readonly lane: Pick<LaneOptions, 'clock' | 'maxBuffered'>;
  /** In which the connection is stalled from the beginning. When it is in both, the target is not asked before it is resumed. */
  readonly stalled: Iterable<Direction>;
}

/** The implementation of {@link ChaosConnection}. */
export class Link implements ChaosConnection {
  readonly number: number;
  readonly toClient: Lane;
  readonly toServer: Lane;
  readonly closed: Promise<void>;
  error: Error | undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #target: Address;
  #dialled = false;

  constructor({ number, client, server, target, seed, faults, lane, stalled }: LinkOptions) {
    this.number = number;
    this.#client = client;
    this.#server = server;
    this.#target = target;
    const limitReached = (action: LimitFault['action']): void => this[action]();
    const options = (direction: 0 | 1): Pick<LaneOptions, 'seed' | 'clock' | 'maxBuffered' | 'limitReached'> => ({
      ...lane,
      seed: randomOf(seed, number, direction).integer(0, 2 ** 31 - 1),
      limitReached,
    });
    this.toClient = new Lane({ ...options(0), source: server, sink: client }, faults.toClient);
    this.toServer = new Lane({ ...options(1), source: client, sink: server }, faults.toServer);
    const closed = [
      this.#follow(client, this.toServer, this.toClient),
      this.#follow(server, this.toClient, this.toServer),
    ];
    this.closed = Promise.all(closed).then(() => undefined);
    for (const direction of stalled) this[direction].stall();
    const open = directions().filter((direction) => !this[direction].stalled);
    for (const direction of open) this.resume(direction);
  }

  set(faults: FaultsOfBoth): void {
    this.apply(settleBoth(faults));
  }

  /** As {@link set}, with faults that were checked. */
  apply({ toClient, toServer }: Partial<Record<Direction, SettledFaults>>): void {
    if (toClient !== undefined) this.toClient.set(toClient);
    if (toServer !== undefined) this.toServer.set(toServer);
  }

  stall(direction?: Direction): void {
    for (const one of directions(direction)) this[one].stall();
  }

  resume(direction?: Direction): void {
    const resumed = directions(direction);
    this.#dial();
    for (const one of resumed) this[one].resume();
  }

  cut(): void {
    this.toClient.stop();
    this.toServer.stop();
    reset(this.#client);
    reset(this.#server);
  }

  end(): void {
    this.toClient.end();
    this.toServer.end();
  }

  /** Asks the target, before anything is written to it: once, and only when something may pass. */
  #dial(): void {
    if (this.#dialled) return;
    this.#dialled = true;
    if (!this.#server.destroyed) this.#server.connect(this.#target);
  }

  /** Hears all that a socket has to say, and what it can still be told. Resolves when it is closed. */
  #follow(socket: Socket, out: Lane, into: Lane): Promise<void> {
    socket.setNoDelay(true);
    return new Promise((resolve) => {
      socket.on('error', (error) => {
        this.error ??= error;
      });
      socket.on('data', (bytes) => out.receive(bytes));
      socket.pause();
      socket.on('end', () => out.end());
      socket.on('close', (failed) => {
        into.stop();
        if (failed) out.reset();
        resolve();
      });
    });
  }
}

/** @throws UsageError INVALID_OPTION */
export function directions(direction?: Direction): readonly Direction[] {
  if (direction === undefined) return ['toServer', 'toClient'];
  if (direction === 'toServer' || direction === 'toClient') return [direction];
  throw new UsageError('INVALID_OPTION', `A direction is 'toClient' or 'toServer', not ${String(direction)}.`);
}

/** @throws UsageError INVALID_OPTION */
export function settleBoth(faults: FaultsOfBoth): Partial<Record<Direction, SettledFaults>> {
  checkNames('set has no', faults, ['toClient', 'toServer']);
  const { toClient, toServer } = Object(faults) as FaultsOfBoth;
  return {
    ...(toClient === undefined ? {} : { toClient: settleFaults('toClient', toClient) }),
    ...(toServer === undefined ? {} : { toServer: settleFaults('toServer', toServer) }),
  };
}
