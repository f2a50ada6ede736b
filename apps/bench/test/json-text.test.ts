import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../src/json-text.ts';

describe('the text that is compressed', () => {
  it('has the size asked for, and is the same for the same seed alone', () => {
    for (const size of [1, 200, 2048]) expect(Buffer.byteLength(jsonText(3, size))).toBe(size);
    expect(jsonText(3, 200)).toBe(jsonText(3, 200));
    expect(jsonText(3, 200)).not.toBe(jsonText(4, 200));
  });

  it('compresses as JSON does: neither hardly nor to nothing', () => {
    const left = deflateRawSync(jsonText(0, 2048)).length / 2048;
    expect(left).toBeGreaterThan(0.2);
    expect(left).toBeLessThan(0.5);
  });
});
