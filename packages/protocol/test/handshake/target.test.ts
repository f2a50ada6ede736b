import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOriginForm, parseTarget } from '../../src/handshake/target.ts';

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

describe('parseTarget', () => {
  it.each([
    ['/', '/', ''],
    ['/chat', '/chat', ''],
    ['/chat?', '/chat', '?'],
    ['/?a=/b?c', '/', '?a=/b?c'],
    ['//evil.example', '//evil.example', ''],
    ['/../a/./b', '/../a/./b', ''],
    ['/%2e%2e/%00', '/%2e%2e/%00', ''],
    ['/a|b{c}^"<>`', '/a|b{c}^"<>`', ''],
    ['/?a\\b', '/', '?a\\b'],
    ['http://example.com/chat', '/chat', ''],
    ['HTTPS://Example.COM:80/chat?a', '/chat', '?a'],
    ['ws://example.com', '/', ''],
    ['wss://example.com?a/b', '/', '?a/b'],
    ['ws://example.com//evil.example', '//evil.example', ''],
  ])('splits %s, and changes nothing', (target, path, query) => {
    expect(parseTarget(target, 'example.com', false)).toEqual({ path, query });
  });

  it.each([
    '',
    '*',
    'chat',
    '?a',
    'example.com:80',
    'http:/chat',
    'http:///chat',
    'http://?a',
    'http://evil.example/',
    'http://example.com.evil.example/',
    'http://example.com@evil.example/',
    'http://evil.example\\@example.com/',
    'http://example.com\\/',
    'http://example.com:443/',
    'ftp://example.com/',
    'xhttp://example.com/',
    'javascript://example.com/',
    '/a#b',
    '/#',
    '/a b',
    '/a\tb',
    '/a\r\nb',
    '/\x7f',
    '/\xe9',
    '/\\evil.example',
    '\\\\evil.example',
  ])('refuses %j', (target) => {
    expect(parseTarget(target, 'example.com', false)).toBeUndefined();
  });

  it('gives path and query that are together the target', () => {
    fc.assert(
      fc.property(visible, (rest) => {
        const target = `/${rest}`;
        const parsed = parseTarget(target, 'example.com', false);
        if (parsed !== undefined) expect(parsed.path + parsed.query).toBe(target);
      }),
    );
  });

  it('gives a path that begins with a slash, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'http://example.com', 'ws://', 'http:'), visible, (start, rest) => {
        const path = parseTarget(start + rest, 'example.com', false)?.path ?? '/';
        expect(path).toMatch(/^\/[^?#\\]*$/);
      }),
    );
  });
});

describe('isOriginForm', () => {
  it('is what a client may send', () => {
    expect(['/', '/a?b', '//a'].every(isOriginForm)).toBe(true);
    expect(['', 'a', 'http://example.com/', '*', '/a#b', '/a b', '/\\', undefined, 1].some(isOriginForm)).toBe(false);
  });
});
