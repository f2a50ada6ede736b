import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareFrames } from '../src/shared-frames.ts';

const KIB = 1024;

function frames(size: number, fill: number): Uint8Array {
  return new Uint8Array(size).fill(fill);
}

describe('shareFrames', () => {
  it('gives everybody the same bytes, and of one broadcast the very ones it was given', () => {
    const given = frames(10, 1);
    const shared = shareFrames(given);
    expect(shared.length).toBe(10);
    expect(shared.bytes).toBe(shared.bytes);
    expect(shared.bytes.buffer).toBe(given.buffer);
  });

  it('joins the broadcasts of one turn, once for all who got the same', async () => {
    await nextTurn();
    const first = shareFrames(frames(3, 1));
    const second = shareFrames(frames(2, 2));
    const third = shareFrames(frames(1, 3));
    const both = first.joined(second);
    expect(both).toBe(first.joined(second));
    const all = both?.joined(third);
    expect([...(all?.bytes ?? [])]).toEqual([1, 1, 1, 2, 2, 3]);
    expect([...(second.joined(third)?.bytes ?? [])]).toEqual([2, 2, 3]);
    expect(first.joined(third)).toBeUndefined();
  });

  it('does not join what was sent in different turns', async () => {
    const first = shareFrames(frames(3, 1));
    await nextTurn();
    expect(first.joined(shareFrames(frames(3, 2)))).toBeUndefined();
  });

  it('keeps little together, so that whoever is slow keeps little alive', () => {
    const first = shareFrames(frames(60 * KIB, 1));
    const second = shareFrames(frames(5 * KIB, 2));
    expect(first.joined(second)).toBeUndefined();
    expect(shareFrames(frames(100 * KIB, 3)).bytes.buffer.byteLength).toBe(100 * KIB);
  });

  it('changes nothing in bytes that were looked at, whatever follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 * KIB }), { maxLength: 20 }), async (sizes) => {
        await nextTurn();
        const looked = sizes.map((size, index) => {
          const shared = shareFrames(frames(size, index));
          return { shared, bytes: shared.bytes };
        });
        for (const [index, { shared, bytes }] of looked.entries()) {
          expect(bytes.length).toBe(sizes[index]);
          expect(bytes.every((byte) => byte === index)).toBe(true);
          expect(shared.bytes).toBe(bytes);
        }
      }),
      { numRuns: 30 },
    );
  });
});
