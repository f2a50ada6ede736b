// Who sends faster than the other reads is made to wait, on either side, and nothing is lost by it.

import type { Message } from '@framewire/connection';
import { expect } from 'vitest';
import { type ContractTest, expectBytes, isStuck, pattern, Recorder, receive, take, until } from './contract-test.ts';
import { CHUNK, chunk, expectChunks, fill, fillFrom } from './flooding.ts';
import type { ContractHarness } from './harness.ts';

export function describeFlow(test: ContractTest, harness: ContractHarness): void {
  test('takes messages without a wait while little is queued', async (session) => {
    const { connection } = session;
    expect(connection.send('1')).toBe(true);
    await expect(connection.drained()).resolves.toBe(undefined);
    expect(connection.send('2')).toBe(true);
    expect(await receive(session, 2)).toEqual(['1', '2']);
  });

  test('brings bufferedAmount back to 0', async ({ connection, peer }) => {
    for (let i = 0; i < 10; i++) connection.send(pattern(50_000, i));
    for (let i = 0; i < 10; i++) expectBytes(await peer.receive(), pattern(50_000, i));
    await until('bufferedAmount is 0', () => connection.bufferedAmount === 0);
  });

  test('asks to wait while the peer does not read, and loses nothing', async (session) => {
    const { connection, peer } = session;
    await peer.stopReading();
    const sent = await fill(connection);
    expect(connection.bufferedAmount).toBeGreaterThan(0);
    const drained = connection.drained();
    await peer.startReading();
    const received = receive(session, sent);
    await expect(drained).resolves.toBe(undefined);
    expect(connection.send('more')).toBe(true);
    expectChunks(await received, sent);
    expect(await peer.receive()).toBe('more');
  }, 60_000);

  test('tells a listener when more may be sent', async (session) => {
    const { connection, peer } = session;
    const recorder = new Recorder();
    connection.listen(recorder);
    await peer.stopReading();
    const sent = await fill(connection);
    const before = recorder.drains;
    await peer.startReading();
    expectChunks(await receive(session, sent), sent);
    await until('the listener hears of it', () => recorder.drains === before + 1);
  }, 60_000);

  test('ends one wait when its signal is aborted, and nothing else', async (session) => {
    const { connection, peer } = session;
    await peer.stopReading();
    const sent = await fill(connection);
    const controller = new AbortController();
    const aborted = connection.drained(controller.signal);
    const other = connection.drained();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(connection.state).toBe('open');
    await peer.startReading();
    await expect(other).resolves.toBe(undefined);
    expectChunks(await receive(session, sent), sent);
  }, 60_000);

  test('does not begin a wait whose signal was aborted before', async ({ connection, peer }) => {
    const controller = new AbortController();
    const reason = new Error('before');
    controller.abort(reason);
    await expect(connection.drained(controller.signal)).rejects.toBe(reason);
    connection.send('still here');
    expect(await peer.receive()).toBe('still here');
  });

  test('ends a wait when the connection is lost', async ({ connection, peer }) => {
    await peer.stopReading();
    await fill(connection);
    const drained = connection.drained();
    const unheard = connection.drained();
    await peer.abort();
    await expect(drained).rejects.toMatchObject({ name: 'ConnectionClosedError' });
    expect(await isStuck(unheard, 0)).toBe(false);
  }, 60_000);

  const { receiveLimit } = harness;
  if (receiveLimit === undefined) {
    test('slows the peer down while nobody reads, and loses nothing', async ({ connection, peer }) => {
      const sent = await fillFrom(peer);
      const messages = await take(connection, sent);
      expectChunks(messages, sent);
      await peer.send('more');
      expect(await take(connection, 1)).toEqual(['more']);
    }, 60_000);

    test('closes in time although nobody reads', async ({ connection, peer }) => {
      await fillFrom(peer);
      const closing = connection.close(4000, 'unread');
      expect(await peer.closed).toEqual({ code: 4000, reason: 'unread' });
      expect(await closing).toMatchObject({ code: 4000, clean: true });
    }, 60_000);
  } else {
    test('closes when more is unread than it may hold, and says so after what it holds', async ({
      connection,
      peer,
    }) => {
      const needed = Math.ceil(receiveLimit / CHUNK) + 1;
      for (let i = 0; i < needed; i++) await peer.send(chunk(i));
      const closure = await connection.closed;
      expect(closure.error).toMatchObject({ name: 'ConnectionClosedError', code: 'QUEUE_OVERFLOW' });
      const messages: Message[] = [];
      const reading = (async () => {
        for await (const message of connection) messages.push(message);
      })();
      await expect(reading).rejects.toBe(closure.error);
      expect(messages.length).toBeGreaterThan(receiveLimit / CHUNK / 2);
      expectChunks(messages, messages.length);
    }, 60_000);
  }
}
