import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import type { PayloadMemory } from '../src/payload-memory.ts';
import { fillsItsBuffer, PayloadParts, plainView } from '../src/payload-parts.ts';

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Adds each part from the middle of a chunk that has so many bytes before and behind it. */
function collect(parts: readonly Uint8Array[], around: number, total = 0): PayloadParts {
  const collector = new PayloadParts();
  for (const part of parts) {
    const chunk = new Uint8Array(part.length + 2 * around).fill(0xee);
    chunk.set(part, around);
    collector.add(chunk, around, around + part.length, total);
  }
  return collector;
}

describe('PayloadParts', () => {
  it('joins parts of any sizes, small and large mixed, out of full and nearly empty chunks', () => {
    const sizes = fc.array(
      fc.oneof(fc.nat(300), fc.constantFrom(0, 1, 255, 256, 257, 4095, 4096, 4097, 9000, 70_000)),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(sizes, fc.constantFrom(0, 1, 2000, 50_000), fc.boolean(), (lengths, around, known) => {
        const random = new Random(lengths.length);
        const parts = lengths.map((length) => new Uint8Array(length).fill(random.below(256)));
        const collector = collect(parts, around, known ? joined(parts).length : 0);
        expect(collector.length).toBe(joined(parts).length);
        expect(Buffer.compare(collector.take(), joined(parts))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is empty again after take', () => {
    const collector = collect([Uint8Array.of(1, 2), new Uint8Array(5000).fill(3)], 0);
    expect(collector.take()).toHaveLength(5002);
    expect(collector.length).toBe(0);
    expect(collector.take()).toHaveLength(0);
    collector.add(Uint8Array.of(7), 0, 1, 0);
    expect([...collector.take()]).toEqual([7]);
  });

  it('keeps a lone large part as it is, and copies it when most of its chunk is something else', () => {
    const chunk = new Uint8Array(10_000);
    const kept = new PayloadParts();
    kept.add(chunk, 1000, 10_000, 0);
    expect(kept.take().buffer).toBe(chunk.buffer);
    const copied = new PayloadParts();
    copied.add(chunk, 0, 4999, 0);
    expect(copied.take().buffer).not.toBe(chunk.buffer);
  });

  it.each([1, 2, 100, 256, 257, 300, 1000, 4096, 5000, 65_536, 70_000])(
    'gives %i bytes that pin at most twice as many',
    (length) => {
      for (const size of [1, 7, 1000, 4096, length]) {
        const collector = new PayloadParts();
        const chunk = new Uint8Array(120_000 + size);
        for (let at = 0; at < length; at += size) collector.add(chunk, 9, 9 + Math.min(size, length - at), 0);
        const whole = collector.take();
        expect(whole).toHaveLength(length);
        expect(whole.buffer.byteLength).toBeLessThanOrEqual(Math.max(2 * length, 512));
      }
    },
  );

  it('copies small parts, so that a chunk may change after the call', () => {
    const collector = new PayloadParts();
    const chunk = Uint8Array.of(1, 2, 3);
    collector.add(chunk, 0, 3, 0);
    chunk.fill(9);
    expect([...collector.take()]).toEqual([1, 2, 3]);
  });

  it('gives a plain Uint8Array for parts of a Buffer', () => {
    const collector = new PayloadParts();
    collector.add(Buffer.alloc(9000), 0, 9000, 0);
    expect(Object.getPrototypeOf(collector.take())).toBe(Uint8Array.prototype);
  });
});

/** Remembers what was allocated and released. */
class RecordingMemory implements PayloadMemory {
  readonly allocated: number[] = [];
  readonly released: Uint8Array[] = [];

  allocate(length: number): Uint8Array {
    this.allocated.push(length);
    // As memory that was used before.
    return new Uint8Array(length).fill(0xee);
  }

  release(bytes: Uint8Array): void {
    this.released.push(bytes);
  }
}

const KIB = 1024;

describe('the memory of PayloadParts', () => {
  it('makes room for the whole when half of it has come, and gives that away', () => {
    const memory = new RecordingMemory();
    const parts = new PayloadParts(memory);
    const chunks = Array.from({ length: 4 }, (_, index) => new Uint8Array(64 * KIB).fill(index + 1));
    const allocated = chunks.map((chunk) => {
      parts.add(chunk, 0, chunk.length, 256 * KIB);
      return [...memory.allocated];
    });
    expect(allocated).toEqual([[], [256 * KIB], [256 * KIB], [256 * KIB]]);
    const whole = parts.take();
    expect(Buffer.compare(whole, joined(chunks))).toBe(0);
    expect(whole.buffer.byteLength).toBe(256 * KIB);
    expect(memory.allocated).toEqual([256 * KIB]);
  });

  it('releases chunks when they are copied and the next one has come', () => {
    const memory = new RecordingMemory();
    const parts = new PayloadParts(memory);
    const chunks = Array.from({ length: 6 }, (_, index) => new Uint8Array(64 * KIB).fill(index + 1));
    const released = chunks.map((chunk) => {
      parts.add(chunk, 0, chunk.length, 384 * KIB);
      return memory.released.map((bytes) => bytes[0]);
    });
    // The second was kept last when the third came: it could still have been the chunk under way.
    expect(released).toEqual([[], [], [1], [1, 3], [1, 3, 4], [1, 3, 4, 5]]);
    parts.take();
    expect(memory.released).toHaveLength(4);
  });

  it('releases nothing of which somebody else may have a part', () => {
    const memory = new RecordingMemory();
    const parts = new PayloadParts(memory);
    const shared = new Uint8Array(128 * KIB);
    parts.add(shared.subarray(0, 64 * KIB), 0, 64 * KIB, 192 * KIB);
    parts.add(shared.subarray(64 * KIB), 0, 64 * KIB, 192 * KIB);
    parts.add(new Uint8Array(64 * KIB), 0, 32 * KIB, 192 * KIB);
    parts.add(new Uint8Array(64 * KIB), 32 * KIB, 64 * KIB, 192 * KIB);
    // What is released is the blocks of PayloadParts itself.
    for (const { buffer } of memory.released) expect(buffer).not.toBe(shared.buffer);
    parts.take();
    expect(memory.released.every((bytes) => bytes.length === 32 * KIB)).toBe(true);
  });

  it('shows nothing that was not received when it is taken before its end', () => {
    const memory = new RecordingMemory();
    const parts = new PayloadParts(memory);
    parts.add(new Uint8Array(6000), 0, 6000, 10_000);
    expect(memory.allocated).toEqual([10_000]);
    const taken = parts.take();
    expect(taken.buffer.byteLength).toBe(6000);
    expect(taken.every((byte) => byte === 0)).toBe(true);
    parts.add(Uint8Array.of(1), 0, 1, 0);
    expect([...parts.take()]).toEqual([1]);
  });
});

describe('fillsItsBuffer', () => {
  it('is true from half of the buffer on', () => {
    const view = new Uint8Array(new ArrayBuffer(100), 10, 60);
    expect(fillsItsBuffer(view, 50)).toBe(true);
    expect(fillsItsBuffer(view, 49)).toBe(false);
  });
});

describe('plainView', () => {
  it('is a view of the same bytes without the subclass', () => {
    const source = Buffer.from('abcdef').subarray(1);
    const view = plainView(source, 1, 3);
    expect(Object.getPrototypeOf(view)).toBe(Uint8Array.prototype);
    expect([...view]).toEqual([0x63, 0x64]);
    expect(view.buffer).toBe(source.buffer);
  });
});
