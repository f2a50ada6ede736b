import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { foreignMemory, socketMemory } from '../src/payload-memory.ts';

const knowsTransfer = 'transfer' in ArrayBuffer.prototype;

describe('socketMemory and foreignMemory', () => {
  it.each([1, 64, 16_383, 16_384, 1 << 20])(
    'allocate plain arrays of %i bytes with a buffer to themselves',
    (length) => {
      for (const memory of [socketMemory, foreignMemory]) {
        const bytes = memory.allocate(length);
        expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
        expect(bytes).toHaveLength(length);
        expect(bytes.buffer.byteLength).toBe(length);
      }
    },
  );
});

describe('socketMemory', () => {
  it('gives a large buffer back at once, where the engine can, and leaves a small one to it', () => {
    const large = new Uint8Array(randomBytes(16_384));
    const small = new Uint8Array(randomBytes(16_383));
    socketMemory.release?.(large);
    socketMemory.release?.(small);
    expect(large.buffer.byteLength).toBe(knowsTransfer ? 0 : 16_384);
    expect(small.buffer.byteLength).toBe(16_383);
  });

  it('leaves memory alone that others share, or of an engine that cannot', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(20_000));
    socketMemory.release?.(shared);
    expect(shared).toHaveLength(20_000);
  });
});

describe('foreignMemory', () => {
  it('releases nothing, for a chunk may be what the other side has written', () => {
    expect(foreignMemory.release).toBe(undefined);
  });
});
