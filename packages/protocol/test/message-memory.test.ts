import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { MessageMemory } from '../src/message-memory.ts';

/** Takes messages of these lengths, one behind the other with a header before each, out of one chunk; all are right, or it fails. */
function takeAll(memory: MessageMemory, lengths: readonly number[], chunk: Uint8Array): Uint8Array[] {
  let at = 0;
  const expected: Uint8Array[] = [];
  const messages = lengths.map((length) => {
    at += 6;
    expected.push(Uint8Array.from(chunk.subarray(at, at + length)));
    const message = memory.take(chunk, at, at + length);
    at += length;
    return message;
  });
  memory.chunkEnd();
  expect(messages).toEqual(expected);
  return messages;
}

/** The bytes all buffers have in which the messages lie. */
function pinned(messages: readonly Uint8Array[]): number {
  const buffers = new Set(messages.map((message) => message.buffer));
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

function total(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, message) => sum + message.length, 0);
}

const random = new Random(1);
const same = (times: number, length: number): number[] => new Array<number>(times).fill(length);

describe('MessageMemory', () => {
  it.each([0, 1, 20, 64])('gives a message of %i bytes memory of its own', (length) => {
    const chunk = random.bytes(1000);
    const [first, second] = takeAll(new MessageMemory(), [length, length], chunk);
    expect(first?.buffer).not.toBe(chunk.buffer);
    expect(first?.buffer).not.toBe(second?.buffer);
    expect(first?.buffer.byteLength).toBe(length);
  });

  it('gives the first message memory of its own, unless it fills most of the chunk', () => {
    const chunk = random.bytes(1000);
    expect(takeAll(new MessageMemory(), [300], chunk)[0]?.buffer.byteLength).toBe(300);
    expect(takeAll(new MessageMemory(), [600], chunk)[0]?.buffer).toBe(chunk.buffer);
  });

  it('gives a message that fills most of its chunk as a view, also behind another one', () => {
    const chunk = random.bytes(1000);
    const [first, second] = takeAll(new MessageMemory(), [100, 600], chunk);
    expect(first?.buffer.byteLength).toBe(100);
    expect(second?.buffer).toBe(chunk.buffer);
  });

  it('copies out of a chunk that is less than half of its buffer, for it is only lent, however small that buffer is', () => {
    const memory = new MessageMemory();
    for (let turn = 0; turn < 3; turn++) takeAll(memory, same(16, 512), random.bytes(16 * 518));
    const buffer = random.bytes(2 * 518 + 1);
    const messages = takeAll(memory, [100, 300, 20], buffer.subarray(0, 518));
    const before = messages.map((message) => Uint8Array.from(message));
    buffer.fill(0xff);
    expect(messages).toEqual(before);
  });

  it('comes to hand out views of chunks up to 16 KiB that are full of messages', () => {
    const memory = new MessageMemory();
    for (let turn = 0; turn < 3; turn++) takeAll(memory, same(16, 512), random.bytes(16 * 518));
    const chunk = random.bytes(16 * 518);
    const messages = takeAll(memory, same(16, 512), chunk);
    expect(messages.map((message) => message.buffer === chunk.buffer)).toEqual(new Array(16).fill(true));
  });

  it('comes to copy those of larger chunks into blocks of 16 KiB', () => {
    const memory = new MessageMemory();
    const chunk = random.bytes(60 * 1030);
    takeAll(memory, same(60, 1024), chunk);
    const messages = takeAll(memory, same(60, 1024), chunk);
    expect(new Set(messages.map((message) => message.buffer)).size).toBe(4);
    expect(messages.filter((message) => message.buffer === chunk.buffer)).toEqual([]);
  });

  it('never has more than twice the bytes of the messages it gave, whatever the peer sends', () => {
    const turn = fc.record({
      length: fc.constantFrom(1, 20, 65, 100, 512, 1024, 5000),
      times: fc.integer({ min: 1, max: 40 }),
      waste: fc.constantFrom(0, 300, 8000, 60_000),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
        const memory = new MessageMemory();
        const all: Uint8Array[] = [];
        for (const { length, times, waste } of turns) {
          all.push(...takeAll(memory, same(times, length), random.bytes(times * (length + 6) + waste)));
        }
        expect(pinned(all)).toBeLessThanOrEqual(2 * total(all));
        for (const message of all) {
          expect(message.buffer.byteLength).toBeLessThanOrEqual(Math.max(16 * 1024, 2 * message.length));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('starts anew with each chunk, even when it was not told that the last one ended', () => {
    const memory = new MessageMemory();
    const messages: Uint8Array[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const chunk = random.bytes(4000);
      const message = memory.take(chunk, 10, 1000);
      expect(message).toEqual(chunk.slice(10, 1000));
      messages.push(message);
    }
    expect(pinned(messages)).toBeLessThanOrEqual(2 * total(messages));
  });

  it('gives plain Uint8Arrays from views in the middle of a buffer', () => {
    const memory = new MessageMemory();
    const large = new Uint8Array(random.bytes(9000));
    for (let turn = 0; turn < 4; turn++) {
      const chunk = Buffer.from(large.buffer, 100, 8400);
      for (const message of takeAll(memory, [20, ...same(15, 500)], chunk)) {
        expect(Object.getPrototypeOf(message)).toBe(Uint8Array.prototype);
      }
    }
  });
});
