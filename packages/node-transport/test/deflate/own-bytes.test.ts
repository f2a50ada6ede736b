import { describe, expect, it } from 'vitest';
import { joinBytes, ownBytes } from '../../src/deflate/own-bytes.ts';

describe('ownBytes', () => {
  it('copies a small part of a large buffer', () => {
    const whole = Buffer.alloc(1000, 7);
    const own = ownBytes(whole.subarray(10, 20));
    expect(own).toEqual(new Uint8Array(10).fill(7));
    expect(own.buffer.byteLength).toBe(10);
  });

  it('keeps what fills most of its buffer, as plain bytes', () => {
    const whole = new Uint8Array(100).fill(7);
    const own = ownBytes(Buffer.from(whole.buffer, 10, 60));
    expect(own.buffer).toBe(whole.buffer);
    expect(own).toEqual(new Uint8Array(60).fill(7));
    expect(Buffer.isBuffer(own)).toBe(false);
  });
});

describe('joinBytes', () => {
  it.each([
    [[], []],
    [[[1, 2]], [1, 2]],
    [
      [[1], [], [2, 3]],
      [1, 2, 3],
    ],
  ])('makes one of %j', (parts, joined) => {
    expect(joinBytes(parts.map((part) => Uint8Array.from(part)))).toEqual(Uint8Array.from(joined));
  });

  it('does not copy what is one already', () => {
    const only = new Uint8Array(5);
    expect(joinBytes([only]).buffer).toBe(only.buffer);
  });
});
