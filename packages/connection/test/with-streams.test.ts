import { describe, expect, it } from 'vitest';
import type { MessageStream } from '../src/connection.ts';
import { withStreams } from '../src/with-streams.ts';
import { ScriptedConnection } from './scripted-connection.ts';

async function* give(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
}

function never(): AsyncGenerator<string> {
  return (async function* () {
    yield 'a';
    await new Promise(() => {});
  })();
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('withStreams', () => {
  it('gives the same connection streams, once', () => {
    const plain = new ScriptedConnection();
    const connection = withStreams(plain);
    expect(connection).toBe(plain);
    expect(connection.buffersStreams).toBe(true);
    const { sendStream } = connection;
    expect(withStreams(connection).sendStream).toBe(sendStream);
  });

  it('sends the chunks as one message when there are no more', async () => {
    const connection = withStreams(new ScriptedConnection());
    const chunk = new Uint8Array([1, 2]);
    await connection.sendStream(give('a', chunk));
    await connection.sendStream(give('a\ud83d', '\udc4d'), { type: 'text' });
    await connection.sendStream([]);
    expect(connection.sent).toEqual([Uint8Array.of(97, 1, 2), 'a👍', new Uint8Array(0)]);
  });

  it('waits for room behind the message', async () => {
    const connection = withStreams(new ScriptedConnection({ sendHighWater: 0 }));
    connection.writesAtOnce = false;
    let sent = false;
    const sending = connection.sendStream(['a']).then(() => {
      sent = true;
    });
    await settle();
    expect([connection.sent.length, sent]).toEqual([1, false]);
    connection.flush();
    await sending;
  });

  it('sends nothing of what fails, and goes on', async () => {
    const connection = withStreams(new ScriptedConnection());
    const error = new Error('disk');
    const failing = (async function* () {
      yield 'a';
      throw error;
    })();
    await expect(connection.sendStream(failing)).rejects.toBe(error);
    await expect(connection.sendStream([1] as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(connection.sendStream(['a', Uint8Array.of(0xff)], { type: 'text' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect([connection.sent, connection.state]).toEqual([[], 'open']);
  });

  it('rejects when the connection ends meanwhile, is closing, or has ended', async () => {
    const connection = withStreams(new ScriptedConnection());
    const hanging = connection.sendStream(never());
    await settle();
    connection.lose();
    await expect(hanging).rejects.toMatchObject({ code: 'LOST' });
    await expect(connection.sendStream(['a'])).rejects.toMatchObject({ code: 'LOST' });

    const closing = withStreams(new ScriptedConnection());
    closing.answersClose = false;
    const late = closing.sendStream(give('a'));
    void closing.close();
    await expect(late).rejects.toMatchObject({ code: 'CLOSED' });
    expect(closing.sent).toEqual([]);
  });

  it('gives messages as streams of one chunk', async () => {
    const connection = withStreams(new ScriptedConnection());
    connection.receive('é');
    connection.receive(Uint8Array.of(1));
    connection.receive('dropped');
    connection.peerCloses(1000);
    const got: unknown[] = [];
    let last: MessageStream | undefined;
    for await (const stream of connection.streams()) {
      last = stream;
      if (got.length < 2) got.push(await stream.bytes());
    }
    expect(got).toEqual([new TextEncoder().encode('é'), Uint8Array.of(1)]);
    await expect(last?.text()).rejects.toMatchObject({ code: 'STREAM_DROPPED' });
  });

  it('is a consumer as any other', async () => {
    const connection = withStreams(new ScriptedConnection());
    const loop = connection.streams();
    expect(() => connection.listen({ message: () => {} })).toThrow(
      expect.objectContaining({ code: 'ALREADY_CONSUMED' }),
    );
    await loop.return?.();
    connection.listen({ message: () => {} });
  });
});
