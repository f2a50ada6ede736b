import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconnect } from '../src/index.ts';
import { type ContractServer, startContractServer } from './contract-server.ts';

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
