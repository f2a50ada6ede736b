// Pongs that wait for the transport. "MAY elect to send a Pong frame for only the most recently processed Ping" (RFC 6455, section 5.5.3):
// so a peer that pings and never reads cannot fill our queue.

/** Counts the Pongs written since the transport last had taken everything. */
export class PongQueue {
  #queued = 0;
  /** The payload of the latest Ping that is still to be answered, when too many Pongs wait already. */
  owed: Uint8Array | undefined;

  /** Whether the Ping is to be answered now. If not, it is owed. */
  admit(payload: Uint8Array, most: number): boolean {
    if (this.#queued < most) {
      this.#queued++;
      return true;
    }
    this.owed = new Uint8Array(payload); // not slice(): a Node Buffer's does not copy
    return false;
  }
}
