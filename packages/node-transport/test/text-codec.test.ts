import { constants } from 'node:buffer';
import { portableText } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeText } from '../src/text-codec.ts';

/** Any string, lone surrogates and U+FFFD among its characters. */
const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\udfff', '\ufffd', '\ufeff')),
});

/** Bytes of which about half are valid UTF-8. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  anyText.map((text) => portableText.encode(text)),
  fc.tuple(anyText, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
    const bytes = portableText.encode(text);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  }),
);

describe('nodeText', () => {
  it('refuses, and does not throw, where a string would be too long', () => {
    const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
    expect(nodeText.decode(bytes, 0, bytes.length)).toBe(undefined);
  });

  it('decodes what the portable codec decodes, and refuses what it refuses', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(8), fc.nat(8), (bytes, before, after) => {
        const source = new Uint8Array(before + bytes.length + after).fill(0x80);
        source.set(bytes, before);
        const expected = portableText.decode(source, before, before + bytes.length);
        expect(nodeText.decode(source, before, before + bytes.length)).toBe(expected);
        expect(nodeText.decode(Buffer.from(source), before, before + bytes.length)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('encodes what the portable codec encodes, into a buffer or anew', () => {
    fc.assert(
      fc.property(anyText, fc.nat(8), (text, offset) => {
        const expected = portableText.encode(text);
        expect([...nodeText.encode(text)]).toEqual([...expected]);
        for (const target of [new Uint8Array(offset + text.length * 3), Buffer.alloc(offset + text.length * 3)]) {
          expect(nodeText.encodeInto(text, target, offset)).toBe(expected.length);
          expect([...target.subarray(offset, offset + expected.length)]).toEqual([...expected]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a byte order mark and a replacement character that were sent', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xef, 0xbf, 0xbd);
    expect(nodeText.decode(bytes, 0, 7)).toBe('\ufeffa\ufffd');
  });

  it('refuses what a Buffer would replace', () => {
    expect(nodeText.decode(Uint8Array.of(0x61, 0xc3), 0, 2)).toBe(undefined);
    expect(nodeText.decode(Uint8Array.of(0xed, 0xa0, 0x80), 0, 3)).toBe(undefined);
  });
});
