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
  ] as const)('of %s: %s is none', (of, name, message) => {
    const checking = () => checkNames(of, { [name]: 1 });
    expect(checking).toThrow(UsageError);
    expect(checking).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
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
