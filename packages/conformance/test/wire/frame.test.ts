import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyMask,
  binary,
  close,
  closePayload,
  continuation,
  encodeFrame,
  type Frame,
  fragments,
  frame,
  pieces,
  ping,
  pong,
  TEXT,
  text,
} from '../../src/wire/frame.ts';

const hex = (frame: Frame, masked = false) => encodeFrame(frame, masked).toString('hex');

/** The vectors of RFC 6455, section 5.7, and what it forbids. */
const VECTORS: readonly (readonly [what: string, frame: Frame, hex: string])[] = [
  ['a text message', text('Hello'), '810548656c6c6f'],
  ['a masked text message', text('Hello', { mask: Buffer.from('37fa213d', 'hex') }), '818537fa213d7f9f4d5158'],
  ['a first fragment', text('Hel', { fin: false }), '010348656c'],
  ['a last fragment', continuation('lo'), '80026c6f'],
  ['a Ping', ping('Hello'), '890548656c6c6f'],
  ['a masked Pong', pong('Hello', { mask: Buffer.from('37fa213d', 'hex') }), '8a8537fa213d7f9f4d5158'],
  ['a Close frame without a code', close(), '8800'],
  ['a Close frame with a reason', close(1000, 'bye'), '880503e8627965'],
  ['all reserved bits', text('', { rsv: 7 }), 'f100'],
  ['a reserved opcode', frame(11), '8b00'],
  ['a length in 16 bits that needs 7', text('Hello', { lengthBits: 16 }), '817e000548656c6c6f'],
  ['a length in 64 bits that needs 7', text('Hello', { lengthBits: 64 }), '817f000000000000000548656c6c6f'],
  ['a length that is not the payload’s', text('Hello', { claimedLength: 9 }), '810948656c6c6f'],
  ['a length with the highest bit set', text('', { claimedLength: 1n << 63n }), '817f8000000000000000'],
  ['an unmasked frame where the role masks', text('Hello', { mask: false }), '810548656c6c6f'],
];

describe('encodeFrame', () => {
  it.each(VECTORS)('writes %s', (_what, frame, expected) => {
    expect(hex(frame, frame.mask === false)).toBe(expected);
  });

  it.each([
    [125, '827d'],
    [126, '827e007e'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
  ])('writes the length %i in as few octets as it needs', (length, head) => {
    const encoded = hex(binary(new Uint8Array(length)));
    expect(encoded.slice(0, head.length)).toBe(head);
    expect(encoded).toHaveLength(head.length + 2 * length);
  });

  it('masks with a new key each time where the role masks', () => {
    const keys = Array.from({ length: 8 }, () => hex(text('Hello'), true).slice(4, 12));
    expect(new Set(keys).size).toBeGreaterThan(1);
  });
});

describe('applyMask', () => {
  it('is its own inverse at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes, key) => {
        const masked = Uint8Array.from(bytes);
        applyMask(masked, key);
        expect(masked).toEqual(bytes.map((byte, index) => byte ^ (key[index % 4] ?? 0)));
        applyMask(masked, key);
        expect(masked).toEqual(bytes);
      }),
    );
  });
});

describe('closePayload', () => {
  it('writes any code before any reason', () => {
    expect(Buffer.from(closePayload(65_535, Buffer.from([0xff]))).toString('hex')).toBe('ffffff');
  });
});

describe('fragments', () => {
  it('gives the first frame the opcode and its fields, and the last FIN', () => {
    expect(fragments(TEXT, ['a', 'b', 'c'], { rsv: 4 }).map((one) => hex(one))).toEqual(['410161', '000162', '800163']);
  });
});

describe('pieces', () => {
  it('cuts a payload and leaves an empty one whole', () => {
    expect(pieces('abcde', 2).map((piece) => Buffer.from(piece).toString())).toEqual(['ab', 'cd', 'e']);
    expect(pieces('', 2)).toHaveLength(1);
  });
});
