import { UsageError } from '@framewire/protocol';
import { describe, expect, it, vi } from 'vitest';
import type { Connection } from '../src/connection.ts';
import { createReconnect } from '../src/create-reconnect.ts';
import { ScriptedConnection } from './scripted-connection.ts';
import { timersClock } from './timers-clock.ts';

interface Options {
  readonly subprotocols?: string[];
  readonly signal?: AbortSignal;
}

describe('createReconnect', () => {
  it('makes a reconnect that takes a URL, and options for each connection beside its own', async () => {
    const connect = vi.fn(async (_url: string, _options: Options): Promise<Connection> => new ScriptedConnection());
    const reconnect = createReconnect(connect, { clock: timersClock, random: Math.random });
    const live = reconnect('ws://test/', { connect: { subprotocols: ['chat'] }, maxAttempts: 1 });
    expect(await live.send('a')).toBe('sent');
    expect(connect).toHaveBeenCalledExactlyOnceWith('ws://test/', {
      subprotocols: ['chat'],
      signal: expect.any(AbortSignal),
    });
    expect(await live.close()).toEqual({ why: 'closed' });
  });

  it('needs no options', async () => {
    const connect = vi.fn(async (_url: string, _options: Options): Promise<Connection> => new ScriptedConnection());
    const live = createReconnect(connect, { clock: timersClock, random: Math.random })('ws://test/');
    await live.close();
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('takes a function that opens a connection in place of the URL', async () => {
    const connect = vi.fn();
    const connection = new ScriptedConnection();
    const reconnect = createReconnect(connect, { clock: timersClock, random: Math.random });
    const live = reconnect(async () => connection);
    expect(await live.send('a')).toBe('sent');
    expect(connection.sent).toEqual(['a']);
    expect(connect).not.toHaveBeenCalled();
    await live.close();
  });

  it('lets a wrong URL throw at the call', () => {
    const connect = (): never => {
      throw new UsageError('INVALID_URL', 'not a URL');
    };
    const reconnect = createReconnect(connect, { clock: timersClock, random: Math.random });
    expect(() => reconnect('nonsense')).toThrow('not a URL');
  });
});
