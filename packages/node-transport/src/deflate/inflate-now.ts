// Inflating a small message at once: faster than a way through the thread pool, and bounded in what it may become, so that the event loop is
// never held up for long.

import { inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { ViolationCode } from '@framewire/protocol';
import { MESSAGE_END, mayHaveStreams } from './message-end.ts';
import { joinBytes } from './own-bytes.ts';
import { LARGEST_WINDOW, SlidingWindow } from './sliding-window.ts';

/** What `info: true` makes of the result; Node documents it, its types do not know. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** `bytesWritten` are the bytes taken from the input. */
  readonly engine: { readonly bytesWritten: number };
}

const LARGEST_STEP = 64 * 1024;
const SMALLEST_STEP = 1024;
/** A first guess at how much larger a message becomes. */
const RATIO = 4;

/**
 * Inflates a message of at least one byte.
 *
 * @param most bytes it may become
 * @param dictionary what it may refer back to
 */
export function inflateNow(
  payload: Uint8Array,
  most: number,
  dictionary: Uint8Array | undefined,
): Uint8Array | ViolationCode {
  const input = new Uint8Array(payload.length + MESSAGE_END.length);
  input.set(payload);
  input.set(MESSAGE_END, payload.length);
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  let window: SlidingWindow | undefined;
  for (let streams = 1; mayHaveStreams(streams, payload.length); streams++) {
    const inflated = inflateStream(input.subarray(at), most - length, window?.dictionary ?? dictionary);
    if (typeof inflated === 'string') return inflated;
    const { buffer, engine } = inflated;
    parts.push(buffer);
    length += buffer.length;
    if (length > most) return 'MESSAGE_TOO_BIG';
    at += engine.bytesWritten;
    // The message may also end with its own final block.
    if (at === input.length || at === payload.length) return joinBytes(parts);
    // A final block that needs bytes of ours was cut.
    if (at > payload.length) return 'DEFLATE_INVALID';
    if (window === undefined) {
      window = new SlidingWindow(LARGEST_WINDOW);
      if (dictionary !== undefined) window.add(dictionary);
    }
    window.add(buffer);
  }
  return 'DEFLATE_INVALID';
}

/** Inflates up to the first final block. */
function inflateStream(input: Uint8Array, most: number, dictionary: Uint8Array | undefined): Inflated | ViolationCode {
  const options: ZlibOptions = {
    chunkSize: Math.max(SMALLEST_STEP, Math.min(LARGEST_STEP, input.length * RATIO)),
    // zlib takes no 0; the caller counts.
    maxOutputLength: Math.max(1, most),
    info: true,
    ...(dictionary !== undefined && { dictionary }),
  };
  try {
    return inflateRawSync(input, options) as unknown as Inflated;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'MESSAGE_TOO_BIG' : 'DEFLATE_INVALID';
  }
}
