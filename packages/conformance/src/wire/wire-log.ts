// Every octet both ways, and when. Large cases move megabytes, so what is kept of them is bounded: what is left out is counted.

/** `tester` wrote it, or `endpoint` did. */
export type Writer = 'tester' | 'endpoint';

interface LoggedBytes {
  /** Milliseconds since the connection was asked for. */
  readonly at: number;
  readonly from: Writer;
  /** How many octets went over the wire. */
  readonly length: number;
  /** The first of them, in hexadecimal. */
  readonly hex: string;
}

interface LoggedEvent {
  readonly at: number;
  /** One sentence, for example about the end of the TCP connection. */
  readonly event: string;
  /** How many octets, of both writers, were left out of the log here. */
  readonly omitted?: number;
}

export type LogEntry = LoggedBytes | LoggedEvent;

const KEPT_OF_A_WRITE = 2048;
const KEPT_OCTETS = 16_384;
const KEPT_ENTRIES = 300;

export class WireLog {
  readonly #start: number = performance.now();
  readonly #entries: LogEntry[] = [];
  #keptOctets = 0;
  #omitted = 0;

  bytes(from: Writer, bytes: Uint8Array): void {
    if (this.#entries.length >= KEPT_ENTRIES || this.#keptOctets >= KEPT_OCTETS) {
      this.#omitted += bytes.length;
      return;
    }
    const kept = bytes.subarray(0, KEPT_OF_A_WRITE);
    this.#keptOctets += kept.length;
    this.#entries.push({
      at: this.#now(),
      from,
      length: bytes.length,
      hex: Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString('hex'),
    });
  }

  event(event: string): void {
    this.#tellOmitted();
    this.#entries.push({ at: this.#now(), event });
  }

  get entries(): readonly LogEntry[] {
    this.#tellOmitted();
    return this.#entries;
  }

  #tellOmitted(): void {
    if (this.#omitted === 0) return;
    const event = `Here ${this.#omitted} octets were left out of the log.`;
    this.#entries.push({ at: this.#now(), event, omitted: this.#omitted });
    this.#omitted = 0;
  }

  #now(): number {
    return Math.round((performance.now() - this.#start) * 100) / 100;
  }
}
