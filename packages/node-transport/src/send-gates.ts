// Who waits until more may be sent. Most connections never have more to send than they may, and so have no gates.

import { DrainGate } from '@framewire/connection';

/** The gates of one connection, over the same high-water mark. */
export class SendGates {
  /** Of `send`: it also counts what waits behind a stream. Opens when everything has left. */
  readonly send: DrainGate;
  /** Lets a stream be sent. */
  readonly stream: DrainGate;
  /** How many messages the slow-consumer policy has dropped. */
  dropped = 0;

  constructor(highWater: number) {
    this.send = new DrainGate(highWater, 0);
    this.stream = new DrainGate(highWater, Math.floor(highWater / 4));
  }
}
