// The Pings and Pongs of one connection, both ways: ours are counted until they are answered, and the peer's until there are too many.

import type { ConnectionClosedError, Endpoint } from '@framewire/protocol';
import { ProtocolError } from '@framewire/protocol';
import { ControlFrameMeter } from './control-frame-meter.ts';
import { Pings } from './pings.ts';
import type { TransportSettings } from './settings.ts';

/** Made with the first of them. */
export class ControlFrames {
  readonly #endpoint: Endpoint;
  readonly #settings: TransportSettings;
  #pings: Pings | undefined;
  #meter: ControlFrameMeter | undefined;

  constructor(endpoint: Endpoint, settings: TransportSettings) {
    this.#endpoint = endpoint;
    this.#settings = settings;
  }

  /** Milliseconds from the last answered Ping to its Pong; undefined before. */
  get roundTripTime(): number | undefined {
    return this.#pings?.roundTripTime;
  }

  /** Sends a Ping nobody waits for. */
  probe(): void {
    this.#pings ??= new Pings();
    this.#endpoint.ping(this.#pings.probe(this.#settings.clock.now()));
  }

  /** Sends a Ping and resolves with the milliseconds until its Pong. */
  measure(signal: AbortSignal | undefined): Promise<number> {
    this.#pings ??= new Pings();
    const { payload, roundTrip } = this.#pings.start(this.#settings.clock.now(), signal);
    this.#endpoint.ping(payload);
    return roundTrip;
  }

  /** A Ping came. */
  pinged(): void {
    this.#meter ??= new ControlFrameMeter();
    const { maxControlFrames, clock } = this.#settings;
    if (this.#meter.within(maxControlFrames, clock.now())) return;
    const { count, window } = maxControlFrames;
    this.#endpoint.fail(new ProtocolError('TOO_MANY_CONTROL_FRAMES', `The limit is ${count} in ${window} ms.`));
  }

  /** A Pong came. The answer to our own Ping is asked for; only others count as the peer's doing. */
  ponged(payload: Uint8Array): void {
    if (this.#pings?.answered(payload, this.#settings.clock.now()) !== true) this.pinged();
  }

  /** The connection is no longer open: no answer will come. */
  end(reason: () => ConnectionClosedError): void {
    this.#pings?.end(reason);
  }
}
