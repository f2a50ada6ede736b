import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Script, SETTINGS } from '../../src/cases/compressed-echo.ts';
import { contentOf } from '../../src/cases/content.ts';
import { Compressor } from '../../src/wire/deflate.ts';

const CONTENT = contentOf('json').bytes;

describe('the settings', () => {
  it('are the 18 of the classic suite', () => {
    const KIBI = 1024;
    expect(SETTINGS.map(({ length, fragmentSize }) => [length, fragmentSize ?? 0])).toEqual([
      ...[16, 64, 256, KIBI, 4 * KIBI, 8 * KIBI, 16 * KIBI, 32 * KIBI, 64 * KIBI, 128 * KIBI].map((length) => [
        length,
        0,
      ]),
      ...[8 * KIBI, 16 * KIBI, 32 * KIBI, 64 * KIBI, 128 * KIBI].map((length) => [length, 256]),
      [128 * KIBI, KIBI],
      [128 * KIBI, 4 * KIBI],
      [128 * KIBI, 32 * KIBI],
    ]);
  });

  it('leave an endpoint at least 60 milliseconds for each of 1,000 messages', () => {
    expect(Math.min(...SETTINGS.map(({ timeout }) => timeout / 1000))).toBe(60);
  });
});

describe('a Script', () => {
  it.each([
    { length: 131_072, bits: 15, takeover: true },
    { length: 65_536, bits: 15, takeover: true },
    { length: 16_384, bits: 15, takeover: true },
    { length: 16_384, bits: 9, takeover: true },
    { length: 131_072, bits: 9, takeover: false },
  ])('compresses message after message as if each were new: %o', ({ length, bits, takeover }) => {
    const script = new Script(CONTENT, length, { bits, takeover });
    const compressor = new Compressor(bits, takeover);
    const rounds = 2.5 * (CONTENT.length / length);
    for (let index = 0; index < rounds; index++) {
      expect(script.compressed(index).equals(compressor.compress(script.message(index)))).toBe(true);
    }
  });

  it('is one stream of DEFLATE that inflates to the content again and again', () => {
    const script = new Script(CONTENT, 131_072, { bits: 15, takeover: true });
    const tail = Buffer.from([0, 0, 0xff, 0xff]);
    const stream = Array.from({ length: 11 }, (_, index) => [script.compressed(index), tail]).flat();
    const inflated = inflateRawSync(Buffer.concat(stream), { finishFlush: constants.Z_SYNC_FLUSH });
    const messages = Array.from({ length: 11 }, (_, index) => script.message(index));
    expect(inflated.equals(Buffer.concat(messages))).toBe(true);
    expect(inflated.subarray(0, CONTENT.length).equals(CONTENT)).toBe(true);
  });

  it('does not compress anew what comes round', () => {
    const script = new Script(CONTENT, 131_072, { bits: 15, takeover: true });
    expect(script.compressed(9)).toBe(script.compressed(5));
    expect(script.compressed(4)).not.toBe(script.compressed(0));
  });
});
