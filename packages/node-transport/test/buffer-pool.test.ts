import { describe, expect, it } from 'vitest';
import { ANSWERS_SIZE, acquireBuffer, releaseBuffer } from '../src/buffer-pool.ts';

/** Holds a payload that is just small enough to be copied, with its header. */
const LARGEST_POOLED = 260 * 1024;
const SIZES = [1, 1024, 1025, 4096, 10_000, ANSWERS_SIZE, ANSWERS_SIZE + 1, LARGEST_POOLED];

describe('the buffer pool', () => {
  it.each(SIZES)('gives at least %i bytes, with memory of their own', (size) => {
    const buffer = acquireBuffer(size);
    expect(buffer.length).toBeGreaterThanOrEqual(size);
    expect(buffer.buffer.byteLength).toBe(buffer.length);
  });

  it.each(SIZES)('gives a buffer of %i bytes again when it was given back', (size) => {
    const buffer = acquireBuffer(size);
    releaseBuffer(buffer);
    expect(acquireBuffer(size)).toBe(buffer);
    expect(acquireBuffer(size)).not.toBe(buffer);
  });

  it('does not keep what is larger, nor what is not its own', () => {
    const large = acquireBuffer(LARGEST_POOLED + 1);
    expect(large.length).toBe(LARGEST_POOLED + 1);
    const foreign = Buffer.alloc(1000);
    releaseBuffer(large);
    releaseBuffer(foreign);
    expect(acquireBuffer(LARGEST_POOLED + 1)).not.toBe(large);
    expect(acquireBuffer(1000)).not.toBe(foreign);
  });

  it('keeps about 8 MiB and no more, whatever was given back', () => {
    let kept = 0;
    for (const [size, count] of [
      [1024, 2000],
      [4096, 2000],
      [16_384, 100],
      [ANSWERS_SIZE, 50],
      [LARGEST_POOLED, 20],
    ] as const) {
      const given = new Set(Array.from({ length: count }, () => acquireBuffer(size)));
      for (const buffer of given) releaseBuffer(buffer);
      for (let i = 0; i < count; i++) if (given.has(acquireBuffer(size))) kept += size;
    }
    expect(kept).toBeGreaterThan(6 * 1024 * 1024);
    expect(kept).toBeLessThan(8.5 * 1024 * 1024);
  });
});
