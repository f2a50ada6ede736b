// Where the bytes of messages that arrive in parts are put together, and what becomes of the chunks they came in: a runtime may know
// better than to fill new memory with zeros, and than to let the garbage collector find out that a chunk is not needed any more.

/** Memory for messages that arrive in parts. */
export interface PayloadMemory {
  /** A new array of so many bytes, whose contents do not matter: whoever sees it sees what was written over them. */
  allocate(length: number): Uint8Array;
  /**
   * Told of an array that fills its buffer and that nothing of ours refers to any more: it was allocated here, or was a chunk whose bytes
   * were copied, and then is ours as far as whoever handed it over gave it away. Not told of every one.
   */
  release?(bytes: Uint8Array): void;
}

/** The portable {@link PayloadMemory}. */
export const portableMemory: PayloadMemory = { allocate: (length) => new Uint8Array(length) };

/** Tells that nothing refers to these bytes any more, unless they share their buffer with others. */
export function releaseTo(memory: PayloadMemory, bytes: Uint8Array): void {
  if (bytes.length === bytes.buffer.byteLength) memory.release?.(bytes);
}
