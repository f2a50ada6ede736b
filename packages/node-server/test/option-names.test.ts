import { createServer } from 'node:http';
import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { serve, upgrade } from '../src/index.ts';
import { checkNames } from '../src/option-names.ts';

describe('the names of options', () => {
  it.each([
    ['serve', 'maxPayload', 'serve() has no option maxPayload.'],
    ['serve', 'maxconnections', 'serve() has no option maxconnections.'],
    ['serve', 'match', 'serve() has no option match: it is one of upgrade().'],
    ['upgrade', 'port', 'upgrade() has no option port: it is one of serve().'],
    ['upgrade', 'maxHeadBytes', 'upgrade() has no option maxHeadBytes: it is one of serve().'],
    ['upgrade', 'constructor', 'upgrade() has no option constructor.'],
    ['close', 'timeout', 'close() has no option timeout.'],
    ['close', 'handshakeTimeout', 'close() has no option handshakeTimeout: it is one of serve().'],
    ['refuse', 'retryafter', 'refuse() has no option retryafter.'],
  ] as const)('of %s: %s is none', (of, name, message) => {
    const checking = () => checkNames(of, { [name]: 1 });
    expect(checking).toThrow(UsageError);
    expect(checking).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['keepalive', 'timeout'],
    ['maxControlFrames', 'cout'],
    ['deflate', 'maxJob'],
  ])('in an option that is an object, such as %s: %s is none', (outer, inner) => {
    for (const of of ['serve', 'upgrade'] as const) {
      const message = `${of}() has no option ${outer}.${inner}.`;
      expect(() => checkNames(of, { [outer]: { [inner]: 1 } })).toThrow(message);
    }
    expect(checkNames('serve', { [outer]: { [inner]: undefined } })).toBe(undefined);
    // What else it may be is checked elsewhere.
    for (const value of [false, null, 1]) expect(checkNames('serve', { [outer]: value })).toBe(undefined);
  });

  it.each([null, 5, () => {}])('need an object, not %s', (options) => {
    const error = { code: 'INVALID_ARGUMENT', message: `The options must be an object, not ${String(options)}.` };
    expect(() => checkNames('close', options)).toThrow(expect.objectContaining(error));
  });

  it('may be there without a value', () => {
    expect(checkNames('upgrade', { port: undefined, maxPayload: undefined, maxConnections: 1 })).toBe(undefined);
  });

  it('are checked before anything else is done', () => {
    expect(() => serve(() => {}, { port: 0, heartbeat: 5 } as object)).toThrow('serve() has no option heartbeat.');
    const http = createServer();
    expect(() => upgrade(http, () => {}, { noServer: true } as object)).toThrow('upgrade() has no option noServer.');
    expect(http.listenerCount('upgrade')).toBe(0);
  });
});
