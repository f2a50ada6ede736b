import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PIECE, OutgoingChunks } from '../src/outgoing-chunks.ts';

const INVALID = { name: 'UsageError', code: 'INVALID_ARGUMENT' };

/** The pieces, copied as a shell does. */
function send(type: 'text' | 'binary', chunks: readonly unknown[]): Uint8Array[] {
  const outgoing = new OutgoingChunks(type);
  const pieces: Uint8Array[] = [];
  for (const chunk of chunks) for (const piece of outgoing.take(chunk)) pieces.push(piece.slice());
  for (const piece of outgoing.end()) pieces.push(piece.slice());
  return pieces;
}

function text(pieces: readonly Uint8Array[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(pieces));
}

describe('OutgoingChunks', () => {
  it('gives bytes as they are', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect([...new OutgoingChunks('binary').take(bytes)]).toEqual([bytes]);
  });

  it('leaves out what is empty', () => {
    for (const type of ['text', 'binary'] as const) expect(send(type, ['', new Uint8Array(0), ''])).toEqual([]);
  });

  it('cuts bytes to 64 KiB', () => {
    const bytes = new Uint8Array(2 * MAX_PIECE + 1).map((_, i) => i);
    const pieces = send('binary', [bytes]);
    expect(pieces.map(({ length }) => length)).toEqual([MAX_PIECE, MAX_PIECE, 1]);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  for (const [what, long] of [
    ['ASCII', 'x'.repeat(200_000)],
    ['two bytes each', 'é'.repeat(100_000)],
    ['three bytes each', '語'.repeat(100_000)],
    ['pairs', '👍'.repeat(100_000)],
    ['pairs at odd places', `x${'👍'.repeat(100_000)}`],
    ['a pair on the border of the first piece', `${'x'.repeat(MAX_PIECE - 1)}👍`],
  ] as const) {
    it(`cuts a long text to at most 64 KiB: ${what}`, () => {
      const pieces = send('text', [long]);
      expect(pieces.every(({ length }) => length > 0 && length <= MAX_PIECE)).toBe(true);
      expect(text(pieces) === long).toBe(true);
    });
  }

  it('joins a surrogate pair that was cut between chunks, also by empty ones', () => {
    expect(text(send('text', ['a\ud83d', '', new Uint8Array(0), '\udc4db']))).toBe('a👍b');
    expect(text(send('text', ['\ud83d', '\udc4d']))).toBe('👍');
  });

  it('sends U+FFFD for half a pair that gets no other half', () => {
    expect(text(send('text', ['a\ud83d']))).toBe('a\ufffd');
    expect(text(send('text', ['\ud83d', 'b']))).toBe('\ufffdb');
    expect(text(send('text', ['\ud83d', Uint8Array.of(0x62)]))).toBe('\ufffdb');
    expect(text(send('binary', ['\udc4d']))).toBe('\ufffd');
  });

  it('takes UTF-8 that is cut inside a character', () => {
    expect(text(send('text', [Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x91), Uint8Array.of(0x8d), '!']))).toBe('👍!');
  });

  for (const [what, chunks] of [
    ['a bad byte', [Uint8Array.of(0x61, 0xff)]],
    ['a sequence that goes on wrong', [Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x41)]],
    ['a string inside a sequence', [Uint8Array.of(0xf0, 0x9f), 'x']],
    ['half a pair inside a sequence', [Uint8Array.of(0xf0, 0x9f), '\ud83d']],
    ['an end inside a sequence', [Uint8Array.of(0xf0, 0x9f)]],
    ['an encoded surrogate', [Uint8Array.of(0xed, 0xa0, 0x80)]],
  ] as const) {
    it(`refuses a text with ${what}`, () => {
      expect(() => send('text', chunks)).toThrow(expect.objectContaining(INVALID));
    });

    it(`sends as binary what is no text: ${what}`, () => {
      expect(Buffer.concat(send('binary', chunks))).toEqual(
        Buffer.concat(chunks.map((chunk) => (chunk === '\ud83d' ? Buffer.from('\ufffd') : Buffer.from(chunk)))),
      );
    });
  }

  it('checks a chunk as a whole before its first piece', () => {
    const bytes = new Uint8Array(2 * MAX_PIECE).fill(0x61);
    bytes[bytes.length - 1] = 0xff;
    expect(() => new OutgoingChunks('text').take(bytes)).toThrow(expect.objectContaining(INVALID));
  });

  it('refuses what is no chunk', () => {
    for (const wrong of [undefined, null, 1, {}, [1], new ArrayBuffer(1)]) {
      expect(() => new OutgoingChunks('binary').take(wrong)).toThrow(expect.objectContaining(INVALID));
    }
  });

  it('carries any text cut anywhere, as strings and bytes in any mix', () => {
    const cuts = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), asBytes: fc.boolean() }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', size: 'medium' }), cuts, (whole, cuts) => {
        const ends = cuts.map(({ at }) => Math.floor(at * whole.length)).sort((a, b) => a - b);
        const chunks = [...ends, whole.length].map((end, i) => {
          const part = whole.slice(ends[i - 1] ?? 0, end);
          // Half a pair cannot be said in bytes.
          const isWhole = Buffer.from(part).toString() === part;
          return cuts[i]?.asBytes && isWhole ? Buffer.from(part) : part;
        });
        expect(text(send('text', chunks))).toBe(whole);
      }),
    );
  });
});
