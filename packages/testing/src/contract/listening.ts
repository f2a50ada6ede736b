// A listener gets every message, then the end; what it throws ends the connection and is told.

import type { Listener, Message } from '@framewire/connection';
import { expect } from 'vitest';
import { type ContractTest, Recorder, settle } from './contract-test.ts';
import type { ContractHarness, ContractSession } from './harness.ts';

/** Attaches the listener, lets it fail, and checks what everybody learns. */
async function expectFailure(
  { connection, peer }: ContractSession,
  listener: Listener,
  error: Error,
  code: number,
): Promise<void> {
  connection.listen(listener);
  await peer.send('1');
  await peer.send('2');
  expect((await peer.closed).code).toBe(code);
  const closure = await connection.closed;
  expect(closure.error).toMatchObject({ name: 'ConnectionClosedError', code: 'LISTENER_FAILED' });
  expect(closure.error?.cause).toBe(error);
  expect(connection.send('late')).toBe(false);
}

export function describeListening(test: ContractTest, harness: ContractHarness): void {
  const failureCode = harness.kind === 'browser' ? 4011 : 1011;

  test('hands over what waited, then each message, then the end, once', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.send('2');
    await settle();
    const recorder = new Recorder();
    connection.listen(recorder);
    await peer.send('3');
    await peer.close(4001, 'over');
    const closure = await connection.closed;
    await settle();
    expect(recorder.messages).toEqual(['1', '2', '3']);
    expect(recorder.closures).toEqual([closure]);
  });

  test('tells a listener that comes after the end what waited, and the end', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.close(1000);
    const closure = await connection.closed;
    const recorder = new Recorder();
    connection.listen(recorder);
    expect(recorder.messages).toEqual(['1']);
    expect(recorder.closures).toEqual([closure]);
  });

  test('needs no method but message', async ({ connection, peer }) => {
    const got: Message[] = [];
    connection.listen({ message: (message) => void got.push(message) });
    await peer.send('1');
    await peer.close(1000);
    await connection.closed;
    expect(got).toEqual(['1']);
  });

  test('throws at the call on what is not a listener, and stays free', async ({ connection, peer }) => {
    for (const wrong of [undefined, null, {}, () => {}]) {
      expect(() => connection.listen(wrong as never)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
      );
    }
    const recorder = new Recorder();
    connection.listen(recorder);
    await peer.close(1000);
    await connection.closed;
    expect(recorder.closures).toHaveLength(1);
  });

  test('may be answered from inside the listener', async ({ connection, peer }) => {
    connection.listen({ message: (message) => void connection.send(`re: ${String(message)}`) });
    await peer.send('1');
    await peer.send('2');
    expect([await peer.receive(), await peer.receive()]).toEqual(['re: 1', 're: 2']);
  });

  test('may be closed from inside the listener, which then gets nothing more', async ({ connection, peer }) => {
    const got: Message[] = [];
    connection.listen({
      message: (message) => {
        got.push(message);
        void connection.close(4000, 'enough');
      },
    });
    await peer.send('1');
    await peer.send('2');
    await peer.send('3');
    expect(await peer.closed).toEqual({ code: 4000, reason: 'enough' });
    await connection.closed;
    expect(got).toEqual(['1']);
  });

  test(`closes with ${failureCode} when the listener throws, and says what it threw`, async (session) => {
    const error = new Error('in message');
    const got: Message[] = [];
    const closures: unknown[] = [];
    const listener: Listener = {
      message: (message) => {
        got.push(message);
        throw error;
      },
      closed: (closure) => void closures.push(closure),
    };
    await expectFailure(session, listener, error, failureCode);
    expect(got).toEqual(['1']);
    expect(closures).toEqual([await session.connection.closed]);
  });

  test(`closes with ${failureCode} when a message that waited makes the listener throw`, async (session) => {
    await session.peer.send('0');
    await settle();
    const error = new Error('in message');
    const listener: Listener = {
      message: () => {
        throw error;
      },
    };
    await expectFailure(session, listener, error, failureCode);
  });

  test(`closes with ${failureCode} when an async listener rejects`, async (session) => {
    const error = new Error('in async message');
    const listener: Listener = { message: (() => Promise.reject(error)) as () => void };
    await expectFailure(session, listener, error, failureCode);
  });

  test('says what the listener threw when told the end', async ({ connection, peer }) => {
    const error = new Error('in closed');
    connection.listen({
      message: () => {},
      closed: () => {
        throw error;
      },
    });
    await peer.close(1000);
    const closure = await connection.closed;
    expect(closure.code).toBe(1000);
    expect(closure.error).toMatchObject({ code: 'LISTENER_FAILED' });
    expect(closure.error?.cause).toBe(error);
  });
}
