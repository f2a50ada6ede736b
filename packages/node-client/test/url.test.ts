import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { parseUrl } from '../src/url.ts';

describe('parseUrl', () => {
  it('takes a URL apart', () => {
    expect(parseUrl('wss://example.com:8443/chat/room?name=x&y')).toEqual({
      href: 'wss://example.com:8443/chat/room?name=x&y',
      secure: true,
      hostname: 'example.com',
      port: 8443,
      host: 'example.com:8443',
      target: '/chat/room?name=x&y',
      authorization: undefined,
    });
  });

  it.each([
    ['ws://example.com', 'ws://example.com/', false, 80, 'example.com'],
    ['wss://example.com', 'wss://example.com/', true, 443, 'example.com'],
    ['http://example.com', 'ws://example.com/', false, 80, 'example.com'],
    ['https://example.com', 'wss://example.com/', true, 443, 'example.com'],
    ['HTTPS://EXAMPLE.com:443', 'wss://example.com/', true, 443, 'example.com'],
    ['http://example.com:443', 'ws://example.com:443/', false, 443, 'example.com:443'],
    ['https://example.com:80', 'wss://example.com:80/', true, 80, 'example.com:80'],
    ['ws://example.com:80', 'ws://example.com/', false, 80, 'example.com'],
    ['  ws://example.com\n', 'ws://example.com/', false, 80, 'example.com'],
    ['ws:example.com', 'ws://example.com/', false, 80, 'example.com'],
    ['ws://bücher.example', 'ws://xn--bcher-kva.example/', false, 80, 'xn--bcher-kva.example'],
    ['ws://127.1:9', 'ws://127.0.0.1:9/', false, 9, '127.0.0.1:9'],
  ])('reads %j as the WHATWG does', (url, href, secure, port, host) => {
    expect(parseUrl(url)).toMatchObject({ href, secure, port, host });
  });

  it('connects to an IPv6 address without brackets, and names it with them', () => {
    expect(parseUrl('ws://[::1]:8080/')).toMatchObject({ hostname: '::1', host: '[::1]:8080', port: 8080 });
  });

  it.each([
    ['ws://h/a b?c d"', '/a%20b?c%20d%22'],
    ['ws://h//evil.example/', '//evil.example/'],
    ['ws://h/a/../b/./c', '/b/c'],
    ['ws://h/\\x', '//x'],
    ['ws://h?q', '/?q'],
    ['ws://h/é?ü', '/%C3%A9?%C3%BC'],
  ])('asks %j for a target of visible ASCII', (url, target) => {
    expect(parseUrl(url).target).toBe(target);
  });

  it('resolves a relative URL on a base, and takes the scheme of it', () => {
    expect(parseUrl('/chat?x', 'https://example.com/app/').href).toBe('wss://example.com/chat?x');
    expect(parseUrl('chat', new URL('http://example.com/app/')).href).toBe('ws://example.com/app/chat');
    expect(parseUrl('//other.example/', 'wss://example.com/').href).toBe('wss://other.example/');
    expect(parseUrl('ws://absolute.example/', 'https://example.com').href).toBe('ws://absolute.example/');
    expect(parseUrl(new URL('ws://example.com/')).href).toBe('ws://example.com/');
  });

  it('makes Basic authentication of user and password, and keeps them out of everything else', () => {
    const url = parseUrl('wss://us%20er:p%C3%A4ss%3A@example.com/');
    expect(url.authorization).toBe(`Basic ${Buffer.from('us er:päss:').toString('base64')}`);
    expect(url.href).toBe('wss://example.com/');
    expect(url.host).toBe('example.com');
    expect(parseUrl('ws://user@h').authorization).toBe(`Basic ${Buffer.from('user:').toString('base64')}`);
    expect(parseUrl('ws://:secret@h').authorization).toBe(`Basic ${Buffer.from(':secret').toString('base64')}`);
  });

  it.each([
    ['', /baseUrl/],
    ['/chat', /baseUrl/],
    ['example.com', /baseUrl/],
    ['ws://', /ws:\/\/ or wss:\/\//],
    ['ws://h:99999/', /ws:\/\/ or wss:\/\//],
    ['ws://a b/', /ws:\/\/ or wss:\/\//],
    ['ws://h/#', /fragment/],
    ['ws://h/#part', /fragment/],
    ['https://h/?x#part', /fragment/],
    ['ftp://h/', /use ws:\/\/ or wss:\/\/, not ftp:/],
    ['file:///x', /not file:/],
    ['wss+unix://x', /not wss\+unix:/],
    ['httpx://h/', /use ws/],
    [undefined, /undefined/],
    [null, /null/],
    [17, /17/],
  ])('refuses %j, and says what to do', (url, message) => {
    expect(() => parseUrl(url as string)).toThrow(UsageError);
    expect(() => parseUrl(url as string)).toThrow(
      expect.objectContaining({ code: 'INVALID_URL', message: expect.stringMatching(message) }),
    );
  });

  it('refuses what is not valid on its base, or a base that is not valid', () => {
    expect(() => parseUrl('ws://[/', 'https://example.com')).toThrow(/not valid on the base https:\/\/example.com/);
    expect(() => parseUrl('/x', 'example.com')).toThrow(/not valid on the base example.com/);
    expect(() => parseUrl('/x', 'ftp://example.com')).toThrow(/not ftp:/);
  });

  it('refuses user names that cannot be told from passwords, and what is not UTF-8', () => {
    expect(() => parseUrl('ws://us%3Aer:x@h')).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
    expect(() => parseUrl('ws://user:%ff@h')).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
    expect(() => parseUrl('ws://%:x@h')).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
  });

  it.each([
    'ws://user:s3cret@h/#',
    'ftp://user:s3cret@h/',
    'ws://user:s3cret@h:99999/',
    'ws://us%3Aer:s3cret@h',
    'ws://a:s3cret@%',
  ])('shows no password when it refuses %s', (url) => {
    let message = '';
    try {
      parseUrl(url);
    } catch (error) {
      message = String(error) + String((error as Error).cause);
    }
    expect(message).toMatch(/^UsageError/);
    expect(message).not.toContain('s3cret');
  });
});
