// A message sent from chunks arrives as one message; its source is asked only as fast as the peer reads, and told when it is over.

import { expect } from 'vitest';
import { wait } from '../turn.ts';
import { type ContractTest, expectBytes, pattern, receive, settle, until } from './contract-test.ts';
import { expectChunks, fill } from './flooding.ts';
import type { ContractHarness } from './harness.ts';

const INVALID: unknown = expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' });
const ENDED = { name: 'ConnectionClosedError' };

/** A source that gives these chunks, then does the last step, and knows what became of it. */
class Source implements AsyncIterable<Uint8Array> {
  asked = 0;
  returned = false;
  readonly #chunk: (index: number) => Uint8Array | Promise<Uint8Array> | undefined;

  constructor(chunk: (index: number) => Uint8Array | Promise<Uint8Array> | undefined) {
    this.#chunk = chunk;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        // A turn of the runtime for each chunk, as a file takes, or an endless source would keep all others from theirs.
        await wait(0);
        const value = await this.#chunk(this.asked++);
        return value === undefined ? { value, done: true } : { value, done: false };
      },
      return: async () => {
        this.returned = true;
        return { value: undefined, done: true };
      },
    };
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function describeSendingStreams(test: ContractTest, harness: ContractHarness): void {
  const buffers = harness.kind === 'browser';

  test('says whether it holds streams as wholes', async ({ connection }) => {
    expect(connection.buffersStreams).toBe(buffers);
  });

  const texts: readonly (readonly [string, readonly (string | Uint8Array)[], string])[] = [
    ['no chunks', [], ''],
    ['empty chunks', ['', new Uint8Array(0)], ''],
    ['one chunk', ['hello'], 'hello'],
    ['a surrogate pair cut in two', ['a\ud83d', '\udc4db'], 'a👍b'],
    ['half a surrogate pair', ['a\ud83d'], 'a\ufffd'],
    ['UTF-8 cut inside a character', [Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x91, 0x8d), '!'], '👍!'],
    ['one long chunk', ['é語👍'.repeat(50_000)], 'é語👍'.repeat(50_000)],
  ];
  for (const [what, chunks, whole] of texts) {
    test(`sends text: ${what}`, async ({ connection, peer }) => {
      await connection.sendStream(chunks, { type: 'text' });
      expect(await peer.receive()).toBe(whole);
    });
  }

  for (const sizes of [[], [0], [1], [65_535, 1], [65_536], [65_537, 200_000]]) {
    test(`sends bytes in chunks of ${JSON.stringify(sizes)}`, async ({ connection, peer }) => {
      const chunks = sizes.map((size, i) => pattern(size, i));
      await connection.sendStream(chunks);
      const whole = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      expectBytes(await peer.receive(), whole);
    });
  }

  test('sends thousands of chunks, and strings as UTF-8 in a binary message', async ({ connection, peer }) => {
    await connection.sendStream(Array.from({ length: 3000 }, (_, i) => String(i % 10)));
    expectBytes(await peer.receive(), new TextEncoder().encode('0123456789'.repeat(300)));
  });

  test('has done with a chunk when it asks for the next one', async ({ connection, peer }) => {
    const chunk = new Uint8Array(1000);
    async function* reusing(): AsyncGenerator<Uint8Array> {
      for (let i = 1; i <= 3; i++) yield chunk.fill(i);
    }
    await connection.sendStream(reusing());
    expectBytes(
      await peer.receive(),
      Uint8Array.from({ length: 3000 }, (_, i) => 1 + Math.floor(i / 1000)),
    );
  });

  for (const [what, chunks, options] of [
    ['nothing', undefined, {}],
    ['a string', 'text', {}],
    ['bytes', new Uint8Array(1), {}],
    ['what cannot be iterated', {}, {}],
    ['another type', [], { type: 'blob' }],
  ] as const) {
    test(`throws at the call when asked to send ${what}, and stays open`, async ({ connection, peer }) => {
      expect(() => connection.sendStream(chunks as never, options as never)).toThrow(INVALID as Error);
      connection.send('still here');
      expect(await peer.receive()).toBe('still here');
    });
  }

  test('rejects with what the source did wrong, and goes on when nothing had been sent', async ({ connection }) => {
    const error = new Error('no such file');
    const source = new Source(() => Promise.reject(error));
    await expect(connection.sendStream(source)).rejects.toBe(error);
    await expect(connection.sendStream([1] as never)).rejects.toEqual(INVALID);
    await expect(connection.sendStream([Uint8Array.of(0xff)], { type: 'text' })).rejects.toEqual(INVALID);
    expect(connection.state).toBe('open');
  });

  test('lets what follows go when the source fails before anything was sent', async ({ connection, peer }) => {
    const failing = failure(connection.sendStream(new Source(() => Promise.reject(new Error('no such file')))));
    connection.send('next');
    await failing;
    expect(await peer.receive()).toBe('next');
    expect(connection.state).toBe('open');
  });

  test('rejects with what the connection ended with, and lets the source go', async ({ connection, peer }) => {
    const source = new Source((i) => (i === 0 ? pattern(10) : never()));
    const sending = failure(connection.sendStream(source));
    const waiting = failure(connection.sendStream(['waits its turn']));
    await until('the source was asked twice', () => source.asked === 2);
    await peer.abort();
    expect(await sending).toMatchObject(ENDED);
    expect(source.returned).toBe(true);
    const second = await waiting;
    if (!buffers) expect(second).toMatchObject(ENDED);
  });

  test('rejects when the connection is no longer open', async ({ connection }) => {
    await connection.close();
    const source = new Source(() => pattern(1));
    await expect(connection.sendStream(source)).rejects.toMatchObject(ENDED);
    expect(source.returned).toBe(true);
    // Nobody looks at this one.
    void connection.sendStream([]);
    await settle();
  });

  test('is cut by the peer’s Close', async ({ connection, peer }) => {
    const source = new Source((i) => (i === 0 ? pattern(10) : never()));
    const sending = failure(connection.sendStream(source));
    await until('the source was asked twice', () => source.asked === 2);
    await peer.close(1000);
    expect(await sending).toMatchObject(ENDED);
    expect(await connection.closed).toMatchObject({ code: 1000, clean: true });
  });

  if (buffers) return;

  test('sends each chunk as it comes, and keeps the order of all that is sent', async (session) => {
    const { connection } = session;
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    async function* slow(): AsyncGenerator<string> {
      yield 'one ';
      await held;
      yield 'message';
    }
    const first = connection.sendStream(slow(), { type: 'text' });
    connection.send('second');
    const third = connection.sendStream(['thi', 'rd'], { type: 'text' });
    connection.send(pattern(4));
    await settle();
    expect(connection.bufferedAmount).toBeGreaterThan(0);
    finish();
    await Promise.all([first, third]);
    expect(await receive(session, 4)).toEqual(['one message', 'second', 'third', pattern(4)]);
  });

  test('lets what was sent before a close go first', async (session) => {
    const { connection, peer } = session;
    const sending = connection.sendStream(new Source((i) => (i < 5 ? pattern(1000, i) : undefined)));
    connection.send('behind it');
    const closing = connection.close(4000, 'done');
    expect(connection.send('too late')).toBe(false);
    await sending;
    const [whole, text] = await receive(session, 2);
    expect(whole).toHaveLength(5000);
    expect(text).toBe('behind it');
    expect(await peer.closed).toEqual({ code: 4000, reason: 'done' });
    expect(await closing).toMatchObject({ clean: true });
  });

  for (const [what, second, options] of [
    ['the source fails', () => Promise.reject(new Error('disk')), {}],
    ['a chunk is not UTF-8', () => Uint8Array.of(0xff), { type: 'text' }],
  ] as const) {
    test(`closes with 1011 when ${what} in the middle of a message`, async ({ connection, peer }) => {
      const source = new Source((i) => (i === 0 ? Uint8Array.of(0x61) : second()));
      const error = await failure(connection.sendStream(source, options));
      expect((await peer.closed).code).toBe(1011);
      const closure = await connection.closed;
      expect(closure.error).toMatchObject(ENDED);
      expect(closure.error?.cause).toBe(error);
    });
  }

  test('asks for nothing more while the peer does not read', async (session) => {
    const { connection, peer } = session;
    await peer.stopReading();
    // A peer may hold part of a message although it does not read, so what goes before are whole ones.
    const sent = await fill(connection);
    const source = new Source((i) => (i < 200 ? pattern(65_536, i) : undefined));
    const sending = connection.sendStream(source);
    expect(await standsStill(source)).toBeLessThan(200);
    await peer.startReading();
    expectChunks(await receive(session, sent), sent);
    await sending;
    expect(await peer.receive()).toHaveLength(200 * 65_536);
  }, 60_000);
}

/** How often the source was asked when it is asked no more. */
async function standsStill(source: Source): Promise<number> {
  for (let asked = -1; asked !== source.asked; await wait(500)) asked = source.asked;
  return source.asked;
}
