import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeAuthority } from '../../src/handshake/authority.ts';

describe('normalizeAuthority', () => {
  it.each([
    ['example.com', false, 'example.com'],
    ['EXAMPLE.Com', false, 'example.com'],
    ['example.com:80', false, 'example.com'],
    ['example.com:080', false, 'example.com'],
    ['example.com:', false, 'example.com'],
    ['example.com:443', false, 'example.com:443'],
    ['example.com:443', true, 'example.com'],
    ['example.com:80', true, 'example.com:80'],
    ['example.com:0', true, 'example.com:0'],
    ['example.com:65535', true, 'example.com:65535'],
    ['example.com.', false, 'example.com.'],
    ['my_host', false, 'my_host'],
    ['127.0.0.1:8080', false, '127.0.0.1:8080'],
    ['[2001:DB8::1]:80', false, '[2001:db8::1]'],
    ['[::ffff:1.2.3.4]', false, '[::ffff:1.2.3.4]'],
    ['ex%41mple.com', false, 'ex%41mple.com'],
  ])('takes %s (secure: %s) for %s', (authority, secure, normalized) => {
    expect(normalizeAuthority(authority, secure)).toBe(normalized);
  });

  it.each([
    '',
    ':80',
    'a:65536',
    'a:123456',
    'a:-1',
    'a:b',
    'a:80:80',
    'user@a',
    'user:80@a',
    'a/',
    'a?b',
    'a#b',
    'a b',
    ' a',
    'a\n',
    'a\\b',
    '::1',
    '[::1',
    '[]',
    '[::1]a',
    '[::1%25eth0]',
    'a%2',
    'a%zz',
    '\u212a',
    'b\xfccher.example',
  ])('refuses %j', (authority) => {
    expect(normalizeAuthority(authority, false)).toBeUndefined();
  });

  it('gives what it would give again', () => {
    fc.assert(
      fc.property(fc.webAuthority(), fc.boolean(), (authority, secure) => {
        const normalized = normalizeAuthority(authority, secure);
        if (normalized !== undefined) expect(normalizeAuthority(normalized, secure)).toBe(normalized);
      }),
    );
  });

  it('agrees with a URL parser on host and port', () => {
    fc.assert(
      fc.property(fc.domain(), fc.option(fc.nat(65_535)), (domain, port) => {
        const authority = port === null ? domain : `${domain}:${port}`;
        expect(normalizeAuthority(authority, false)).toBe(new URL(`ws://${authority}/`).host);
        expect(normalizeAuthority(authority, true)).toBe(new URL(`wss://${authority}/`).host);
      }),
    );
  });
});
