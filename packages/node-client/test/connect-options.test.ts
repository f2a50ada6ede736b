import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, settle } from '../src/connect-options.ts';

describe('settle', () => {
  it('has defaults for everything', () => {
    expect(settle({})).toMatchObject({
      fields: [],
      handshakeTimeout: 10_000,
      transport: { endpoint: { role: 'client' }, sendHighWater: 1_048_576 },
    });
  });

  it.each([
    ['an object', { 'X-One': '1', Cookie: ['a=1', 'b=2'], __proto__: null }],
    [
      'pairs',
      [
        ['X-One', '1'],
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
      ],
    ],
  ])('takes headers as %s', (_name, headers) => {
    expect(settle({ headers: headers as never }).fields).toEqual([
      ['X-One', '1'],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
    ]);
  });

  it('takes headers as a Map or as Headers', () => {
    expect(settle({ headers: new Map([['X-One', '1']]) }).fields).toEqual([['X-One', '1']]);
    expect(settle({ headers: new Headers({ 'X-One': '1' }) }).fields).toEqual([['x-one', '1']]);
  });

  it('passes on what is set', () => {
    expect(settle({ handshakeTimeout: 1, sendHighWater: 2, maxMessageSize: 3, keepalive: false })).toMatchObject({
      handshakeTimeout: 1,
      transport: { sendHighWater: 2, endpoint: { maxMessageSize: 3 }, keepalive: undefined },
    });
  });

  it.each([
    ['handshakeTimeout', { handshakeTimeout: 0 }],
    ['handshakeTimeout', { handshakeTimeout: '10' }],
    ['handshakeTimeout', { handshakeTimeout: 2 ** 31 }],
    ['closeTimeout', { closeTimeout: -1 }],
    ['signal', { signal: {} }],
    ['signal', { signal: null }],
    ['socketPath', { socketPath: '' }],
    ['socketPath', { socketPath: 7 }],
    ['headers', { headers: null }],
    ['headers', { headers: 'X-One: 1' }],
    ['headers', { headers: ['X-One: 1'] }],
    ['headers', { headers: [['X-One']] }],
    ['tls', { tls: true }],
    ['tls', { tls: null }],
    ['maxHeadBytes', { maxHeadBytes: 0 }],
    ['maxFields', { maxFields: 1.5 }],
  ] as [string, ConnectOptions][])('refuses a wrong %s: %j', (name, options) => {
    expect(() => settle(options)).toThrow(UsageError);
    expect(() => settle(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  });

  it.each([null, 7, 'x', ['protocol']])('refuses %j in place of the options', (options) => {
    expect(() => settle(options as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
  });
});
