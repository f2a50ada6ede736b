// Two endpoints joined in memory, with the two shells' duties done: bytes are carried both ways, and each end of a stream is told.

import { Peer, type PeerOptions } from './peer.ts';

/** What to do with the bytes on their way: cut them up, for one. */
export type Carrier = (bytes: Uint8Array) => readonly Uint8Array[];

/** A client and a server, and the wire between them. */
export class JoinedEndpoints {
  readonly client: Peer;
  readonly server: Peer;
  readonly #carrier: Carrier;

  constructor(
    options: { readonly client?: PeerOptions; readonly server?: PeerOptions; readonly carrier?: Carrier } = {},
  ) {
    this.client = new Peer('client', options.client);
    this.server = new Peer('server', options.server);
    this.#carrier = options.carrier ?? ((bytes) => [bytes]);
  }

  /** Carries everything both ways until nothing moves any more. */
  settle(): void {
    while (this.carry(this.client, this.server) || this.carry(this.server, this.client)) {
      // Each round carries what the last one caused.
    }
  }

  /** Carries what one side has written so far, and the end of its stream if it ended. False when there was nothing to carry. */
  carry(from: Peer, to: Peer): boolean {
    const bytes = from.out.take();
    for (const chunk of this.#carrier(bytes)) to.endpoint.receive(chunk);
    from.endpoint.flushed();
    if (bytes.length > 0) return true;
    if (!from.out.ended || to.endpoint.state === 'closed') return false;
    to.endpoint.receiveEnd();
    return true;
  }
}
