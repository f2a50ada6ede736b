import { describe, expect, it } from 'vitest';
import { MESSAGE_END, mayHaveStreams, OMITTED_BYTES } from '../../src/deflate/message-end.ts';

describe('MESSAGE_END', () => {
  it('begins with what the sender left out', () => {
    expect([...MESSAGE_END.subarray(0, OMITTED_BYTES)]).toEqual([0, 0, 0xff, 0xff]);
  });
});

describe('mayHaveStreams', () => {
  it('is generous to small messages, and asks large ones for a kilobyte each', () => {
    expect(mayHaveStreams(64, 2)).toBe(true);
    expect(mayHaveStreams(65, 2)).toBe(false);
    expect(mayHaveStreams(1064, 1024 * 1000)).toBe(true);
    expect(mayHaveStreams(1065, 1024 * 1000)).toBe(false);
  });
});
