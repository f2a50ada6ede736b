import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingWindow } from '../../src/deflate/sliding-window.ts';

function bytes(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => from + i);
}

describe('SlidingWindow', () => {
  it('has nothing at first', () => {
    expect(new SlidingWindow(15).dictionary).toBe(undefined);
    const window = new SlidingWindow(15);
    window.add(new Uint8Array(0));
    expect(window.dictionary).toBe(undefined);
  });

  it('holds the last bytes that fit, whatever came before', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.constantFrom(8, 9, 10), (added, bits) => {
        const window = new SlidingWindow(bits);
        const all: number[] = [];
        for (const piece of added) {
          window.add(piece);
          all.push(...piece);
          expect([...(window.dictionary ?? [])]).toEqual(all.slice(-(1 << bits)));
        }
      }),
    );
  });

  it('copies what it is given', () => {
    const window = new SlidingWindow(8);
    const given = bytes(10);
    window.add(given);
    given.fill(0);
    expect(window.dictionary).toEqual(bytes(10));
  });

  it('takes memory as it is filled, and never more than the window', () => {
    const window = new SlidingWindow(15);
    window.add(bytes(10));
    expect(window.dictionary?.buffer.byteLength).toBe(512);
    window.add(new Uint8Array(1000));
    expect(window.dictionary?.buffer.byteLength).toBe(4096);
    for (let i = 0; i < 10; i++) window.add(new Uint8Array(100_000));
    expect(window.dictionary?.buffer.byteLength).toBe(32_768);
    const small = new SlidingWindow(8);
    small.add(bytes(10));
    expect(small.dictionary?.buffer.byteLength).toBe(256);
  });
});
