import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ExtensionOffer,
  equalsIgnoreCase,
  fieldValues,
  formatExtensions,
  isFieldValue,
  isToken,
  listElements,
  listNames,
  parseExtensions,
  parseTokens,
  quote,
  trimSpace,
} from '../../src/handshake/fields.ts';

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const token = fc.string({ unit: fc.constantFrom(...TCHAR), minLength: 1, maxLength: 8 });
const latin1 = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 60 });
/** Text made of what the grammars are made of, so that it comes close to being valid. */
const nearlyValid = fc.string({
  unit: fc.constantFrom('a', 'b', '=', ';', ',', '"', '\\', ' ', '\t', '\xe9'),
  maxLength: 30,
});

describe('isToken', () => {
  it('takes exactly the characters of RFC 9110, section 5.6.2', () => {
    const taken = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).filter(isToken);
    expect(taken).toEqual([...TCHAR].sort());
  });

  it.each([undefined, 1, '', 'a b', 'a\n', '\n'])('refuses %j', (value) => {
    expect(isToken(value)).toBe(false);
  });
});

describe('isFieldValue', () => {
  it('takes tabs, visible ASCII, space and the upper half of a byte', () => {
    const taken = Array.from({ length: 0x180 }, (_, code) => code).filter((code) =>
      isFieldValue(String.fromCharCode(code)),
    );
    const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(taken).toEqual([9, ...range(0x20, 0x7e), ...range(0x80, 0xff)]);
    expect(isFieldValue('')).toBe(true);
  });

  it.each([undefined, 1, 'a\r\nb', 'a\n'])('refuses %j', (value) => {
    expect(isFieldValue(value)).toBe(false);
  });
});

describe('equalsIgnoreCase', () => {
  it('ignores the case of ASCII letters and nothing else', () => {
    expect(equalsIgnoreCase('WebSocket', 'wEBsOCKET')).toBe(true);
    expect(equalsIgnoreCase('webso\u212aet', 'websoket')).toBe(false);
    expect(equalsIgnoreCase('\xc4', '\xe4')).toBe(false);
    expect(equalsIgnoreCase('@', '`')).toBe(false);
    expect(equalsIgnoreCase('[', '{')).toBe(false);
    expect(equalsIgnoreCase('AZ', 'az')).toBe(true);
    expect(equalsIgnoreCase('a', 'ab')).toBe(false);
  });
});

describe('fieldValues', () => {
  it('gives all values of a name in order, whatever its case', () => {
    const fields = [
      ['A', '1'],
      ['B', '2'],
      ['a', '3'],
    ] as const;
    expect(fieldValues(fields, 'A')).toEqual(['1', '3']);
    expect(fieldValues(fields, 'c')).toEqual([]);
  });

  it('finds nothing under the names of inherited properties', () => {
    expect(fieldValues([['a', '1']], '__proto__')).toEqual([]);
    expect(fieldValues([['__proto__', '1']], '__proto__')).toEqual(['1']);
  });
});

describe('trimSpace', () => {
  it('takes spaces and tabs from both ends, and nothing else', () => {
    expect(trimSpace(' \t a \t b\t ')).toBe('a \t b');
    expect(trimSpace('\xa0a\xa0')).toBe('\xa0a\xa0');
    expect(trimSpace(' \t ')).toBe('');
    expect(trimSpace('x: y', 2)).toBe('y');
  });
});

describe('lists', () => {
  it('join the values of all lines and leave out what is empty', () => {
    expect(listElements(['a, b ,,', '\tc', '', ' '])).toEqual(['a', 'b', 'c']);
  });

  it('name a word whatever its case, but not as a part of another', () => {
    expect(listNames(['keep-alive, UPGRADE'], 'upgrade')).toBe(true);
    expect(listNames(['upgrade-insecure-requests', 'x upgrade'], 'upgrade')).toBe(false);
    expect(listNames([], 'upgrade')).toBe(false);
  });

  it('of tokens need at least one, and no other element', () => {
    expect(parseTokens(['a,b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(parseTokens([' , '])).toBeUndefined();
    expect(parseTokens(['a, b c'])).toBeUndefined();
  });
});

describe('parseExtensions', () => {
  it('reads names and parameters in order, doubled ones too', () => {
    expect(parseExtensions(['a; b=1; c; b=2, a', 'd'])).toEqual([
      {
        name: 'a',
        params: [
          ['b', '1'],
          ['c', true],
          ['b', '2'],
        ],
      },
      { name: 'a', params: [] },
      { name: 'd', params: [] },
    ]);
  });

  it('reads quoted values, in which a comma or semicolon could hide', () => {
    expect(parseExtensions(['a; b="1\\2"'])).toEqual([{ name: 'a', params: [['b', '12']] }]);
    expect(parseExtensions(['a; b="1,2"'])).toBeUndefined();
    expect(parseExtensions(['a; b="1;2"'])).toBeUndefined();
  });

  it('does not join a quoted string over two lines', () => {
    expect(parseExtensions(['a; b="1', '2"'])).toBeUndefined();
  });

  it('keeps names that are those of inherited properties', () => {
    expect(parseExtensions(['__proto__; constructor=x'])).toEqual([
      { name: '__proto__', params: [['constructor', 'x']] },
    ]);
  });

  it('never throws, and what it reads can be written and read again', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(latin1, nearlyValid), { maxLength: 3 }), (values) => {
        const offers = parseExtensions(values);
        if (offers !== undefined) expect(parseExtensions([formatExtensions(offers)])).toEqual(offers);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the end of hostile input of a megabyte', () => {
    const size = 1 << 20;
    expect(parseExtensions([`a;b="${'\\'.repeat(size)}`])).toBeUndefined();
    expect(parseExtensions([`a${' '.repeat(size)}b`])).toBeUndefined();
    expect(parseExtensions([','.repeat(size)])).toBeUndefined();
    expect(parseExtensions([`a${';b'.repeat(size / 2)}`])?.[0]?.params).toHaveLength(size / 2);
    expect(parseTokens([`a${' '.repeat(size)}b`])).toBeUndefined();
    expect(trimSpace(`a${' '.repeat(size)}b`)).toHaveLength(size + 2);
  });
});

describe('formatExtensions', () => {
  const offer: fc.Arbitrary<ExtensionOffer> = fc.record({
    name: token,
    params: fc.array(fc.tuple(token, fc.oneof(fc.constant(true as const), token)), { maxLength: 4 }),
  });

  it('writes what is read back unchanged', () => {
    fc.assert(
      fc.property(fc.array(offer, { minLength: 1, maxLength: 4 }), (offers) => {
        expect(parseExtensions([formatExtensions(offers)])).toEqual(offers);
      }),
    );
  });

  it('writes nothing for none', () => {
    expect(formatExtensions([])).toBe('');
  });

  it.each<[string, ExtensionOffer]>([
    ['a name', { name: 'a b', params: [] }],
    ['the name of a parameter', { name: 'a', params: [['', true]] }],
    ['a value', { name: 'a', params: [['b', 'c\r\nd']] }],
  ])('refuses %s that is no token', (_, extension) => {
    expect(() => formatExtensions([extension])).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('quote', () => {
  it('escapes controls and shortens what is long', () => {
    expect(quote('a\n"')).toBe('"a\\n\\""');
    expect(quote('x'.repeat(80))).toHaveLength(82);
    expect(quote('x'.repeat(10_000))).toBe(`"${'x'.repeat(80)}…"`);
  });
});
