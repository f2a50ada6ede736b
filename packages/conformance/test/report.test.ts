import { expect, it } from 'vitest';
import { type Outcome, totalsOf } from '../src/report.ts';

it('totalsOf counts every outcome, also those that did not occur', () => {
  const one = (outcome: Outcome) => ({ id: '1.1.1', outcome, milliseconds: 1 });
  expect(totalsOf([one('pass'), one('fail'), one('pass')])).toEqual({ pass: 2, fail: 1, 'not supported': 0 });
});
