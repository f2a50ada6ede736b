// The ways a transport may cut a stream of bytes. A parser must see the same events whichever it is.
// Every chunk is a copy with a buffer of its own, so that a parser may unmask in place.

import { UsageError } from '@framewire/protocol';
import type { SeededRandom } from './seeded-random.ts';

/** One byte at a time. */
export function bytewise(bytes: Uint8Array): Uint8Array[] {
  return fixedSize(bytes, 1);
}

/**
 * Chunks of so many bytes, the last one perhaps shorter.
 *
 * @throws UsageError INVALID_ARGUMENT unless the size is a whole number above 0
 */
export function fixedSize(bytes: Uint8Array, size: number): Uint8Array[] {
  if (!(Number.isInteger(size) && size > 0)) {
    throw new UsageError('INVALID_ARGUMENT', `A chunk has a whole number of bytes above 0, not ${String(size)}.`);
  }
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) chunks.push(cut(bytes, start, start + size));
  return chunks;
}

/** Chunks of 1 to `largest` bytes, by chance. */
export function randomSizes(bytes: Uint8Array, random: SeededRandom, largest = 64): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + random.integer(1, largest);
    chunks.push(cut(bytes, start, end));
    start = end;
  }
  return chunks;
}

/** Every way to cut the bytes in two: after the first byte, after the second, and so on. */
export function* everySplit(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array], void> {
  for (let point = 1; point < bytes.length; point++) yield [cut(bytes, 0, point), cut(bytes, point, bytes.length)];
}

/** All chunks as one. */
export function coalesced(chunks: Iterable<Uint8Array>): Uint8Array {
  const all = [...chunks];
  const bytes = new Uint8Array(all.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of all) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** One way to cut, with a name for the test it is used in. */
export interface Chunking {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

/** The bytes whole, one at a time, in pairs, in threes, at random, and cut in two at every point up to `maxSplits`. */
export function* chunkings(bytes: Uint8Array, random: SeededRandom, maxSplits = 300): Generator<Chunking, void> {
  yield { name: 'whole', chunks: [cut(bytes, 0, bytes.length)] };
  yield { name: 'bytewise', chunks: bytewise(bytes) };
  for (const size of [2, 3, 7, 126]) yield { name: `${size} bytes at a time`, chunks: fixedSize(bytes, size) };
  for (const largest of [4, 64, 4096]) {
    yield { name: `at random up to ${largest}, seed ${random.seed}`, chunks: randomSizes(bytes, random, largest) };
  }
  for (const chunks of everySplit(bytes)) {
    const [{ length }] = chunks;
    if (length > maxSplits) return;
    yield { name: `cut at ${length}`, chunks };
  }
}

/** A copy, even of a Buffer, whose own `slice` shares memory. */
function cut(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}
