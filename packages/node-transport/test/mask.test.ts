import { randomBytes } from 'node:crypto';
import { applyMask } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { chooseMask } from '../src/mask.ts';

const maskByWords = chooseMask({ v8: '13' });

/** RFC 6455, section 5.3, word for word: octet i of the payload XOR octet (i MOD 4) of the key. */
function masked(bytes: Uint8Array, start: number, end: number, key: number, phase: number): Buffer {
  const octets = [key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff];
  return Buffer.from(
    bytes.map((byte, at) => (at < start || at >= end ? byte : byte ^ (octets[(at - start + phase) % 4] ?? 0))),
  );
}

describe('chooseMask', () => {
  it('leaves 64-bit words to V8', () => {
    expect(chooseMask({ bun: '1.4.5' })).toBe(applyMask);
    expect(maskByWords).not.toBe(applyMask);
  });
});

describe('the mask by 64-bit words', () => {
  it('equals the definition for every alignment of view, start and end, phase and sign of the key, and touches nothing outside', () => {
    for (let turn = 0; turn < 8 * 8 * 8 * 4; turn++) {
      const before = randomBytes(300);
      const view = Buffer.from(Uint8Array.from([...randomBytes(turn & 7), ...before]).buffer, turn & 7);
      const start = (turn >> 3) & 7;
      const end = start + 240 + ((turn >> 6) & 7);
      const phase = turn >> 9;
      const key = turn % 2 === 0 ? 0xfedcba98 : 0xfedcba98 | 0;
      maskByWords(view, start, end, key, phase);
      if (!view.equals(masked(before, start, end, key, phase))) {
        expect.fail(`offset ${turn & 7}, start ${start}, end ${end}, phase ${phase}`);
      }
    }
  });

  it.each([0, 1, 20, 191, 192, 193, 1000, 16_384, 100_001])('masks %i bytes, and undoes it', (length) => {
    const before = randomBytes(length + 10);
    const bytes = Buffer.from(before);
    maskByWords(bytes, 5, 5 + length, 0x37fa213d, 1);
    expect(bytes.equals(masked(before, 5, 5 + length, 0x37fa213d, 1))).toBe(true);
    maskByWords(bytes, 5, 5 + length, 0x37fa213d, 1);
    expect(bytes.equals(before)).toBe(true);
  });

  it('masks payload after payload in the same bytes, and then in others', () => {
    const all = [randomBytes(2000), randomBytes(1500)];
    for (const before of all) {
      const bytes = Buffer.from(before);
      maskByWords(bytes, 3, 700, 0x01020304, 0);
      maskByWords(bytes, 700, 1499, 0x7f000001, 2);
      expect(bytes.equals(masked(masked(before, 3, 700, 0x01020304, 0), 700, 1499, 0x7f000001, 2))).toBe(true);
    }
  });
});
