// Every end is told once, in the same words: to `closed`, to a loop, to `drained`.

import { expect } from 'vitest';
import { type ContractTest, readAll, settle } from './contract-test.ts';
import type { ContractHarness, ContractPeer } from './harness.ts';

interface End {
  readonly name: string;
  readonly code: number;
  readonly reason: string;
  readonly clean: boolean;
  /** The code of the error, if there is one. */
  readonly error?: string;
  bring(peer: ContractPeer): Promise<void>;
}

function closes(code: number, reason: string, error?: string): End {
  const bring = (peer: ContractPeer): Promise<void> => (code === 1005 ? peer.close() : peer.close(code, reason));
  const end: End = { name: `the peer closes with ${code}`, code, reason, clean: true, bring };
  return error === undefined ? end : { ...end, error };
}

const ENDS: readonly End[] = [
  closes(1000, 'done'),
  closes(1001, ''),
  closes(1005, ''),
  closes(1011, 'oh no', 'CLOSED'),
  closes(4000, '再见 👋', 'CLOSED'),
  {
    name: 'the connection is lost',
    code: 1006,
    reason: '',
    clean: false,
    error: 'LOST',
    bring: (peer) => peer.abort(),
  },
];

export function describeEnding(test: ContractTest, harness: ContractHarness): void {
  for (const end of ENDS) {
    const { code, reason, clean } = end;

    test(`tells how it ended when ${end.name}`, async ({ connection, peer }) => {
      await end.bring(peer);
      const closure = await connection.closed;
      expect(closure).toMatchObject({ code, reason, clean });
      expect(closure.received).toEqual(clean ? { code, reason } : undefined);
      if (harness.kind === 'node') expect(closure.receivedFirst).toBe(clean ? true : undefined);
      expect(closure.error?.code).toBe(end.error);
      expect(closure.error?.received).toEqual(end.error !== undefined && clean ? { code, reason } : undefined);
      expect(connection.state).toBe('closed');
    });

    test(`${end.error === undefined ? 'ends' : 'throws in'} every loop when ${end.name}`, async ({
      connection,
      peer,
    }) => {
      const ended = (loop: Promise<unknown>): Promise<unknown> =>
        loop.then(
          () => undefined,
          (error: unknown) => error,
        );
      const waiting = ended(readAll(connection));
      await settle();
      await end.bring(peer);
      const { error } = await connection.closed;
      expect(await waiting).toBe(error);
      expect(await ended(readAll(connection))).toBe(error);
      expect(await ended(readAll(connection))).toBe(error);
    });

    test(`drops what is sent after ${end.name}, and says why`, async ({ connection, peer }) => {
      await end.bring(peer);
      await connection.closed;
      expect(connection.send('late')).toBe(false);
      await expect(connection.drained()).rejects.toMatchObject({
        name: 'ConnectionClosedError',
        code: end.error ?? 'CLOSED',
      });
    });
  }

  test('delivers all that came before the end, and then tells it', async ({ connection, peer }) => {
    for (const message of ['1', '2', '3']) await peer.send(message);
    await peer.close(4000, 'over');
    const closure = await connection.closed;
    const got: unknown[] = [];
    const reading = (async () => {
      for await (const message of connection) got.push(message);
    })();
    await expect(reading).rejects.toBe(closure.error);
    expect(got).toEqual(['1', '2', '3']);
  });

  test('needs nobody to look', async ({ connection, peer }) => {
    // No consumer, no handler on any promise: what fails here fails the check for unhandled rejections.
    void connection[Symbol.asyncIterator]().next();
    await peer.abort();
    await connection.closed;
    void connection.drained();
    void connection.close();
    await settle();
    expect(connection.state).toBe('closed');
  });
}
