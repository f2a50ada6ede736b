import { describe, expect, it } from 'vitest';
import { addressOf } from '../src/address.ts';

describe('the address of a server', () => {
  it.each([
    ['ws://a/', { host: 'a', port: 80, secure: false, insecure: false }, 'a', '/'],
    ['wss://a:8443/b?c=d#e', { host: 'a', port: 8443, secure: true, insecure: false }, 'a:8443', '/b?c=d'],
    ['wss://[::1]/b', { host: '::1', port: 443, secure: true, insecure: false }, '[::1]', '/b'],
  ])('%s', (url, target, host, path) => {
    expect(addressOf(url)).toEqual({ target, host, path });
  });

  it('accepts any certificate when asked to, and no other kind of URL', () => {
    expect(addressOf('wss://a/', true).target.insecure).toBe(true);
    expect(() => addressOf('http://a/')).toThrow('The URL must begin with ws: or wss:, not http:');
  });
});
