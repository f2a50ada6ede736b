// `close` sends what is queued, says what it was told to say, and takes nothing more; wrong arguments change nothing.

import { expect } from 'vitest';
import { type ContractTest, pattern, readAll, receive, roundTrip, settle, take, until } from './contract-test.ts';
import type { ContractHarness } from './harness.ts';

const INVALID_CODES: readonly unknown[] = [
  ...[0, 999, 1001, 1002, 1005, 1006, 1011, 1015, 2999, 5000, 65_536, -1, 3000.5, Number.NaN],
  ...['1000', null, {}],
];

export function describeClosing(test: ContractTest, harness: ContractHarness): void {
  test('closes with 1000 and no reason by default', async ({ connection, peer }) => {
    const closure = await connection.close();
    expect(await peer.closed).toEqual({ code: 1000, reason: '' });
    expect(closure).toMatchObject({ code: 1000, reason: '', clean: true });
    expect(closure.error).toBe(undefined);
  });

  for (const [code, reason] of [
    [1000, 'done'],
    [3000, ''],
    [4999, '再见 👋'],
    [4000, 'é'.repeat(61)],
    [4000, 'x'.repeat(123)],
  ] as const) {
    test(`tells the peer ${code} ${JSON.stringify(reason.slice(0, 10))}, ${reason.length} characters`, async (session) => {
      const { connection, peer } = session;
      const closure = await connection.close(code, reason);
      expect(await peer.closed).toEqual({ code, reason });
      expect(closure.clean).toBe(true);
      if (harness.kind === 'node') {
        expect(closure.sent).toEqual({ code, reason });
        expect(closure.receivedFirst).toBe(false);
      }
    });
  }

  test('throws at the call on a code an application may not choose, and stays open', async ({ connection, peer }) => {
    for (const code of INVALID_CODES) {
      expect(() => void connection.close(code as never), String(code)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'INVALID_CLOSE_CODE' }),
      );
    }
    expect(connection.state).toBe('open');
    connection.send('still here');
    expect(await peer.receive()).toBe('still here');
  });

  test('throws at the call on a reason over 123 bytes of UTF-8, and stays open', async ({ connection, peer }) => {
    for (const reason of ['x'.repeat(124), 'é'.repeat(62), '👋'.repeat(31)]) {
      expect(() => void connection.close(1000, reason)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'CLOSE_REASON_TOO_LONG' }),
      );
    }
    expect(connection.state).toBe('open');
    connection.send('still here');
    expect(await peer.receive()).toBe('still here');
  });

  test('sends what is queued before it closes', async (session) => {
    const { connection, peer } = session;
    const messages = Array.from({ length: 60 }, (_, i) => pattern(10_000, i));
    for (const message of messages) connection.send(message);
    const closing = connection.close(4000);
    expect(await receive(session, 60)).toEqual(messages);
    expect((await peer.closed).code).toBe(4000);
    expect((await closing).clean).toBe(true);
  });

  test('goes from open through closing to closed', async ({ connection }) => {
    expect(connection.state).toBe('open');
    const closing = connection.close();
    expect(connection.state).toBe('closing');
    await closing;
    expect(connection.state).toBe('closed');
  });

  test('only waits when it is called again', async ({ connection, peer }) => {
    const closings = [connection.close(4001, 'first'), connection.close(4002, 'second')];
    expect(await peer.closed).toEqual({ code: 4001, reason: 'first' });
    const [one, two] = await Promise.all(closings);
    expect(one).toBe(two);
    expect(await connection.close(4003)).toBe(one);
    expect(await connection.closed).toBe(one);
  });

  test('still checks its arguments when it is called again', async ({ connection }) => {
    await connection.close();
    expect(() => void connection.close(1001)).toThrow(expect.objectContaining({ code: 'INVALID_CLOSE_CODE' }));
  });

  test('resolves when the peer has closed before', async ({ connection, peer }) => {
    await peer.close(1001, 'going');
    const closure = await connection.closed;
    expect(await connection.close(4000)).toBe(closure);
    expect(closure).toMatchObject({ code: 1001, reason: 'going' });
  });

  test('is clean when both sides close at once', async ({ connection, peer }) => {
    const closing = connection.close(4001);
    await peer.close(4002);
    const closure = await closing;
    expect(closure.clean).toBe(true);
    // The peer's own Close, or its answer to ours when that was faster.
    expect([4001, 4002]).toContain(closure.code);
    expect(connection.state).toBe('closed');
  });

  test('drops what is sent after it, and says so', async ({ connection, peer }) => {
    const closing = connection.close();
    expect(connection.send('late')).toBe(false);
    await expect(connection.drained()).rejects.toMatchObject({ name: 'ConnectionClosedError', code: 'CLOSED' });
    await closing;
    expect(connection.send('later')).toBe(false);
    await expect(connection.drained()).rejects.toMatchObject({ name: 'ConnectionClosedError', code: 'CLOSED' });
    await expect(peer.receive()).rejects.toThrow();
  });

  test('still throws on what cannot be sent after it', async ({ connection }) => {
    await connection.close();
    expect(() => connection.send(1 as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('drops what arrives after it', async ({ connection, peer }) => {
    const closing = connection.close(1000);
    await peer.send('late');
    await closing;
    expect(await readAll(connection)).toEqual([]);
  });

  test('keeps what was unread before it', async (session) => {
    const { connection, peer } = session;
    for (const message of ['1', '2', '3']) await peer.send(message);
    await roundTrip(session);
    expect(await take(connection, 1)).toEqual(['1']);
    await connection.close();
    expect(await readAll(connection)).toEqual(['2', '3']);
  });

  test('ends a loop that waits', async ({ connection }) => {
    const reading = readAll(connection);
    await settle();
    await connection.close();
    expect(await reading).toEqual([]);
  });

  test('leaves nothing queued when it was clean', async ({ connection, peer }) => {
    connection.send(pattern(100_000));
    await connection.close();
    expect(await peer.receive()).toHaveLength(100_000);
    await until('bufferedAmount is 0', () => connection.bufferedAmount === 0);
  });
}
