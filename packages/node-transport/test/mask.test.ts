import { randomBytes } from 'node:crypto';
import { applyMask, type Mask } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { chooseMask, nodeMask } from '../src/mask.ts';
import { loadMaskKernel, type MaskKernel } from '../src/mask-kernel.ts';

/** RFC 6455, section 5.3, word for word: octet i of the payload XOR octet (i MOD 4) of the key. */
function masked(bytes: Uint8Array, start: number, end: number, key: number, phase: number): Buffer {
  const octets = [key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff];
  return Buffer.from(
    bytes.map((byte, at) => (at < start || at >= end ? byte : byte ^ (octets[(at - start + phase) % 4] ?? 0))),
  );
}

/** Random bytes as a view that begins `offset` bytes into its buffer. */
function viewAt(offset: number, length: number): Buffer {
  return Buffer.from(Uint8Array.from(randomBytes(offset + length)).buffer, offset, length);
}

const masks: readonly (readonly [string, Mask])[] = [
  ['with the kernel', nodeMask],
  ['without it', chooseMask({ v8: '13' }, () => undefined)],
];

describe('chooseMask', () => {
  it('leaves 32-bit words to Bun', () => {
    expect(chooseMask({ bun: '1.4.5' })).toBe(applyMask);
    expect(nodeMask).not.toBe(applyMask);
  });

  it('loads the kernel when the first large payload comes, and once', () => {
    const load = vi.fn<() => MaskKernel | undefined>(loadMaskKernel);
    const mask = chooseMask({ v8: '13' }, load);
    mask(new Uint8Array(2000), 0, 1535, 1, 0);
    mask.copy?.(new Uint8Array(1535), new Uint8Array(1535), 0, 1);
    expect(load).toHaveBeenCalledTimes(0);
    mask(new Uint8Array(2000), 0, 1536, 1, 0);
    mask.copy?.(new Uint8Array(5000), new Uint8Array(5000), 0, 1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('asks once for a kernel that cannot be had', () => {
    const load = vi.fn<() => MaskKernel | undefined>();
    const mask = chooseMask({ v8: '13' }, load);
    mask(new Uint8Array(2000), 0, 2000, 1, 0);
    mask(new Uint8Array(2000), 0, 2000, 1, 0);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

describe.each(masks)('the mask for V8 %s', (_, mask) => {
  it('equals the definition for every alignment of view, start and end, phase and sign of the key, and touches nothing outside', () => {
    for (let turn = 0; turn < 8 * 8 * 8 * 4; turn++) {
      // On both sides of where the kernel takes over.
      const length = turn % 3 === 0 ? 1530 : 240;
      const view = viewAt(turn & 7, length + 60);
      const before = Buffer.from(view);
      const start = (turn >> 3) & 7;
      const end = start + length + ((turn >> 6) & 7);
      const phase = turn >> 9;
      const key = turn % 2 === 0 ? 0xfedcba98 : 0xfedcba98 | 0;
      mask(view, start, end, key, phase);
      if (!view.equals(masked(before, start, end, key, phase))) {
        expect.fail(`offset ${turn & 7}, start ${start}, end ${end}, phase ${phase}`);
      }
    }
  });

  it.each([
    0, 1, 20, 63, 64, 65, 191, 192, 193, 1000, 1535, 1536, 1537, 2047, 2048, 16_383, 16_384, 16_385, 32_768, 65_537,
    100_001,
  ])('masks %i bytes in every phase, and undoes it', (length) => {
    const before = viewAt(3, length + 10);
    for (const phase of [0, 1, 2, 3]) {
      const bytes = Buffer.from(before);
      mask(bytes, 5, 5 + length, 0x37fa213d, phase);
      expect(bytes.equals(masked(before, 5, 5 + length, 0x37fa213d, phase))).toBe(true);
      mask(bytes, 5, 5 + length, 0x37fa213d, phase);
      expect(bytes.equals(before)).toBe(true);
    }
  });

  it('masks payload after payload in the same bytes, and then in others', () => {
    const all = [randomBytes(4000), randomBytes(3500)];
    for (const before of all) {
      const bytes = Buffer.from(before);
      mask(bytes, 3, 700, 0x01020304, 0);
      mask(bytes, 700, 1499, 0x7f000001, 2);
      mask(bytes, 1499, 3499, 0xff000001, 3);
      const expected = masked(masked(before, 3, 700, 0x01020304, 0), 700, 1499, 0x7f000001, 2);
      expect(bytes.equals(masked(expected, 1499, 3499, 0xff000001, 3))).toBe(true);
    }
  });

  it('goes on in parts where the phase says', () => {
    const input = fc.record({
      length: fc.oneof(fc.nat(600), fc.integer({ min: 1300, max: 1800 }), fc.integer({ min: 16_000, max: 40_000 })),
      offset: fc.nat(16),
      key: fc.integer(),
      cut: fc.nat(),
    });
    fc.assert(
      fc.property(input, ({ length, offset, key, cut }) => {
        const bytes = viewAt(offset, length);
        const expected = masked(bytes, 0, length, key, 0);
        const middle = cut % (length + 1);
        mask(bytes, 0, middle, key, 0);
        mask(bytes, middle, length, key, middle & 3);
        expect(bytes.equals(expected)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('copies and masks on the way what is copied, and touches nothing else', () => {
    const input = fc.record({
      length: fc.oneof(fc.nat(300), fc.integer({ min: 1500, max: 1600 }), fc.integer({ min: 16_000, max: 40_000 })),
      from: fc.nat(16),
      to: fc.nat(16),
      offset: fc.nat(16),
      key: fc.integer(),
    });
    fc.assert(
      fc.property(input, ({ length, from, to, offset, key }) => {
        const source = viewAt(from, length);
        const before = Buffer.from(source);
        const target = viewAt(to, length + 40);
        const expected = Buffer.from(target);
        expected.set(masked(source, 0, length, key, 0), offset);
        mask.copy?.(source, target, offset, key);
        expect(target.equals(expected)).toBe(true);
        expect(source.equals(before)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
