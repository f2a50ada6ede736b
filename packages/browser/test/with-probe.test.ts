import { describe, expect, it, vi } from 'vitest';
import { withProbe } from '../src/index.ts';
import { scriptPage } from './page-events.ts';
import { openScripted } from './scripted-websocket.ts';

describe('withProbe', () => {
  it('asks by the time and the events of the page', async () => {
    vi.useFakeTimers();
    try {
      const page = scriptPage();
      const { connection: native, socket } = await openScripted();
      const connection = withProbe(native, { message: 'ping', isAnswer: (message) => message === 'pong' });
      vi.advanceTimersByTime(25_000);
      expect(socket.sent).toEqual(['ping']);
      socket.deliver('pong');
      page.tell('visibilitychange');
      expect(socket.sent).toEqual(['ping', 'ping']);
      vi.advanceTimersByTime(1000);
      expect(await connection.closed).toMatchObject({ error: { code: 'PONG_TIMEOUT' } });
      expect(page.listeners).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('throws when an option is wrong, and leaves the connection as it is', async () => {
    const { connection } = await openScripted();
    expect(() => withProbe(connection, { message: 'ping' } as never)).toThrow('isAnswer');
    connection.listen({ message: () => {} });
  });
});
