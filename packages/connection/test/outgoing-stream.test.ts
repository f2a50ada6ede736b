import { ConnectionClosedError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import type { Chunks } from '../src/connection.ts';
import { type ChunkWriter, OutgoingStream } from '../src/outgoing-stream.ts';

const INVALID = { name: 'UsageError', code: 'INVALID_ARGUMENT' };
const CLOSED = new ConnectionClosedError('LOST');

/** A writer that logs what it is told, and has room for so many pieces. */
class Writer implements ChunkWriter {
  readonly log: unknown[] = [];
  room: number;
  #waiting: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(room: number = Number.POSITIVE_INFINITY) {
    this.room = room;
  }

  write(bytes: Uint8Array): boolean {
    this.log.push(new TextDecoder().decode(bytes));
    return --this.room > 0;
  }
  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
  end(): boolean {
    this.log.push('end');
    return this.room > 0;
  }
  withdraw(): void {
    this.log.push('withdraw');
  }
  abort(error: unknown): void {
    this.log.push(error);
  }

  get isAwaited(): boolean {
    return this.#waiting !== undefined;
  }
  drain(room: number): void {
    this.room = room;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
  fail(error: unknown): void {
    this.#waiting?.reject(error);
  }
}

/** A source that logs what is asked of it. */
class Source implements AsyncIterableIterator<string | Uint8Array> {
  readonly log: string[] = [];
  readonly #steps: (() => unknown)[];
  onReturn: () => unknown = () => ({ value: undefined, done: true });

  /** Gives these, one after the other; a function is called for its result. */
  constructor(...steps: unknown[]) {
    this.#steps = steps.map((step) => (typeof step === 'function' ? (step as () => unknown) : () => step));
  }

  async next(): Promise<IteratorResult<string | Uint8Array>> {
    this.log.push('next');
    const step = this.#steps.shift();
    return step === undefined
      ? { value: undefined, done: true }
      : { value: (await step()) as string | Uint8Array, done: false };
  }
  return(): Promise<IteratorResult<string | Uint8Array>> {
    this.log.push('return');
    return this.onReturn() as Promise<IteratorResult<string | Uint8Array>>;
  }
  [Symbol.asyncIterator](): this {
    return this;
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('OutgoingStream', () => {
  it('asks for nothing before its turn', async () => {
    const source = new Source('a');
    const stream = new OutgoingStream(source);
    await settle();
    expect(source.log).toEqual([]);
    expect(stream.type).toBe('binary');
  });

  it('writes the chunks as they come, then the end', async () => {
    const writer = new Writer();
    let give: (chunk: string) => void = () => {};
    const slow = new Promise<string>((resolve) => {
      give = resolve;
    });
    const stream = new OutgoingStream(new Source('a', () => slow, 'c'), 'text');
    stream.start(writer);
    await settle();
    expect(writer.log).toEqual(['a']);
    give('b');
    await stream.sent;
    expect(writer.log).toEqual(['a', 'b', 'c', 'end']);
    expect(stream.type).toBe('text');
  });

  it('takes an iterable that is not async, a generator, and a ReadableStream', async () => {
    function* generate(): Generator<string> {
      yield 'x';
      yield 'y';
    }
    const readable = new Blob(['xy']).stream() as unknown as AsyncIterable<Uint8Array>;
    for (const chunks of [['x', 'y'], new Set(['x', 'y']), generate(), readable]) {
      const writer = new Writer();
      const stream = new OutgoingStream(chunks);
      stream.start(writer);
      await stream.sent;
      expect(writer.log.join('')).toBe('xyend');
    }
  });

  it('writes half a pair that was left over before the end', async () => {
    const writer = new Writer();
    const stream = new OutgoingStream(['a\ud83d'], 'text');
    stream.start(writer);
    await stream.sent;
    expect(writer.log).toEqual(['a', '\ufffd', 'end']);
  });

  it('asks for no more while there is no room, and waits for room at the end', async () => {
    const writer = new Writer(1);
    const source = new Source('a', 'b');
    const stream = new OutgoingStream(source);
    let sent = false;
    void stream.sent.then(() => {
      sent = true;
    });
    stream.start(writer);
    await settle();
    expect(source.log).toEqual(['next']);
    expect(writer.isAwaited).toBe(true);
    writer.drain(2);
    await settle();
    expect(writer.log).toEqual(['a', 'b', 'end']);
    writer.room = 0;
    expect(sent).toBe(true);

    const last = new OutgoingStream([]);
    const full = new Writer(0);
    last.start(full);
    await settle();
    expect(full.log).toEqual(['end']);
    expect(full.isAwaited).toBe(true);
    full.drain(1);
    await last.sent;
  });

  it('waits between the pieces of one chunk', async () => {
    const writer = new Writer(1);
    const stream = new OutgoingStream([new Uint8Array(65_537).fill(0x61)]);
    stream.start(writer);
    await settle();
    expect(writer.log).toHaveLength(1);
    writer.drain(10);
    await stream.sent;
    expect(writer.log.at(-2)).toBe('a');
  });

  for (const wrong of [undefined, null, 1, {}, 'text', new Uint8Array(1), { [Symbol.iterator]: 1 }]) {
    it(`throws at the call when the chunks are ${String(JSON.stringify(wrong))}`, () => {
      expect(() => new OutgoingStream(wrong as unknown as Chunks)).toThrow(expect.objectContaining(INVALID));
    });
  }

  it('throws at the call for a type that is neither', () => {
    expect(() => new OutgoingStream([], 'blob' as 'text')).toThrow(expect.objectContaining(INVALID));
  });

  it('withdraws when the source throws before anything was written', async () => {
    const writer = new Writer();
    const error = new Error('no file');
    const stream = new OutgoingStream(
      new Source('', () => {
        throw error;
      }),
    );
    stream.start(writer);
    await expect(stream.sent).rejects.toBe(error);
    expect(writer.log).toEqual(['withdraw']);
  });

  it('aborts when the source throws later', async () => {
    const writer = new Writer();
    const error = new Error('disk');
    const stream = new OutgoingStream(
      new Source('a', () => {
        throw error;
      }),
    );
    stream.start(writer);
    await expect(stream.sent).rejects.toBe(error);
    expect(writer.log).toEqual(['a', error]);
  });

  it('refuses a wrong chunk before it is sent, and lets the source go', async () => {
    const writer = new Writer();
    const source = new Source('a', Uint8Array.of(0xff), 'c');
    const stream = new OutgoingStream(source, 'text');
    stream.start(writer);
    await expect(stream.sent).rejects.toMatchObject(INVALID);
    expect(writer.log).toEqual(['a', expect.objectContaining(INVALID)]);
    expect(source.log).toEqual(['next', 'next', 'return']);
  });

  it('is cut before its turn, and then does not start', async () => {
    const writer = new Writer();
    const source = new Source('a');
    const stream = new OutgoingStream(source);
    stream.cut(CLOSED);
    stream.start(writer);
    await expect(stream.sent).rejects.toBe(CLOSED);
    expect(source.log).toEqual(['return']);
    expect(writer.log).toEqual([]);
  });

  it('is cut while it waits for the source, which is let go and not waited for', async () => {
    const writer = new Writer();
    let give: () => void = () => {};
    const source = new Source(
      'a',
      () =>
        new Promise((resolve) => {
          give = () => resolve('late');
        }),
    );
    const stream = new OutgoingStream(source);
    stream.start(writer);
    await settle();
    stream.cut(CLOSED);
    await expect(stream.sent).rejects.toBe(CLOSED);
    expect(source.log).toEqual(['next', 'next', 'return']);
    give();
    await settle();
    expect(writer.log).toEqual(['a']);
  });

  it('is cut while it waits for room, whether or not that wait settles', async () => {
    for (const after of [(writer: Writer) => writer.drain(1), (writer: Writer) => writer.fail(CLOSED)]) {
      const writer = new Writer(1);
      const stream = new OutgoingStream(['a', 'b']);
      stream.start(writer);
      await settle();
      stream.cut(CLOSED);
      after(writer);
      await expect(stream.sent).rejects.toBe(CLOSED);
      await settle();
      expect(writer.log).toEqual(['a']);
    }
  });

  it('does not mind being cut when it was sent', async () => {
    const stream = new OutgoingStream(['a']);
    stream.start(new Writer());
    await stream.sent;
    stream.cut(CLOSED);
    await expect(stream.sent).resolves.toBe(undefined);
  });

  it('does not mind what the source says to being let go', async () => {
    for (const onReturn of [
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('at once');
      },
    ]) {
      const source = new Source('a');
      source.onReturn = onReturn;
      const stream = new OutgoingStream(source);
      stream.cut(CLOSED);
      await expect(stream.sent).rejects.toBe(CLOSED);
    }
    // No rejection is left over: vitest would report it.
    await settle();
  });
});
