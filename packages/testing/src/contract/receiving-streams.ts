// Messages as streams of chunks: each is read or dropped before the next, what is unread slows the peer down, and the end is told.

import type { MessageStream, StreamingConnection } from '@framewire/connection';
import { expect } from 'vitest';
import { wait } from '../turn.ts';
import { type ContractTest, expectBytes, isStuck, pattern, Recorder, readAll, settle, take } from './contract-test.ts';
import type { ContractHarness, ContractPeer } from './harness.ts';

const ALREADY_CONSUMED: unknown = expect.objectContaining({ name: 'UsageError', code: 'ALREADY_CONSUMED' });
const DROPPED = { name: 'UsageError', code: 'STREAM_DROPPED' };
const ENDED = { name: 'ConnectionClosedError' };

async function nextOf(loop: AsyncIterator<MessageStream, undefined>): Promise<MessageStream> {
  const { value } = await loop.next();
  if (value === undefined) throw new Error('The loop has ended.');
  return value;
}

/** Chunks that come when they are called for. */
class Tap {
  readonly #waiting: ((result: IteratorResult<Uint8Array>) => void)[] = [];
  readonly #ready: IteratorResult<Uint8Array>[] = [];

  push(bytes: Uint8Array): void {
    this.#give({ value: bytes, done: false });
  }

  end(): void {
    this.#give({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () =>
        new Promise((resolve) => {
          const ready = this.#ready.shift();
          if (ready === undefined) this.#waiting.push(resolve);
          else resolve(ready);
        }),
    };
  }

  #give(result: IteratorResult<Uint8Array>): void {
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#ready.push(result);
    else resolve(result);
  }
}

/** Begins a message that the peer sends chunk by chunk. */
function begin(peer: ContractPeer, type: 'text' | 'binary' = 'binary'): Tap {
  const tap = new Tap();
  if (peer.sendStream === undefined) throw new Error('A peer of a shell with streams needs sendStream.');
  void peer.sendStream(tap, type).catch(() => {});
  return tap;
}

