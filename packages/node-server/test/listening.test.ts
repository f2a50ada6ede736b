import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/index.ts';
import { authorityOf, listenOptions } from '../src/listening.ts';

describe('listenOptions', () => {
  it('gives Node what it needs to know', () => {
    expect(listenOptions({ port: 0 })).toEqual({ port: 0 });
    expect(listenOptions({ port: 8080, host: '::1', backlog: 5 })).toEqual({ port: 8080, host: '::1', backlog: 5 });
    expect(listenOptions({ socketPath: '/run/x.sock', reusePort: false })).toEqual({ path: '/run/x.sock' });
    expect(listenOptions({ port: 1, reusePort: false })).toEqual({ port: 1 });
  });

  it.each(['22.12.0', '22.23.3', '23.1.0', '24.0.0', '100.0.0'])('shares a port on Node %s', (version) => {
    expect(listenOptions({ port: 1, reusePort: true }, version)).toEqual({ port: 1, reusePort: true });
  });

  it.each(['18.20.0', '20.20.2', '22.11.9', '23.0.0', '21.7.3', 'unknown'])(
    'says that Node %s cannot share a port, instead of letting the second server fail',
    (version) => {
      expect(() => listenOptions({ port: 1, reusePort: true }, version)).toThrow(
        new UsageError('INVALID_OPTION', `reusePort needs Node 22.12, 23.1 or later; this is ${version}.`),
      );
      expect(listenOptions({ port: 1, reusePort: false }, version)).toEqual({ port: 1 });
    },
  );

  it.each([
    { port: 1, reusePort: 'yes' as unknown as boolean },
    { port: 1, reusePort: null as unknown as boolean },
    { socketPath: '/run/x.sock', reusePort: true },
    { socketPath: '/run/x.sock', port: 1 },
    { socketPath: '' },
    { port: 65_536 },
    {},
    { port: 1, host: '' },
    { port: 1, backlog: -1 },
  ])('refuses %j', (options) => {
    expect(() => listenOptions(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('authorityOf', () => {
  const address = { address: '127.0.0.1', family: 'IPv4', port: 80 };

  it('is what clients may put in a URL', () => {
    expect(authorityOf(address, '127.0.0.1')).toBe('127.0.0.1:80');
    expect(authorityOf({ ...address, address: '::1' }, '::1')).toBe('[::1]:80');
    expect(authorityOf({ ...address, address: '0.0.0.0' }, '0.0.0.0')).toBe('localhost:80');
    expect(authorityOf({ ...address, address: '::' }, undefined)).toBe('localhost:80');
    expect(authorityOf('/run/x.sock', undefined)).toBe('localhost');
  });
});
