import { describe, expect, it } from 'vitest';
import { addressOf, checkPort, type Target, urlOf } from '../../src/chaos-proxy/target.ts';

const PROXY = { host: '127.0.0.1', port: 4000 };

describe('a target', () => {
  it.each<[target: Target, host: string, port: number, url: string]>([
    ['ws://127.0.0.1:8080/chat?room=1', '127.0.0.1', 8080, 'ws://127.0.0.1:4000/chat?room=1'],
    ['wss://example.com', 'example.com', 443, 'wss://127.0.0.1:4000/'],
    [new URL('http://localhost'), 'localhost', 80, 'http://127.0.0.1:4000/'],
    ['ws://[::1]:9', '::1', 9, 'ws://127.0.0.1:4000/'],
    ['tcp://localhost:6379', 'localhost', 6379, 'tcp://127.0.0.1:4000'],
    [{ port: 5 }, '127.0.0.1', 5, 'tcp://127.0.0.1:4000'],
    [{ host: 'localhost', port: 5 }, 'localhost', 5, 'tcp://127.0.0.1:4000'],
  ])('%s is an address, and has a URL through the proxy', (target, host, port, url) => {
    expect(addressOf(target)).toEqual({ host, port });
    expect(urlOf(target, PROXY)).toBe(url);
  });

  it('has a URL through a proxy that listens on IPv6', () => {
    expect(urlOf('ws://a:1/', { host: '::1', port: 2 })).toBe('ws://[::1]:2/');
  });

  it.each(['no url', 'redis://localhost', 'unix:/socket'])('is not %s', (target) => {
    expect(() => addressOf(target)).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
  });

  it.each([undefined, null, {}, { port: 0 }, { port: '80' }, { port: 65_536 }])('is not %j', (target) => {
    expect(() => addressOf(target as Target)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('checkPort', () => {
  it('takes 0 where any port will do', () => {
    expect(checkPort('port', 0, 0)).toBe(0);
    expect(() => checkPort('port', 1.5, 0)).toThrow('port must be a whole number from 0 to 65535, not 1.5.');
  });
});
