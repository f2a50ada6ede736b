import { UsageError } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytewise, chunkings, coalesced, everySplit, fixedSize, randomSizes } from '../src/chunk-splitters.ts';
import { SeededRandom } from '../src/seeded-random.ts';

const BYTES = Uint8Array.from({ length: 10 }, (_, i) => i);
const lengths = (chunks: Iterable<Uint8Array>): number[] => [...chunks].map(({ length }) => length);

describe('the splitters', () => {
  it('bytewise: one byte at a time', () => {
    expect(bytewise(BYTES)).toEqual(Array.from({ length: 10 }, (_, i) => new Uint8Array([i])));
  });

  it('fixedSize: so many at a time, and the rest', () => {
    expect(lengths(fixedSize(BYTES, 4))).toEqual([4, 4, 2]);
  });

  it.each([0, -1, 1.5, Number.NaN])('fixedSize: refuses %d', (size) => {
    expect(() => fixedSize(BYTES, size)).toThrow(UsageError);
  });

  it('randomSizes: the same for the same seed, none empty', () => {
    const sizes = lengths(randomSizes(BYTES, new SeededRandom(5), 4));
    expect(sizes).toEqual(lengths(randomSizes(BYTES, new SeededRandom(5), 4)));
    expect(sizes.every((size) => size >= 1 && size <= 4)).toBe(true);
  });

  it('everySplit: at every point between two bytes', () => {
    const splits = [...everySplit(BYTES)];
    expect(splits.map(lengths)).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, 9 - i]));
  });

  it('make no chunk of nothing', () => {
    const nothing = new Uint8Array(0);
    expect(bytewise(nothing)).toEqual([]);
    expect(randomSizes(nothing, new SeededRandom(1))).toEqual([]);
    expect([...everySplit(nothing)]).toEqual([]);
    expect(coalesced([])).toEqual(nothing);
  });

  it('give chunks that share no memory with the bytes, even with those of a Buffer', () => {
    const bytes = Buffer.from(BYTES);
    for (const chunk of [...fixedSize(bytes, 3), ...randomSizes(bytes, new SeededRandom(1)), coalesced([bytes])]) {
      expect(Object.getPrototypeOf(chunk)).toBe(Uint8Array.prototype);
      chunk.fill(255);
    }
    expect([...bytes]).toEqual([...BYTES]);
  });

  it('lose nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer(), (bytes, seed) => {
        for (const { name, chunks } of chunkings(bytes, new SeededRandom(seed))) {
          expect(coalesced(chunks), name).toEqual(bytes);
        }
      }),
    );
  });
});

describe('chunkings', () => {
  it('gives each way a name', () => {
    const names = [...chunkings(BYTES, new SeededRandom(9))].map(({ name }) => name);
    expect(names).toEqual([
      'whole',
      'bytewise',
      '2 bytes at a time',
      '3 bytes at a time',
      '7 bytes at a time',
      '126 bytes at a time',
      'at random up to 4, seed 9',
      'at random up to 64, seed 9',
      'at random up to 4096, seed 9',
      ...Array.from({ length: 9 }, (_, i) => `cut at ${i + 1}`),
    ]);
  });

  it('cuts long bytes only so often', () => {
    const names = [...chunkings(new Uint8Array(1000), new SeededRandom(9), 3)].map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('cut'))).toEqual(['cut at 1', 'cut at 2', 'cut at 3']);
  });
});
