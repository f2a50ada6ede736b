// The Pings and Pongs of one connection, both ways: ours are counted until they are answered, and the peer's until there are too many.

import type { Endpoint } from '@framewire/protocol';
import { ProtocolError } from '@framewire/protocol';
import { ControlFrameMeter } from './control-frame-meter.ts';
import { Pings } from './pings.ts';
import type { TransportSettings } from './settings.ts';

/** Made with the first of them. It extends Pings instead of having them, which is 32 bytes less for each idle connection that is pinged. */
export class ControlFrames extends Pings {
  readonly #endpoint: Endpoint;
  readonly #settings: TransportSettings;
  #meter: ControlFrameMeter | undefined;

  constructor(endpoint: Endpoint, settings: TransportSettings) {
    super();
    this.#endpoint = endpoint;
    this.#settings = settings;
  }

  /** Sends a Ping nobody waits for. */
  probe(): void {
    this.#endpoint.ping(this.begin(this.#settings.clock.now()));
  }

  /** Sends a Ping and resolves with the milliseconds until its Pong. */
  measure(signal: AbortSignal | undefined): Promise<number> {
    const { payload, roundTrip } = this.start(this.#settings.clock.now(), signal);
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

  /** A Pong came. The answer to our own Ping is asked for; only others count as the peer's doing. Tells whether it is one. */
  ponged(payload: Uint8Array): boolean {
    const isAnswer = this.answered(payload, this.#settings.clock.now());
    if (!isAnswer) this.pinged();
    return isAnswer;
  }
}
