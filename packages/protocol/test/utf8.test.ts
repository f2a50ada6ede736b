import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portableText, Utf8Validator } from '../src/utf8.ts';
import { illFormed, wellFormed } from './vectors/utf8-sequences.ts';
import { fromHex, toHex } from './vectors/wire.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The index of the first byte that no text could have there, found by trying every continuation with the platform's decoder. */
function firstImpossibleByte(bytes: Uint8Array): number | undefined {
  const endings = [
    '',
    '80',
    '8080',
    '808080',
    'bf',
    'bfbf',
    'bfbfbf',
    'a080',
    '9080',
    '8f80',
    '9f80',
    '908080',
    '8f8080',
  ];
  for (let length = 1; length <= bytes.length; length++) {
    const start = toHex(bytes.subarray(0, length));
    if (!endings.some((ending) => isUtf8(fromHex(start + ending)))) return length - 1;
  }
  return undefined;
}

/** Bytes that are text more often than chance, and broken in one place more often than everywhere. */
const almostText: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(), fc.option(fc.nat(255)))
  .map(([text, position, byte]) => {
    const bytes = new TextEncoder().encode(text);
    if (byte !== null && bytes.length > 0) bytes[position % bytes.length] = byte;
    return bytes;
  });
const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(fc.uint8Array({ maxLength: 60 }), almostText);

/** Pushes byte by byte; the index of the byte that was refused. */
function refusedByte(bytes: Uint8Array): number | undefined {
  const validator = new Utf8Validator();
  for (let at = 0; at < bytes.length; at++) if (!validator.push(bytes, at, at + 1)) return at;
  return undefined;
}

describe('Utf8Validator', () => {
  it.each(wellFormed)('takes $name', ({ bytes }) => {
    const validator = new Utf8Validator();
    const all = fromHex(bytes);
    expect(validator.push(all, 0, all.length)).toBe(true);
    expect(validator.complete).toBe(true);
  });

  it.each(illFormed)('refuses $name, at the first impossible byte', ({ bytes, failsAt }) => {
    const all = fromHex(bytes);
    const refused = failsAt === all.length ? undefined : failsAt;
    expect(refusedByte(all)).toBe(refused);
    const validator = new Utf8Validator();
    expect(validator.push(all, 0, all.length)).toBe(refused === undefined);
    if (refused === undefined) expect(validator.complete).toBe(false);
  });

  it('looks only at the range it is given', () => {
    expect(new Utf8Validator().push(fromHex('ff 61c3a9 ff'), 1, 4)).toBe(true);
    expect(new Utf8Validator().push(fromHex('ff'), 1, 1)).toBe(true);
  });

  it('agrees with TextDecoder on any bytes, however they are cut', () => {
    const input = fc.tuple(anyBytes, fc.nat(), fc.nat());
    fc.assert(
      fc.property(input, ([bytes, first, second]) => {
        const [a = 0, b = 0] = [first, second].map((cut) => cut % (bytes.length + 1)).sort((x, y) => x - y);
        const validator = new Utf8Validator();
        const taken =
          validator.push(bytes, 0, a) && validator.push(bytes, a, b) && validator.push(bytes, b, bytes.length);
        expect(taken && validator.complete).toBe(isUtf8(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('fails at the very byte that ends all hope, on any bytes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(refusedByte(bytes)).toBe(firstImpossibleByte(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with TextDecoder on every pair and on every lead with every second byte and a good rest', () => {
    const validator = new Utf8Validator();
    for (let lead = 0; lead < 256; lead++) {
      for (let second = 0; second < 256; second++) {
        for (const rest of [[], [0x80], [0xbf, 0x80]]) {
          const bytes = Uint8Array.of(lead, second, ...rest);
          validator.reset();
          const valid = validator.push(bytes, 0, bytes.length) && validator.complete;
          if (valid !== isUtf8(bytes)) expect.fail(toHex(bytes));
        }
      }
    }
  });

  it('starts anew after reset, in the middle of a sequence with a narrow range', () => {
    for (const start of ['f0', 'e0', 'ed', 'f4', 'e4b8']) {
      const validator = new Utf8Validator();
      validator.push(fromHex(start), 0, start.length / 2);
      expect(validator.complete).toBe(false);
      validator.reset();
      expect(validator.complete).toBe(true);
      expect(validator.push(fromHex('e18080ee8080f18080 80f3bfbfbf'), 0, 14)).toBe(true);
      expect(validator.complete).toBe(true);
    }
  });
});

describe('portableText', () => {
  it.each(wellFormed)('decodes $name', ({ bytes, text }) => {
    const padded = fromHex(`ff${bytes}ff`);
    expect(portableText.decode(padded, 1, padded.length - 1)).toBe(text);
  });

  it.each(illFormed)('gives undefined for $name, and is none the worse for it', ({ bytes }) => {
    const all = fromHex(bytes);
    expect(portableText.decode(all, 0, all.length)).toBeUndefined();
    expect(portableText.decode(fromHex('efbbbf61'), 0, 4)).toBe('\u{feff}a');
  });

  it('writes text where it is told and says how many bytes', () => {
    const target = new Uint8Array(12).fill(0xee);
    expect(portableText.encodeInto('é世', target, 2)).toBe(5);
    expect(toHex(target)).toBe('eeeec3a9e4b896eeeeeeeeee');
    expect(portableText.encodeInto('', target, 12)).toBe(0);
  });

  it('writes lone surrogates as U+FFFD, both ways of encoding alike', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'é', '世', '\u{d83d}', '\u{dc4b}')), (units) => {
        const text = units.join('');
        const target = new Uint8Array(text.length * 3);
        const written = portableText.encodeInto(text, target, 0);
        expect(target.subarray(0, written)).toEqual(portableText.encode(text));
        expect(portableText.decode(target, 0, written)).toBe(text.replace(/[\ud800-\udfff]/gu, '\u{fffd}'));
      }),
    );
  });
});
