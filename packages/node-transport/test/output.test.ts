import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeededRandom } from '@framewire/testing';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ANSWERS_SIZE, acquireBuffer, releaseBuffer } from '../src/buffer-pool.ts';
import { Output } from '../src/output.ts';
import { shareFrames } from '../src/shared-frames.ts';
import { duplexPair, KINDS, tcpPair } from './support/pairs.ts';

const KIB = 1024;

function outputOn(socket: Duplex): { output: Output; flushed: () => number; written: () => number } {
  let flushes = 0;
  let bytes = 0;
  class CountingOutput extends Output {
    protected override outputFlushed(): void {
      flushes++;
    }

    protected override written(count: number): void {
      bytes += count;
    }
  }
  return { output: new CountingOutput(socket), flushed: () => flushes, written: () => bytes };
}

/** What the encoder does with a small frame. */
function put(output: Output, bytes: Uint8Array): void {
  output.reserve(bytes.length).set(bytes, output.offset);
  output.offset += bytes.length;
}

function text(output: Output, value: string): void {
  put(output, Buffer.from(value));
}

/** Everything until the end. */
async function readAll(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Counts how often the stream hands something to what lies beneath: for a socket, the system calls. */
function countWrites(stream: Duplex): () => number {
  const write = vi.spyOn(stream, '_write');
  const writev = stream._writev === undefined ? undefined : vi.spyOn(stream, '_writev');
  return () => write.mock.calls.length + (writev?.mock.calls.length ?? 0);
}

/** A stream that takes nothing before it is told to. */
class StuckStream extends Duplex {
  readonly taken: Buffer[] = [];
  #waiting: (() => void) | undefined;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.taken.push(chunk);
    this.#waiting = callback;
  }

  /** Takes what it was given, and what follows at once. */
  async release(): Promise<void> {
    for (let waiting = this.#waiting; waiting !== undefined; waiting = this.#waiting) {
      this.#waiting = undefined;
      waiting();
      await nextTurn();
    }
  }
}

