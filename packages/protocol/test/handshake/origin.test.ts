import { describe, expect, it, vi } from 'vitest';
import type { RequestHead } from '../../src/handshake/head.ts';
import { allowsOrigin, checkOriginPolicy, type OriginPolicy } from '../../src/handshake/origin.ts';

const HEAD: RequestHead = { method: 'GET', target: '/', version: 'HTTP/1.1', fields: [] };

function allows(policy: OriginPolicy, origin: string, authority = 'example.com', secure = false): boolean {
  return allowsOrigin(policy, origin, HEAD, authority, secure);
}

describe('allowsOrigin', () => {
  it('lets the origin of the request itself in', () => {
    expect(allows('same', 'http://example.com')).toBe(true);
    expect(allows('same', 'HTTP://EXAMPLE.COM:80')).toBe(true);
    expect(allows('same', 'https://example.com:443', 'example.com', true)).toBe(true);
    expect(allows('same', 'http://[::1]:8080', '[::1]:8080')).toBe(true);
  });

  it.each([
    'https://example.com',
    'http://example.com:8080',
    'http://www.example.com',
    'http://example.com.evil.example',
    'http://example.comevil.example',
    'http://example.com@evil.example',
    'http://evil.example#http://example.com',
    'http://example.com/',
    'http:///example.com',
    'ws://example.com',
    'example.com',
    'null',
    '',
    'http://example.com http://example.com',
    'http://example.com, http://example.com',
  ])('keeps %j out', (origin) => {
    expect(allows('same', origin)).toBe(false);
    expect(allows(['https://app.example'], origin)).toBe(false);
  });

  it('lets in what is listed, letter by letter, and the same origin still', () => {
    const list = ['https://app.example', 'null', 'https://b\xfccher.example'];
    expect(allows(list, 'https://app.example')).toBe(true);
    expect(allows(list, 'null')).toBe(true);
    expect(allows(list, 'http://example.com')).toBe(true);
    expect(allows(list, 'https://APP.example')).toBe(false);
    expect(allows(list, 'https://app.example:8443')).toBe(false);
    expect(allows([], 'null')).toBe(false);
  });

  it('asks a function, and it alone', () => {
    const policy = vi.fn((origin: string) => origin.endsWith('.example'));
    expect(allows(policy, 'https://a.example')).toBe(true);
    expect(allows(policy, 'http://example.com')).toBe(false);
    expect(policy.mock.calls).toEqual([
      ['https://a.example', HEAD],
      ['http://example.com', HEAD],
    ]);
  });

  it('takes nothing but true for an answer, so that an asynchronous function lets nobody in', () => {
    const policy = (async () => true) as unknown as () => boolean;
    expect(allows(policy, 'http://example.com')).toBe(false);
  });

  it('lets everyone in where that is wanted', () => {
    expect(allows('dangerously-any', 'null')).toBe(true);
  });
});

describe('checkOriginPolicy', () => {
  it.each<[string, OriginPolicy]>([
    ['same', 'same'],
    ['any', 'dangerously-any'],
    ['a function', () => false],
    ['an empty list', []],
    [
      'a list',
      [
        'https://example.com',
        'http://localhost:3000',
        'http://[::1]:8080',
        'http://a.example:443',
        'https://a.example:80',
        'chrome-extension://abcdefghijklmnop',
        'null',
      ],
    ],
  ])('takes %s', (_, policy) => {
    expect(checkOriginPolicy(policy)).toBeUndefined();
  });

  it.each([
    'https://example.com/',
    'https://example.com/chat',
    'https://Example.com',
    'HTTPS://example.com',
    'https://example.com:443',
    'http://example.com:80',
    'https://user@example.com',
    'https://*.example.com/',
    'example.com',
    'https://',
    '*',
    '',
    1,
  ])('refuses %j, which no browser sends', (origin) => {
    expect(() => checkOriginPolicy([origin as string])).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' }),
    );
  });

  it.each(['any', '*', 'https://example.com', true])('refuses %j, which is no policy', (policy) => {
    expect(() => checkOriginPolicy(policy as unknown as OriginPolicy)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' }),
    );
  });
});
