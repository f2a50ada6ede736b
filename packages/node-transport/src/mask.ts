// Masking for V8: bytes by 32-bit words while they are few, by 64-bit words when there are more, by WebAssembly when there are many. V8
// compiles XOR on a BigUint64Array to machine words: 512 bytes in 46 ns instead of 65 with 32-bit words. Bun's engine makes a BigInt of
// each word, at a hundredth of the speed, and has no need of this: its 32-bit words do 29 GB/s.

import { applyMask, type Mask } from '@framewire/protocol';
import { loadMaskKernel, type MaskKernel } from './mask-kernel.ts';

/** Fewer bytes are masked as fast by 32-bit words, which need no alignment. */
const WORDS_FROM = 192;
/** Fewer bytes are masked as fast by 64-bit words: the copies make it pay from 800 bytes on, or, in a buffer seen before, from 1,500. */
const KERNEL_FROM = 1536;

const key64: BigUint64Array = new BigUint64Array(1);
const keyBytes: DataView = new DataView(key64.buffer);

// Many frames lie in one chunk, and many are written to one buffer: the last one's view is kept. At most one buffer of the
// process lives longer for it.
let lastBytes: Uint8Array = new Uint8Array(0);
let lastWords: BigUint64Array = new BigUint64Array(0);

/**
 * The fastest mask for the engine with these versions, as `process.versions` tells them.
 *
 * @param load makes the kernel when the first large payload comes, or finds that the engine cannot have it
 */
export function chooseMask(versions: object, load: () => MaskKernel | undefined = loadMaskKernel): Mask {
  if ('bun' in versions) return applyMask;
  let kernel: MaskKernel | undefined;
  let loaded = false;

  function kernelFor(length: number): MaskKernel | undefined {
    if (length < KERNEL_FROM) return undefined;
    if (!loaded) kernel = load();
    loaded = true;
    return kernel;
  }

  /** Small enough to be compiled into its callers: 14 ns a frame of 20 bytes instead of 19. */
  function mask(bytes: Uint8Array, start: number, end: number, key: number, phase: number): void {
    if (end - start < WORDS_FROM) applyMask(bytes, start, end, key, phase);
    else maskMany(bytes, start, end, key, phase);
  }

  function maskMany(bytes: Uint8Array, start: number, end: number, key: number, phase: number): void {
    const fast = kernelFor(end - start);
    if (fast === undefined) maskByWords(bytes, start, end, key, phase);
    else fast.copyMasked(bytes, start, end, bytes, start, key, phase);
  }

  function copy(source: Uint8Array, target: Uint8Array, offset: number, key: number): void {
    const { length } = source;
    const fast = kernelFor(length);
    if (fast !== undefined) return fast.copyMasked(source, 0, length, target, offset, key, 0);
    target.set(source, offset);
    mask(target, offset, offset + length, key, 0);
  }

  return Object.assign(mask, { copy });
}

/** The mask for Node, or what else runs this. */
export const nodeMask: Mask = chooseMask(process.versions);

function maskByWords(bytes: Uint8Array, start: number, end: number, key: number, phase: number): void {
  if (bytes !== lastBytes) {
    lastBytes = bytes;
    lastWords = new BigUint64Array(bytes.buffer, 0, bytes.buffer.byteLength >> 3);
  }
  // Words are aligned in the underlying buffer; the bytes before the first and behind the last are masked one by one.
  const { byteOffset } = bytes;
  const firstWord = (byteOffset + start + 7) >> 3;
  const endWord = (byteOffset + end) >> 3;
  const wordsStart = firstWord * 8 - byteOffset;
  const wordsEnd = endWord * 8 - byteOffset;
  const wordsPhase = (phase + wordsStart - start) & 3;
  maskFew(bytes, start, wordsStart, key, phase);
  const bits = wordsPhase * 8;
  // Shifts count modulo 32: with a phase of 0 the key is ORed with itself.
  const rotated = (key << bits) | (key >>> (32 - bits));
  keyBytes.setInt32(0, rotated);
  keyBytes.setInt32(4, rotated);
  xor(lastWords, firstWord, endWord, key64[0] as bigint); // it has one element
  maskFew(bytes, wordsEnd, end, rotated, 0);
}

function maskFew(bytes: Uint8Array, start: number, end: number, key: number, phase: number): void {
  for (let at = start; at < end; at++) {
    bytes[at] = (bytes[at] as number) ^ (key >>> (24 - 8 * ((at - start + phase) & 3)));
  }
}

function xor(words: BigUint64Array, start: number, end: number, key: bigint): void {
  let at = start;
  // Indexes stay below end, so elements are there.
  for (const last = end - 3; at < last; at += 4) {
    words[at] = (words[at] as bigint) ^ key;
    words[at + 1] = (words[at + 1] as bigint) ^ key;
    words[at + 2] = (words[at + 2] as bigint) ^ key;
    words[at + 3] = (words[at + 3] as bigint) ^ key;
  }
  for (; at < end; at++) words[at] = (words[at] as bigint) ^ key;
}
