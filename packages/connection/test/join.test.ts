import { describe, expect, it } from 'vitest';
import { join } from '../src/join.ts';

describe('join', () => {
  it('puts parts together', () => {
    expect(join([])).toEqual(new Uint8Array(0));
    expect(join([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('copies nothing when there is one', () => {
    const only = Uint8Array.of(1);
    expect(join([only])).toBe(only);
  });
});
