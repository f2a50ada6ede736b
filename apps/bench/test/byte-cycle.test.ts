import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteCycle } from '../src/byte-cycle.ts';

const WORD = Buffer.from('abcdefg');

describe('ByteCycle', () => {
  it('counts how often everything came, however it is cut', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.array(fc.integer({ min: 1, max: 20 })), (times, cuts) => {
        const cycle = new ByteCycle(WORD);
        const all = Buffer.concat(Array.from({ length: times }, () => WORD));
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          cycle.push(all.subarray(at, at + cut));
          at += cut;
        }
        expect([cycle.rounds, cycle.whole]).toEqual([times, true]);
      }),
    );
  });

  it('knows that something is still to come', () => {
    const cycle = new ByteCycle(WORD);
    cycle.push(Buffer.from('abcdefgab'));
    expect([cycle.rounds, cycle.whole]).toEqual([1, false]);
  });

  it('refuses a byte that is another', () => {
    const cycle = new ByteCycle(WORD);
    cycle.push(Buffer.from('abc'));
    expect(() => cycle.push(Buffer.from('dEf'))).toThrow('not what was sent');
  });
});
