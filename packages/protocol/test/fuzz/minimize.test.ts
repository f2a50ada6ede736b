import { expect, it } from 'vitest';
import { minimize } from '../../fuzz/minimize.ts';
import { Random } from '../../fuzz/random.ts';

it('leaves only the bytes that matter, wherever they stand, and makes the others plain', () => {
  const input = new Random(3).bytes(1000).map((byte) => (byte === 0xfe ? 1 : byte));
  input[100] = 0xfe;
  input[700] = 0xfe;
  const small = minimize(input, (bytes) => bytes.length > 4 && bytes.filter((byte) => byte === 0xfe).length === 2);
  expect([...small].sort((a, b) => a - b)).toEqual([0, 0, 0, 0xfe, 0xfe]);
});

it('asks no more often than it may', () => {
  let runs = 0;
  const input = new Uint8Array(1000).fill(1);
  minimize(
    input,
    () => {
      runs++;
      return false;
    },
    50,
  );
  expect(runs).toBe(50);
});
