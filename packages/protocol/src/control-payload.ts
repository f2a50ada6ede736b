// The payload of a control frame that comes in parts (RFC 6455, section 5.5). One incomplete control frame per connection is rare, one per
// process rarer: most connections never allocate this.

const MAX_CONTROL_PAYLOAD = 125;

/** Joins the parts of one control frame after the other. */
export class ControlPayload {
  readonly #bytes: Uint8Array = new Uint8Array(MAX_CONTROL_PAYLOAD);
  #length = 0;

  /** Adds `source[start, end)`. The decoder has refused control frames over 125 bytes. */
  add(source: Uint8Array, start: number, end: number): void {
    this.#bytes.set(source.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** The whole payload, valid until {@link add}; then this is empty again. */
  take(): Uint8Array {
    const payload = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return payload;
  }
}
