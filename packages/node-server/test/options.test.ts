import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { checkArguments, checkFunction, type HandshakeOptions, settleHandshake, settleHead } from '../src/options.ts';
import { warn } from '../src/report.ts';

describe('the options', () => {
  it('have safe defaults', () => {
    expect(settleHandshake({})).toMatchObject({
      authorize: undefined,
      policy: { origins: undefined, subprotocols: undefined, requireSubprotocol: undefined },
      secure: undefined,
      admission: {
        maxConnections: 100_000,
        maxConnectionsPerAddress: 100_000,
        maxPendingHandshakes: 4_096,
        maxPendingHandshakesPerAddress: 4_096,
      },
      retryAfter: [['Retry-After', '5']],
      handshakeTimeout: 10_000,
      onError: warn,
      onRefused: undefined,
    });
  });

  it.each<[string, unknown]>([
    ['authorize', true],
    ['responseHeaders', { a: 'b' }],
    ['onError', 'log'],
    ['onRefused', 1],
    ['origins', 'https://example.com'],
    ['origins', ['https://example.com/']],
    ['subprotocols', 'chat'],
    ['subprotocols', ['a b']],
    ['requireSubprotocol', true],
    ['maxConnections', 0],
    ['maxConnections', 1.5],
    ['handshakeTimeout', 0],
    ['handshakeTimeout', '1000'],
    ['secure', 'yes'],
    ['maxMessageSize', -1],
    ['closeTimeout', Number.NaN],
    ['deflate', 'on'],
  ])('are checked: %s %j', (name, value) => {
    const options = { [name]: value } as HandshakeOptions;
    expect(() => settleHandshake(options)).toThrow(UsageError);
    expect(() => settleHandshake(options)).toThrow(name === 'requireSubprotocol' ? 'requireSubprotocol' : name);
  });

  it.each([{ maxHeadBytes: 0 }, { maxFields: -1 }])('are checked: %j', (options) => {
    expect(() => settleHead(options)).toThrow(UsageError);
  });

  it('tell what a handler, options and a function are', () => {
    expect(() => checkArguments({}, {})).toThrow('(connection, request) =>');
    expect(() => checkArguments(() => {}, 8080)).toThrow('The options must be an object, not 8080.');
    expect(() => checkFunction('match', '/chat')).toThrow('match must be a function, not /chat.');
  });
});
