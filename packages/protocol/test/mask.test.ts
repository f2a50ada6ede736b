import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { applyMask, type Mask, maskBytes } from '../src/mask.ts';

/** RFC 6455, section 5.3, word for word: octet i of the payload XOR octet (i MOD 4) of the key. */
function masked(bytes: Uint8Array, start: number, end: number, key: number, phase: number): Uint8Array {
  const octets = [key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff];
  return bytes.map((byte, at) => (at < start || at >= end ? byte : byte ^ (octets[(at - start + phase) % 4] ?? 0)));
}

const KEYS = [0x37fa213d, 0, 0xffffffff, 0x80000001, 0x01020304];
const masks: readonly (readonly [string, Mask])[] = [
  ['applyMask', applyMask],
  ['maskBytes', maskBytes],
];

describe.each(masks)('%s', (_, mask) => {
  it('masks the example of RFC 6455, section 5.7', () => {
    const hello = Uint8Array.from([0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    mask(hello, 0, 5, 0x37fa213d, 0);
    expect([...hello]).toEqual([0x7f, 0x9f, 0x4d, 0x51, 0x58]);
  });

  it('equals the definition for every length to 300, phase and alignment, and touches nothing outside', () => {
    const random = new Random(1);
    const buffer = random.bytes(8 + 300 + 16);
    for (let length = 0; length <= 300; length++) {
      const key = KEYS[length % KEYS.length] ?? 0;
      for (let phase = 0; phase < 4; phase++) {
        for (let start = 4; start < 8; start++) {
          const bytes = buffer.slice();
          mask(bytes, start, start + length, key, phase);
          if (Buffer.compare(bytes, masked(buffer, start, start + length, key, phase)) !== 0) {
            expect.fail(`length ${length}, phase ${phase}, start ${start}`);
          }
        }
      }
    }
  });

  it('heeds the alignment of the view as well as that of the range', () => {
    const random = new Random(2);
    for (let turn = 0; turn < 16; turn++) {
      const offset = turn % 8;
      const length = turn < 8 ? 600 : 2600;
      const buffer = random.bytes(length + 100).buffer as ArrayBuffer;
      const before = new Uint8Array(buffer.slice(0));
      const view = new Uint8Array(buffer, offset, length);
      mask(view, 1, length - 1, 0x37fa213d, 3);
      const expected = before.slice();
      expected.set(masked(before.subarray(offset, offset + length), 1, length - 1, 0x37fa213d, 3), offset);
      expect(Buffer.compare(new Uint8Array(buffer), expected)).toBe(0);
    }
  });

  it('masks payload after payload in the same bytes, up to their end', () => {
    const before = new Random(3).bytes(1000);
    const bytes = before.slice();
    let expected = before;
    for (const [start, end] of [
      [0, 20],
      [20, 41],
      [43, 150],
      [150, 151],
      [151, 990],
      [991, 1000],
      [996, 999],
    ] as const) {
      mask(bytes, start, end, 0xfedcba98, start & 3);
      expected = masked(expected, start, end, 0xfedcba98, start & 3);
      expect(Buffer.compare(bytes, expected)).toBe(0);
    }
  });

  it.each([2047, 2048, 4095, 4096, 16_384, 65_537, 1 << 20])('masks %i bytes', (length) => {
    const bytes = new Random(length).bytes(length);
    for (const phase of [0, 1, 2, 3]) {
      const copy = bytes.slice();
      mask(copy, 3, length, 0xdeadbeef, phase);
      expect(Buffer.compare(copy, masked(bytes, 3, length, 0xdeadbeef, phase))).toBe(0);
    }
  });

  it('undoes itself, and goes on in parts where the phase says', () => {
    const input = fc.record({
      bytes: fc.uint8Array({ maxLength: 500 }),
      key: fc.integer(),
      cut: fc.nat(),
    });
    fc.assert(
      fc.property(input, ({ bytes, key, cut }) => {
        const middle = cut % (bytes.length + 1);
        const copy = bytes.slice();
        mask(copy, 0, copy.length, key, 0);
        mask(copy, 0, middle, key, 0);
        mask(copy, middle, copy.length, key, middle & 3);
        expect(copy).toEqual(bytes);
      }),
    );
  });
});