describe('Output', () => {
  it('sends what is written in one turn as one write', async () => {
    const { near, far } = await tcpPair();
    const writes = countWrites(near);
    const { output, flushed } = outputOn(near);
    text(output, 'one ');
    text(output, 'two ');
    expect(writes()).toBe(0);
    await Promise.resolve();
    text(output, 'three');
    await nextTurn();
    expect(writes()).toBe(1);
    expect(flushed()).toBe(1);
    near.end();
    expect((await readAll(far)).toString()).toBe('one two three');
  });

  it('sends what many connections write in one turn in one tick', async () => {
    const pairs = await Promise.all([tcpPair(), tcpPair(), tcpPair()]);
    const outputs = pairs.map(({ near }) => outputOn(near).output);
    const ticks = vi.spyOn(process, 'nextTick');
    for (const output of outputs) text(output, 'x');
    expect(ticks).toHaveBeenCalledTimes(1);
    ticks.mockRestore();
    for (const { far } of pairs) expect(String((await once(far, 'data'))[0])).toBe('x');
  });

  it('sends what is written during a read as one write when the read ends, at once', async () => {
    const { near } = await tcpPair();
    const writes = countWrites(near);
    const { output } = outputOn(near);
    output.beginRead();
    for (let i = 0; i < 1000; i++) text(output, 'a small frame');
    expect(writes()).toBe(0);
    output.endRead();
    expect(writes()).toBe(1);
    expect(near.bytesWritten).toBe(13_000);
    await nextTurn();
    expect(writes()).toBe(1);
  });

  it('writes nothing when nothing was written', async () => {
    const { near } = await tcpPair();
    const writes = countWrites(near);
    const { output, flushed } = outputOn(near);
    output.beginRead();
    output.endRead();
    output.flush();
    await nextTurn();
    expect(writes()).toBe(0);
    expect(flushed()).toBe(0);
  });

  it('sends a large payload beside its head in one gathered write, and does not copy it', async () => {
    const { near, far } = await duplexPair();
    const { output } = outputOn(near);
    const payload = Buffer.alloc(300 * KIB, 7);
    const given: unknown[] = [];
    vi.spyOn(near, 'write').mockImplementation((chunk) => {
      given.push(chunk);
      return true;
    });
    text(output, 'before');
    output.writePair(Buffer.from('head'), payload);
    text(output, 'after');
    await nextTurn();
    expect(
      given.map((chunk) => (chunk === payload ? 'the payload itself' : Buffer.from(chunk as Uint8Array).toString())),
    ).toEqual(['beforehead', 'the payload itself', 'after']);
    far.destroy();
  });

  it('counts what it holds', async () => {
    const { near } = await tcpPair();
    const { output } = outputOn(near);
    expect(output.queuedBytes).toBe(0);
    text(output, 'four');
    expect(output.queuedBytes).toBe(4);
    output.writePair(Buffer.from('head'), Buffer.alloc(300 * KIB));
    text(output, 'four');
    expect(output.queuedBytes).toBe(12 + 300 * KIB);
    // A socket takes the first megabytes without a reader.
    await nextTurn();
    expect(output.queuedBytes).toBe(0);
  });

  it('lets everything wait while the stream is busy, and sends it as one write when it is not', async () => {
    const stream = new StuckStream({ writableHighWaterMark: 1 });
    const { output, flushed } = outputOn(stream);
    text(output, 'first');
    await nextTurn();
    expect(output.queuedBytes).toBe(5);
    text(output, 'second');
    await nextTurn();
    text(output, 'third');
    await nextTurn();
    expect(output.queuedBytes).toBe(5 + 11);
    expect(stream.taken.map(String)).toEqual(['first']);
    expect(flushed()).toBe(0);
    await stream.release();
    expect(stream.taken.map(String).filter((chunk) => chunk !== '')).toEqual(['first', 'secondthird']);
    expect(output.queuedBytes).toBe(0);
    expect(flushed()).toBe(2);
  });

  it('sends what is shared as it is, together with what follows it in the turn', async () => {
    const { near, far } = await tcpPair();
    const write = vi.spyOn(near, 'write');
    const { output } = outputOn(near);
    const first = shareFrames(Buffer.from('one '));
    const second = shareFrames(Buffer.from('two '));
    expect(output.share(first)).toBe(true);
    expect(output.share(second)).toBe(true);
    expect(output.queuedBytes).toBe(8);
    await nextTurn();
    expect(write.mock.calls.map(([chunk]) => chunk)).toEqual([first.joined(second)?.bytes]);
    expect(write.mock.calls[0]?.[0]).toBe(first.joined(second)?.bytes);
    near.end();
    expect((await readAll(far)).toString()).toBe('one two ');
  });

  it('sends what is shared and what is its own in the order they were given', async () => {
    const { near, far } = await tcpPair();
    const writes = countWrites(near);
    const { output } = outputOn(near);
    expect(output.share(shareFrames(Buffer.from('1 ')))).toBe(true);
    text(output, '2 ');
    expect(output.share(shareFrames(Buffer.from('not now')))).toBe(false);
    await nextTurn();
    expect(writes()).toBe(1);
    const large = Buffer.alloc(20 * KIB, '3');
    expect(output.share(shareFrames(large))).toBe(true);
    text(output, '4 ');
    await nextTurn();
    expect(output.share(shareFrames(Buffer.from('5 ')))).toBe(true);
    output.writePair(Buffer.alloc(0), Buffer.from('6 '));
    expect(output.share(shareFrames(Buffer.from('not now')))).toBe(false);
    output.end();
    expect((await readAll(far)).toString()).toBe(`1 2 ${large}4 5 6 `);
    expect(output.queuedBytes).toBe(0);
  });

  it('does not share what comes between others, what a busy stream waits for, nor with a stream that is no socket', async () => {
    const { near } = await tcpPair();
    const { output } = outputOn(near);
    const first = shareFrames(Buffer.from('a'));
    const second = shareFrames(Buffer.from('b'));
    const third = shareFrames(Buffer.from('c'));
    expect(output.share(first)).toBe(true);
    expect(output.share(third)).toBe(false);
    expect(output.share(second)).toBe(true);
    output.discard();
    expect(output.queuedBytes).toBe(0);
    expect(outputOn(new StuckStream()).output.share(first)).toBe(false);
    const { near: full } = await tcpPair();
    const { output: busy } = outputOn(full);
    while (busy.queuedBytes === 0) {
      put(busy, Buffer.alloc(60_000));
      busy.flush();
    }
    expect(busy.share(first)).toBe(false);
  });

  it('ends the stream after everything, once', async () => {
    const stream = new StuckStream({ writableHighWaterMark: 1 });
    const end = vi.spyOn(stream, 'end');
    const { output } = outputOn(stream);
    text(output, 'one');
    await nextTurn();
    text(output, 'two');
    output.end();
    output.end();
    await nextTurn();
    expect(end).not.toHaveBeenCalled();
    await stream.release();
    expect(stream.taken.map(String).filter((chunk) => chunk !== '')).toEqual(['one', 'two']);
    expect(end).toHaveBeenCalledTimes(1);
    output.end();
    output.flush();
    await nextTurn();
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('ends the stream with the read it is asked to end in', async () => {
    const { near, far } = await tcpPair();
    const { output } = outputOn(near);
    output.beginRead();
    text(output, 'bye');
    output.end();
    expect(near.writableEnded).toBe(false);
    output.endRead();
    expect(near.writableEnded).toBe(true);
    expect((await readAll(far)).toString()).toBe('bye');
  });

  it('destroys the stream when a large message was transferred before it was sent', async () => {
    const { near } = await tcpPair();
    const { output } = outputOn(near);
    const message = new Uint8Array(300 * KIB);
    output.writePair(Buffer.from('head'), message);
    structuredClone(message, { transfer: [message.buffer] });
    const [error] = await once(near, 'error');
    expect(error).toMatchObject({ name: 'UsageError', code: 'INVALID_ARGUMENT' });
    expect(output.queuedBytes).toBe(0);
    output.end();
    expect(near.destroyed).toBe(true);
  });

  it('sends nothing that was discarded', async () => {
    const stream = new StuckStream();
    const { output, flushed } = outputOn(stream);
    text(output, 'one');
    output.writePair(Buffer.from('head'), Buffer.alloc(300 * KIB));
    text(output, 'two');
    output.discard();
    expect(output.queuedBytes).toBe(0);
    output.end();
    await nextTurn();
    expect(stream.taken).toEqual([]);
    expect(stream.writableEnded).toBe(false);
    expect(flushed()).toBe(0);
  });

  it('tells nothing of a write that failed', async () => {
    const stream = new StuckStream();
    stream.on('error', () => {});
    const { output, flushed } = outputOn(stream);
    text(output, 'one');
    await nextTurn();
    stream.destroy(new Error('gone'));
    await nextTurn();
    expect(stream.closed).toBe(true);
    expect(flushed()).toBe(0);
  });

  it('holds at most twice the bytes that wait', async () => {
    const stream = new StuckStream({ writableHighWaterMark: 1 });
    const { output } = outputOn(stream);
    text(output, 'busy');
    await nextTurn();
    const given = vi.spyOn(stream, 'write');
    // Each message is just too large for what the one before has left.
    output.beginRead();
    for (let i = 0; i < 20; i++) {
      text(output, 'small');
      put(output, Buffer.alloc(ANSWERS_SIZE, i));
      put(output, Buffer.alloc(ANSWERS_SIZE + 1, i));
      put(output, Buffer.alloc(180 * KIB, i));
      output.writePair(Buffer.from('head'), Buffer.alloc(300 * KIB));
    }
    output.endRead();
    await stream.release();
    const buffers = new Set(given.mock.calls.map(([chunk]) => (chunk as Uint8Array).buffer));
    const bytes = given.mock.calls.reduce((sum, [chunk]) => sum + (chunk as Uint8Array).length, 0);
    const held = [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(bytes).toBe(20 * (5 + 2 * ANSWERS_SIZE + 1 + 180 * KIB + 4 + 300 * KIB));
    expect(held).toBeLessThanOrEqual(2 * bytes);
  });
});

type Step =
  | { readonly kind: 'small'; readonly size: number }
  | { readonly kind: 'large'; readonly size: number }
  | { readonly kind: 'read'; readonly sizes: readonly number[] }
  | { readonly kind: 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('small' as const), size: fc.integer({ min: 0, max: 2000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('small' as const), size: fc.integer({ min: 2001, max: 262_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('large' as const), size: fc.integer({ min: 262_145, max: 900_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      sizes: fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
);

describe.each(KINDS)('Output on $name', ({ open }) => {
  it('sends every byte once and in order, however slowly they are read, and uses no buffer too early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.integer(),
        fc.nat(60),
        async (steps, seed, patience) => {
          const { near, far } = await open();
          const { output } = outputOn(near);
          const random = new SeededRandom(seed);
          const expected: Uint8Array[] = [];
          const bytes = (size: number): Uint8Array => {
            const made = Buffer.alloc(size, random.bytes(31));
            expected.push(made);
            return made;
          };
          const reading = readSlowly(far, random, patience);
          for (const one of steps) {
            if (one.kind === 'small') put(output, bytes(one.size));
            else if (one.kind === 'large') output.writePair(bytes(10), bytes(one.size));
            else if (one.kind === 'turn') await nextTurn();
            else {
              output.beginRead();
              for (const size of one.sizes) put(output, bytes(size));
              output.endRead();
            }
            // Whoever gets a buffer that is still in use spoils what is in it.
            const buffer = acquireBuffer(random.integer(1, ANSWERS_SIZE));
            releaseBuffer(buffer.fill(0xee));
          }
          output.end();
          const received = await reading;
          const sent = Buffer.concat(expected);
          expect(received.length).toBe(sent.length);
          expect(received.equals(sent)).toBe(true);
          expect(output.queuedBytes).toBe(0);
          near.destroy();
          far.destroy();
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe.each(KINDS)('a buffer on $name', ({ open }) => {
  it('is not used again while the stream still holds it', async () => {
    const { near, far } = await open();
    const { output } = outputOn(near);
    const SIZE = 60_000;
    let sent = 0;
    // Nobody reads, so at some time the kernel does not take what it is given.
    for (; output.queuedBytes === 0; sent++) {
      put(output, Buffer.alloc(SIZE, sent));
      output.flush();
    }
    const buffers = Array.from({ length: 50 }, () => acquireBuffer(SIZE).fill(0xee));
    output.end();
    const received = await readAll(far);
    expect(received.length).toBe(sent * SIZE);
    for (let i = 0; i < sent; i++) {
      const part = received.subarray(i * SIZE, (i + 1) * SIZE);
      expect(
        part.every((byte) => byte === (i & 0xff)),
        `message ${i} of ${sent}`,
      ).toBe(true);
    }
    for (const buffer of buffers) releaseBuffer(buffer);
  });
});

/** Begins late, and reads to the end with pauses, in which the writer gets ahead. */
async function readSlowly(stream: Duplex, random: SeededRandom, patience: number): Promise<Buffer> {
  for (let turns = patience; turns > 0; turns--) await nextTurn();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk as Buffer));
    for (let turns = random.integer(0, 2); turns > 0; turns--) await nextTurn();
  }
  return Buffer.concat(chunks);
}
