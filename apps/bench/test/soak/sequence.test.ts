import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceChecker } from '../../src/soak/sequence.ts';

function checked(numbers: readonly number[]): SequenceChecker {
  const checker = new SequenceChecker();
  for (const number of numbers) checker.came(number);
  return checker;
}

function verdict(numbers: readonly number[], sent: number): object {
  const checker = checked(numbers);
  const { received, duplicated, reordered } = checker;
  return { received, duplicated, reordered, lost: checker.lost(sent) };
}

describe('a sequence', () => {
  it('is whole when every number came once, in order', () => {
    expect(verdict([0, 1, 2, 3], 4)).toEqual({ received: 4, duplicated: 0, reordered: 0, lost: 0 });
  });

  it('has lost what was passed over, and what never came in the end', () => {
    expect(verdict([0, 3], 6)).toEqual({ received: 2, duplicated: 0, reordered: 0, lost: 4 });
    expect(verdict([], 3)).toEqual({ received: 0, duplicated: 0, reordered: 0, lost: 3 });
  });

  it('has a number twice', () => {
    expect(verdict([0, 1, 1, 0, 2], 3)).toEqual({ received: 5, duplicated: 2, reordered: 0, lost: 0 });
  });

  it('has a number late, and it is not lost then', () => {
    expect(verdict([0, 2, 1, 3], 4)).toEqual({ received: 4, duplicated: 0, reordered: 1, lost: 0 });
    expect(verdict([1, 0, 0], 2)).toEqual({ received: 3, duplicated: 1, reordered: 1, lost: 0 });
  });

  it('accounts for every message, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30 })), (numbers) => {
        const checker = checked(numbers);
        const distinct = new Set(numbers);
        expect(checker.received).toBe(numbers.length);
        expect(checker.duplicated).toBe(numbers.length - distinct.size);
        expect(checker.lost(31)).toBe(31 - distinct.size);
        // Late is who comes for the first time after somebody later.
        let highest = -1;
        const seen = new Set<number>();
        let late = 0;
        for (const number of numbers) {
          if (number < highest && !seen.has(number)) late++;
          seen.add(number);
          highest = Math.max(highest, number);
        }
        expect(checker.reordered).toBe(late);
      }),
    );
  });
});
