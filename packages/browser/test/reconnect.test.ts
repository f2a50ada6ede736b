import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type ReconnectChange, reconnect } from '../src/index.ts';
import { type ContractServer, startContractServer } from './contract-server.ts';
import { scriptPage } from './page-events.ts';
import { type ScriptedWebSocket, scriptWebSockets } from './scripted-websocket.ts';

let server: ContractServer;

beforeAll(async () => {
  server = await startContractServer();
});

afterAll(() => server.close());

describe('reconnect', () => {
  it('opens another connection when one is lost, with the options of connect', async () => {
    const states: string[] = [];
    const conversation = reconnect(`${server.url}/echo`, {
      baseDelay: 1,
      maxDelay: 1,
      connect: { subprotocols: ['chat'] },
      onStateChange: ({ state }) => void states.push(state),
    });
    expect(await conversation.send('one')).toBe('sent');
    const messages = conversation[Symbol.asyncIterator]();
    expect((await messages.next()).value).toBe('one');
    await conversation.send('reset');
    await expect.poll(() => states).toEqual(['open', 'waiting', 'connecting', 'open']);
    expect(await conversation.send('two')).toBe('sent');
    expect((await messages.next()).value).toBe('two');
    expect(await conversation.close()).toEqual({ why: 'closed' });
  });

  it('tries as often as it is told when there is no server', async () => {
    const gone = await startContractServer();
    await gone.close();
    const end = await reconnect(gone.url, { baseDelay: 1, maxDelay: 1, maxAttempts: 3 }).closed;
    expect(end).toMatchObject({ why: 'exhausted', error: { code: 'NOT_CONNECTED' } });
  });

  it('throws at the call when the URL or an option is wrong', () => {
    expect(() => reconnect('/relative')).toThrow(expect.objectContaining({ name: 'UsageError' }));
    expect(() => reconnect(server.url, { connect: { handshakeTimeout: -1 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(() => reconnect(server.url, { baseDelay: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('reconnect in a page', () => {
  const probe = { message: 'ping', isAnswer: (message: unknown) => message === 'pong' };
  const turn = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function last(sockets: readonly ScriptedWebSocket[]): ScriptedWebSocket {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('No WebSocket was made.');
    return socket;
  }

  it('replaces a connection that died while the page slept, within two seconds', async () => {
    const page = scriptPage();
    const sockets = scriptWebSockets();
    const conversation = reconnect('ws://scripted/', { probe });
    last(sockets).open();
    // Long enough asleep for the count of attempts to begin again.
    await turn(20_000);
    page.tell('visibilitychange');
    page.tell('online');
    expect(sockets[0]?.sent).toEqual(['ping']);
    await turn(1500);
    expect(sockets).toHaveLength(2);
    last(sockets).open();
    await turn();
    expect(conversation.state).toBe('open');
    void conversation.close();
    expect(page.listeners).toBe(0);
  });

  it('leaves a connection alone that answers', async () => {
    const page = scriptPage();
    const sockets = scriptWebSockets();
    const conversation = reconnect('ws://scripted/', { probe });
    last(sockets).open();
    await turn(20_000);
    page.tell('visibilitychange');
    last(sockets).deliver('pong');
    await turn(20_000);
    expect(sockets).toHaveLength(1);
    void conversation.close();
  });

  it('asks nothing without a probe, but tries at once when it waits for the next attempt', async () => {
    const page = scriptPage();
    const sockets = scriptWebSockets();
    const conversation = reconnect('ws://scripted/', { baseDelay: 2 ** 31 - 1, maxDelay: 2 ** 31 - 1 });
    last(sockets).open();
    await turn(1000);
    page.tell('online');
    await turn(10_000);
    expect(last(sockets).sent).toEqual([]);
    last(sockets).end({ code: 1006, reason: '', wasClean: false });
    await turn(10_000);
    expect(conversation.state).toBe('waiting');
    page.tell('online');
    await turn(500);
    expect(sockets).toHaveLength(2);
    void conversation.close();
  });

  it('waits as long as the Close of the server asks', async () => {
    const page = scriptPage();
    const sockets = scriptWebSockets();
    const changes: ReconnectChange[] = [];
    const conversation = reconnect('ws://scripted/', { onStateChange: (change) => void changes.push(change) });
    last(sockets).open();
    await turn();
    last(sockets).end({ code: 1012, reason: 'retry-after=30', wasClean: true });
    await turn();
    page.tell('online');
    await turn(29_999);
    expect(sockets).toHaveLength(1);
    // At most as long again.
    while (sockets.length === 1) await turn(100);
    expect(changes).toMatchObject([{ state: 'open' }, { state: 'waiting' }, { state: 'connecting' }]);
    void conversation.close();
  });

  it('puts the probe around what a function opens, and takes the queue of connect for its own', async () => {
    scriptPage();
    const sockets = scriptWebSockets();
    const own = reconnect((signal) => connect('ws://scripted/', { signal }), { probe });
    last(sockets).open();
    await turn(25_000);
    expect(last(sockets).sent).toEqual(['ping']);
    void own.close();
    // What reconnect itself holds comes on top.
    const small = reconnect('ws://scripted/', { probe, connect: { maxReceiveQueue: 10_000 } });
    last(sockets).open();
    await turn();
    for (let i = 0; i < 3; i++) last(sockets).deliver('x'.repeat(60_000));
    await turn();
    last(sockets).deliver('x'.repeat(6000));
    expect(last(sockets).closes).toEqual([[4009, '']]);
    void small.close();
  });

  it('says what is wrong with what a function opens, as it does without a probe', async () => {
    scriptPage();
    const sockets = scriptWebSockets();
    const forgetful = reconnect((async () => undefined) as never, { probe });
    expect(await forgetful.closed).toMatchObject({ why: 'declined', error: { code: 'INVALID_ARGUMENT' } });
    const taken = reconnect(
      async (signal) => {
        const connection = await connect('ws://scripted/', { signal });
        connection.listen({ message: () => undefined });
        return connection;
      },
      { probe },
    );
    last(sockets).open();
    await turn();
    expect(last(sockets).closes).toEqual([[4011, '']]);
    last(sockets).end({ code: 4011, reason: '', wasClean: true });
    expect(await taken.closed).toMatchObject({ why: 'failed', error: { code: 'ALREADY_CONSUMED' } });
  });

  it('throws at the call when the probe is wrong, or the URL', () => {
    expect(() => reconnect(server.url, { probe: { ...probe, interval: 0 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(() => reconnect('/relative', { probe })).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
