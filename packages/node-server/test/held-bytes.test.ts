import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldBytes } from '../src/held-bytes.ts';

describe('HeldBytes', () => {
  it('gives back what it was given, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2_000 })), (chunks) => {
        const held = new HeldBytes();
        for (const chunk of chunks) held.add(chunk);
        const all = Buffer.concat(chunks);
        expect(held.length).toBe(all.length);
        expect(held.take().equals(all)).toBe(true);
        expect(held.length).toBe(0);
        expect(held.take().length).toBe(0);
      }),
    );
  });

  it('copies, so that a chunk may change or go', () => {
    const held = new HeldBytes();
    const chunk = Uint8Array.of(1, 2);
    held.add(chunk);
    chunk.fill(9);
    expect([...held.take()]).toEqual([1, 2]);
  });

  it('takes little more memory than the bytes, one by one', () => {
    const held = new HeldBytes();
    for (let i = 0; i < 16_000; i++) held.add(Uint8Array.of(i & 0xff));
    expect(held.take().buffer.byteLength).toBeLessThanOrEqual(32_000);
  });
});
