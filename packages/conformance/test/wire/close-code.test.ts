import { describe, expect, it } from 'vitest';
import { mayBeSent } from '../../src/wire/close-code.ts';

describe('mayBeSent', () => {
  it('knows the registered codes and the ranges for libraries and applications', () => {
    const codes = [0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4999, 5000];
    expect(codes.filter(mayBeSent)).toEqual([1000, 1003, 1007, 1014, 3000, 4999, 5000]);
  });
});