export function describeReceivingStreams(test: ContractTest, harness: ContractHarness): void {
  test('gives messages that came before as streams, in order', async ({ connection, peer }) => {
    await peer.send('é');
    await peer.send(pattern(100));
    await peer.send('');
    await peer.close(1000);
    await connection.closed;
    const got: unknown[] = [];
    for await (const stream of connection.streams()) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      got.push([stream.type, ...chunks]);
    }
    expect(got).toEqual([['text', new TextEncoder().encode('é')], ['binary', pattern(100)], ['text']]);
  });

  for (const size of [0, 1, 65_536, 500_000]) {
    test(`gives ${size} bytes and as much text whole`, async ({ connection, peer }) => {
      const loop = connection.streams();
      const text = '語'.repeat(size / 4);
      await peer.send(pattern(size));
      expectBytes(await (await nextOf(loop)).bytes(), pattern(size));
      await peer.send(text);
      expect((await (await nextOf(loop)).text()) === text).toBe(true);
    });
  }

  test('gives a WHATWG stream that can be piped', async ({ connection, peer }) => {
    await peer.send(pattern(200_000));
    const stream = await nextOf(connection.streams());
    const { readable } = stream as unknown as { readable: { pipeTo(to: unknown): Promise<void> } };
    let size = 0;
    const { WritableStream } = globalThis as unknown as { WritableStream: new (sink: unknown) => unknown };
    const write = (chunk: Uint8Array): void => {
      size += chunk.length;
    };
    await readable.pipeTo(new WritableStream({ write }));
    expect(size).toBe(200_000);
    expect(stream.readable).toBe(readable);
  });

  test('goes on when a stream is cancelled, or its loop left', async ({ connection, peer }) => {
    for (const message of ['1', '2', '3']) await peer.send(message);
    const loop = connection.streams();
    await (await nextOf(loop)).readable.cancel();
    for await (const chunk of await nextOf(loop)) {
      expect(chunk).toHaveLength(1);
      break;
    }
    expect(await (await nextOf(loop)).text()).toBe('3');
  });

  test('drops what nobody has begun to read when the next one is asked for', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.send('2');
    const loop = connection.streams();
    const first = await nextOf(loop);
    const second = await nextOf(loop);
    await expect(first.text()).rejects.toMatchObject(DROPPED);
    await expect(first.bytes()).rejects.toMatchObject(DROPPED);
    expect(() => first.readable).toThrow(expect.objectContaining(DROPPED));
    expect(await second.text()).toBe('2');
  });

  test('is read once', async ({ connection, peer }) => {
    await peer.send('1');
    const stream = await nextOf(connection.streams());
    expect(await stream.text()).toBe('1');
    await expect(stream.text()).rejects.toEqual(ALREADY_CONSUMED);
    expect(() => stream[Symbol.asyncIterator]()).toThrow(ALREADY_CONSUMED as Error);
  });

  test('is one consumer, as any other loop', async ({ connection, peer }) => {
    for (const message of ['1', '2', '3']) await peer.send(message);
    const loop = connection.streams();
    expect(() => connection.streams()).toThrow(ALREADY_CONSUMED as Error);
    expect(() => connection.listen(new Recorder())).toThrow(ALREADY_CONSUMED as Error);
    await expect(readAll(connection)).rejects.toEqual(ALREADY_CONSUMED);
    expect(await (await nextOf(loop)).text()).toBe('1');
    await loop.return?.();
    expect(await take(connection, 1)).toEqual(['2']);
    connection.listen(new Recorder());
    expect(() => connection.streams()).toThrow(ALREADY_CONSUMED as Error);
  });

  test('lets the last stream be read when its loop was left', async ({ connection, peer }) => {
    await peer.send('1');
    await peer.send('2');
    let kept: MessageStream | undefined;
    for await (const stream of connection.streams()) {
      kept = stream;
      break;
    }
    expect(await kept?.text()).toBe('1');
    expect(await take(connection, 1)).toEqual(['2']);
  });

  test('keeps a message for the next loop when the one that waited was left', async ({ connection, peer }) => {
    const loop = connection.streams();
    const call = loop.next();
    await settle();
    await loop.return?.();
    expect(await call).toEqual({ value: undefined, done: true });
    await peer.send('1');
    expect(await take(connection, 1)).toEqual(['1']);
  });

  test('ends as any loop does', async ({ connection, peer }) => {
    const waiting = connection.streams().next();
    await peer.close(4000, 'over');
    const { error } = await connection.closed;
    await expect(waiting).rejects.toBe(error);
    // Nobody looks at this one.
    void connection.streams().next();
    await settle();
  });

  if (harness.kind === 'browser') return;

  test('gives chunks as they come', async ({ connection, peer }) => {
    const tap = begin(peer, 'text');
    tap.push(Uint8Array.of(0xf0, 0x9f));
    const stream = await nextOf(connection.streams());
    expect(stream.type).toBe('text');
    const chunks = stream[Symbol.asyncIterator]();
    expect(await chunks.next()).toEqual({ value: Uint8Array.of(0xf0, 0x9f), done: false });
    tap.push(Uint8Array.of(0x91, 0x8d));
    expect(await chunks.next()).toEqual({ value: Uint8Array.of(0x91, 0x8d), done: false });
    tap.end();
    expect(await chunks.next()).toMatchObject({ done: true });
  });

  test('waits with the next one for who has begun to read', async ({ connection, peer }) => {
    const tap = begin(peer);
    tap.push(pattern(10));
    const loop = connection.streams();
    const whole = (await nextOf(loop)).bytes();
    const coming = nextOf(loop);
    expect(await isStuck(coming, 100)).toBe(true);
    tap.end();
    expectBytes(await whole, pattern(10));
    await peer.send('next');
    expect(await (await coming).text()).toBe('next');
  });

  test('drops a message under way that nobody reads, and goes on', async ({ connection, peer }) => {
    const tap = begin(peer);
    tap.push(pattern(10));
    const loop = connection.streams();
    await nextOf(loop);
    const coming = nextOf(loop);
    for (let i = 0; i < 20; i++) tap.push(pattern(60_000));
    tap.end();
    await peer.send('next');
    expect(await (await coming).text()).toBe('next');
  });

  test('drops it for another consumer, too', async ({ connection, peer }) => {
    const tap = begin(peer);
    tap.push(pattern(10));
    for await (const _ of connection.streams()) break;
    const coming = take(connection, 1);
    for (let i = 0; i < 20; i++) tap.push(pattern(60_000));
    tap.end();
    await peer.send('next');
    expect(await coming).toEqual(['next']);
  });

  test('slows the peer down while a stream is not read', async ({ connection, peer }) => {
    const count = 1024;
    let pulled = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; pulled < count; pulled++) {
        yield pattern(65_536);
        if (pulled % 16 === 0) await settle();
      }
    }
    void peer.sendStream?.(source(), 'binary');
    const stream = await nextOf(connection.streams());
    for (let before = -1; before !== pulled; ) {
      before = pulled;
      await wait(500);
    }
    expect(pulled).toBeLessThan(count);
    let size = 0;
    for await (const chunk of stream) size += chunk.length;
    expect(size).toBe(count * 65_536);
  }, 60_000);

  for (const [what, end, code] of [
    ['is lost', (session: { peer: ContractPeer }) => session.peer.abort(), 'LOST'],
    ['is closed here', ({ connection }: { connection: StreamingConnection }) => connection.close(), 'CLOSED'],
  ] as const) {
    test(`fails the reader when the connection ${what} in the middle of a message, after what came`, async (session) => {
      const { connection, peer } = session;
      const tap = begin(peer);
      tap.push(pattern(10));
      const stream = await nextOf(connection.streams());
      await settle();
      await end(session);
      await connection.closed;
      const chunks = stream[Symbol.asyncIterator]();
      expectBytes((await chunks.next()).value, pattern(10));
      await expect(chunks.next()).rejects.toMatchObject({ ...ENDED, code });
      expect(await chunks.next()).toMatchObject({ done: true });
    });
  }

  const { messageLimit } = harness;
  if (messageLimit === undefined) return;

  test('refuses to put together more than the limit, and goes on', async ({ connection, peer }) => {
    const tap = begin(peer);
    for (let sent = 0; sent <= messageLimit; sent += 65_536) tap.push(pattern(65_536));
    const loop = connection.streams();
    const whole = (await nextOf(loop)).bytes();
    await expect(whole).rejects.toMatchObject({ name: 'UsageError', code: 'STREAM_TOO_LONG' });
    tap.end();
    await peer.send('next');
    expect(await (await nextOf(loop)).text()).toBe('next');
  });
}
