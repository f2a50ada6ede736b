import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ABNORMAL_CLOSURE,
  checkApplicationClose,
  decodeCloseStatus,
  encodeCloseStatus,
  GOING_AWAY,
  INTERNAL_ERROR,
  INVALID_DATA,
  isApplicationCode,
  isWireCode,
  MAX_REASON_BYTES,
  MESSAGE_TOO_BIG,
  NO_STATUS,
  NORMAL_CLOSURE,
  POLICY_VIOLATION,
  PROTOCOL_ERROR,
} from '../src/close-status.ts';

function usageError(code: string): unknown {
  return expect.objectContaining({ name: 'UsageError', code });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const EVERY_CODE = range(0, 65_535);
const WIRE_CODES = [...range(1000, 1003), ...range(1007, 1014), ...range(3000, 4999)];
const APPLICATION_CODES = [1000, ...range(3000, 4999)];

/** 123 bytes, the last two of them one character. */
const LONGEST = `${'x'.repeat(121)}\xe9`;

describe('the names of close codes', () => {
  it('stand for the codes of RFC 6455, section 7.4.1', () => {
    expect({
      NORMAL_CLOSURE,
      GOING_AWAY,
      PROTOCOL_ERROR,
      NO_STATUS,
      ABNORMAL_CLOSURE,
      INVALID_DATA,
      POLICY_VIOLATION,
      MESSAGE_TOO_BIG,
      INTERNAL_ERROR,
    }).toEqual({
      NORMAL_CLOSURE: 1000,
      GOING_AWAY: 1001,
      PROTOCOL_ERROR: 1002,
      NO_STATUS: 1005,
      ABNORMAL_CLOSURE: 1006,
      INVALID_DATA: 1007,
      POLICY_VIOLATION: 1008,
      MESSAGE_TOO_BIG: 1009,
      INTERNAL_ERROR: 1011,
    });
  });
});

describe('isWireCode', () => {
  it('takes the codes of RFC 6455 and its registry, and of libraries and applications', () => {
    expect(EVERY_CODE.filter(isWireCode)).toEqual(WIRE_CODES);
  });
});

describe('isApplicationCode', () => {
  it('takes what the close() of a browser takes', () => {
    expect(EVERY_CODE.filter(isApplicationCode)).toEqual(APPLICATION_CODES);
  });
});

describe('encodeCloseStatus', () => {
  it.each([5, null, { a: 1 }])('refuses a reason that is no string: %s', (reason) => {
    expect(() => encodeCloseStatus(1000, reason as unknown as string)).toThrow(usageError('INVALID_ARGUMENT'));
    expect(() => encodeCloseStatus(1000, reason as unknown as string)).toThrow('A close reason is a string.');
  });

  it('writes the code in network order and the reason in UTF-8', () => {
    expect(encodeCloseStatus(1000, '')).toEqual(Uint8Array.of(0x03, 0xe8));
    expect(encodeCloseStatus(4999, '\u20ac')).toEqual(Uint8Array.of(0x13, 0x87, 0xe2, 0x82, 0xac));
  });

  it('writes nothing for a Close without a code', () => {
    expect(encodeCloseStatus(1005, '')).toEqual(new Uint8Array(0));
  });

  it('refuses a reason without a code', () => {
    expect(() => encodeCloseStatus(1005, 'why')).toThrow(usageError('INVALID_CLOSE_CODE'));
  });

  it.each([-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65_536, 1000.5, Number.NaN])(
    'refuses the code %d',
    (code) => {
      expect(() => encodeCloseStatus(code, '')).toThrow(usageError('INVALID_CLOSE_CODE'));
    },
  );

  it('takes a reason of 123 bytes, and says how long one is that is longer', () => {
    expect(encodeCloseStatus(1000, LONGEST)).toHaveLength(2 + MAX_REASON_BYTES);
    expect(() => encodeCloseStatus(1000, `${LONGEST}x`)).toThrow(usageError('CLOSE_REASON_TOO_LONG'));
    expect(() => encodeCloseStatus(1000, `${LONGEST}x`)).toThrow('not 124');
  });

  it('writes what is read back unchanged', () => {
    const reason = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...WIRE_CODES), reason, (code, text) => {
        fc.pre(new TextEncoder().encode(text).length <= MAX_REASON_BYTES);
        expect(decodeCloseStatus(encodeCloseStatus(code, text))).toEqual({ code, reason: text });
      }),
    );
  });
});

describe('decodeCloseStatus', () => {
  it('reads a Close without a code as 1005', () => {
    expect(decodeCloseStatus(new Uint8Array(0))).toEqual({ code: 1005, reason: '' });
  });

  it('refuses one byte', () => {
    expect(decodeCloseStatus(Uint8Array.of(0x03))).toBe('CLOSE_TRUNCATED');
  });

  it('refuses every code that must not stand in a frame', () => {
    const refused = EVERY_CODE.filter(
      (code) => decodeCloseStatus(Uint8Array.of(code >> 8, code)) === 'CLOSE_CODE_INVALID',
    );
    expect(refused).toEqual(EVERY_CODE.filter((code) => !WIRE_CODES.includes(code)));
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut character', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s in the reason', (_, reason) => {
    expect(decodeCloseStatus(Uint8Array.of(0x03, 0xe8, ...reason))).toBe('TEXT_INVALID');
  });

  it('keeps a byte order mark in the reason', () => {
    expect(decodeCloseStatus(Uint8Array.of(0x03, 0xe8, 0xef, 0xbb, 0xbf))).toEqual({ code: 1000, reason: '\ufeff' });
  });

  it('reads a payload that is a part of a larger buffer', () => {
    const buffer = Uint8Array.of(9, 9, 0x0f, 0xa0, 0x68, 0x69, 9);
    expect(decodeCloseStatus(buffer.subarray(2, 6))).toEqual({ code: 4000, reason: 'hi' });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 125 }), (payload) => {
        const status = decodeCloseStatus(payload);
        if (typeof status === 'object') expect(encodeCloseStatus(status.code, status.reason)).toEqual(payload);
        else expect(['CLOSE_TRUNCATED', 'CLOSE_CODE_INVALID', 'TEXT_INVALID']).toContain(status);
      }),
    );
  });
});

describe('checkApplicationClose', () => {
  it('takes what an application may say', () => {
    expect(checkApplicationClose(1000, '')).toBeUndefined();
    expect(checkApplicationClose(3000, LONGEST)).toBeUndefined();
    expect(checkApplicationClose(4999, 'bye')).toBeUndefined();
  });

  it.each([0, 999, 1001, 1005, 1006, 1011, 2999, 5000, 3000.5, Number.NaN, undefined])(
    'refuses the code %s',
    (code) => {
      expect(() => checkApplicationClose(code as number, '')).toThrow(usageError('INVALID_CLOSE_CODE'));
    },
  );

  it('refuses a reason over 123 bytes', () => {
    expect(() => checkApplicationClose(1000, `${LONGEST}x`)).toThrow(usageError('CLOSE_REASON_TOO_LONG'));
  });
});
