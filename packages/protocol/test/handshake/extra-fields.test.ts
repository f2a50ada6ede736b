import { describe, expect, it } from 'vitest';
import { checkExtraFields } from '../../src/handshake/extra-fields.ts';
import type { Fields } from '../../src/handshake/head.ts';

const usageError = expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' });

describe('checkExtraFields', () => {
  it('takes what a header may hold, doubled names too', () => {
    const fields: Fields = [
      ['Cookie', 'a=1; b="2"'],
      ['X-Empty', ''],
      ['X-Latin', '\xe9\t'],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
      ['Sec-WebSocketX', 'x'],
      ['__proto__', 'x'],
    ];
    expect(checkExtraFields(fields)).toBeUndefined();
  });

  it.each([
    'Connection',
    'UPGRADE',
    'content-length',
    'Transfer-Encoding',
    'Sec-WebSocket-Key',
    'sec-websocket-anything',
  ])('keeps %s for the handshake, and names it', (name) => {
    expect(() => checkExtraFields([[name, 'x']])).toThrow(usageError);
    expect(() => checkExtraFields([[name, 'x']])).toThrow(name);
  });

  it('keeps further names where told to', () => {
    expect(checkExtraFields([['host', 'x']])).toBeUndefined();
    expect(() => checkExtraFields([['host', 'x']], ['Host'])).toThrow(usageError);
  });

  it.each<[string, unknown]>([
    ['a line break in a value', [['X', 'a\r\nY: b']]],
    ['a line feed in a value', [['X', 'a\nb']]],
    ['a NUL in a value', [['X', '\0']]],
    ['a value beyond one byte a character', [['X', '\u20ac']]],
    ['a value that is no string', [['X', 1]]],
    ['a line break in a name', [['X\r\nY', 'a']]],
    ['an empty name', [['', 'a']]],
    ['a name that is no string', [[1, 'a']]],
    ['an object', { X: 'a' }],
  ])('refuses %s', (_, fields) => {
    expect(() => checkExtraFields(fields as Fields)).toThrow(usageError);
  });
});
