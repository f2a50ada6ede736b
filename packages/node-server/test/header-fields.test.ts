import { buildRejection, handshakeError, UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { fieldsOf, type HeaderFields, ReceivedHeaders } from '../src/header-fields.ts';

describe('the headers of a request', () => {
  const headers = new ReceivedHeaders([
    ['Host', 'a'],
    ['X-List', '1'],
    ['x-list', '2, 3'],
    ['Cookie', 'a=1'],
    ['cookie', 'b=2'],
    ['__proto__', 'p'],
  ]);

  it('are found whatever the case of their names', () => {
    expect(headers.get('HOST')).toBe('a');
    expect(headers.has('hOST')).toBe(true);
  });

  it('are undefined when they are not there, whatever objects inherit', () => {
    for (const name of ['x', 'constructor', 'toString', 'hasOwnProperty', '']) {
      expect(headers.get(name)).toBe(undefined);
      expect(headers.has(name)).toBe(false);
      expect(headers.getAll(name)).toEqual([]);
    }
  });

  it('may be named like a property', () => {
    expect(headers.get('__proto__')).toBe('p');
  });

  it('are joined when there are several, cookies with semicolons', () => {
    expect(headers.get('x-list')).toBe('1, 2, 3');
    expect(headers.get('cookie')).toBe('a=1; b=2');
    expect(headers.getAll('X-LIST')).toEqual(['1', '2, 3']);
  });

  it('can be gone through in order, with names in lower case', () => {
    expect([...headers].map(([name]) => name)).toEqual(['host', 'x-list', 'x-list', 'cookie', 'cookie', '__proto__']);
  });
});

describe('headers to send', () => {
  it('are an object, with lists for fields that come several times', () => {
    expect(fieldsOf({ A: '1', 'Set-Cookie': ['a', 'b'] })).toEqual([
      ['A', '1'],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
    ]);
  });

  it('are pairs, a Map or a Headers', () => {
    expect(fieldsOf([['A', '1']])).toEqual([['A', '1']]);
    expect(fieldsOf(new Map([['A', '1']]))).toEqual([['A', '1']]);
    expect(fieldsOf(new Headers({ A: '1' }))).toEqual([['a', '1']]);
  });

  it('are none by default', () => {
    expect(fieldsOf(undefined)).toEqual([]);
  });

  it.each([[null], ['a: b'], [1]])('are not %s', (headers) => {
    expect(() => fieldsOf(headers as unknown as HeaderFields)).toThrow(UsageError);
  });

  it.each([[{ a: 1 }], [{ a: null }], [{ a: 'b\r\nc: d' }], [{ 'a b': 'c' }], [[['a']]], [[1]], [{ Upgrade: 'x' }]])(
    'are refused with a UsageError where the head is built: %j',
    (headers) => {
      const fields = () => fieldsOf(headers as unknown as HeaderFields);
      expect(() => buildRejection(handshakeError('REFUSED'), fields())).toThrow(UsageError);
    },
  );
});
