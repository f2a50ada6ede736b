// One consumer at a time; a loop may be left and another may go on.

import { expect } from 'vitest';
import { type ContractTest, Recorder, readAll, take } from './contract-test.ts';

const ALREADY_CONSUMED: unknown = expect.objectContaining({ name: 'UsageError', code: 'ALREADY_CONSUMED' });

export function describeConsuming(test: ContractTest): void {
  test('goes on in a later loop where one was left', async ({ connection, peer }) => {
    for (const message of ['1', '2', '3', '4']) await peer.send(message);
    expect(await take(connection, 1)).toEqual(['1']);
    expect(connection.state).toBe('open');
    expect(await take(connection, 2)).toEqual(['2', '3']);
    await peer.close(1000);
    expect(await readAll(connection)).toEqual(['4']);
  });

  test('goes on when a loop was left by an exception', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.send('2');
    const failing = (async () => {
      for await (const message of connection) throw new Error(`at ${String(message)}`);
    })();
    await expect(failing).rejects.toThrow('at 1');
    expect(await take(connection, 1)).toEqual(['2']);
  });

  test('lets a listener take over from a loop that was left', async ({ connection, peer }) => {
    for (const message of ['1', '2', '3']) await peer.send(message);
    expect(await take(connection, 1)).toEqual(['1']);
    const recorder = new Recorder();
    connection.listen(recorder);
    await peer.close(1000);
    await connection.closed;
    expect(recorder.messages).toEqual(['2', '3']);
  });

  test('refuses a second loop and a listener while a loop runs', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.send('2');
    for await (const _ of connection) {
      await expect(readAll(connection)).rejects.toEqual(ALREADY_CONSUMED);
      expect(() => connection.listen(new Recorder())).toThrow(ALREADY_CONSUMED as Error);
      break;
    }
    expect(await take(connection, 1)).toEqual(['2']);
  });

  test('refuses a loop and a second listener when there is a listener', async ({ connection, peer }) => {
    const recorder = new Recorder();
    connection.listen(recorder);
    expect(() => connection.listen(new Recorder())).toThrow(ALREADY_CONSUMED as Error);
    await expect(readAll(connection)).rejects.toEqual(ALREADY_CONSUMED);
    await peer.send('1');
    await peer.close(1000);
    await connection.closed;
    expect(recorder.messages).toEqual(['1']);
  });

  test('answers calls of next() in their order', async ({ connection, peer }) => {
    const iterator = connection[Symbol.asyncIterator]();
    const calls = [iterator.next(), iterator.next(), iterator.next()];
    await peer.send('1');
    await peer.send('2');
    await peer.close(1000);
    expect(await Promise.all(calls)).toEqual([
      { value: '1', done: false },
      { value: '2', done: false },
      { value: undefined, done: true },
    ]);
  });

  test('keeps a message for the next loop when the one that waited was left', async ({ connection, peer }) => {
    const iterator = connection[Symbol.asyncIterator]();
    const call = iterator.next();
    await iterator.return?.();
    expect(await call).toEqual({ value: undefined, done: true });
    await peer.send('1');
    expect(await take(connection, 1)).toEqual(['1']);
  });
}
