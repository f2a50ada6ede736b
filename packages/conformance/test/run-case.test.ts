import { describe, expect, it } from 'vitest';
import { CaseFailure, NotSupported } from '../src/failure.ts';
import { attemptCase, runCase, type Trace } from '../src/run-case.ts';
import type { Link } from '../src/wire/link.ts';
import { withLink } from './support/sockets.ts';

describe('attemptCase', () => {
  it('passes what returns, with what it left behind', () =>
    withLink(async ({ link }) => {
      link.log.event('It begins.');
      const result = await attemptCase('1.1.1', async (trace) => {
        trace.link = link;
        trace.closeCode = () => 1000;
      });
      expect(result).toMatchObject({ id: '1.1.1', outcome: 'pass', closeCode: 1000, log: [{ event: 'It begins.' }] });
    }));

  it.each([
    [new CaseFailure('Expected a, and received b.'), 'fail', 'Expected a, and received b.'],
    [new NotSupported('It declined.'), 'not supported', 'It declined.'],
    [new TypeError('x is not a function'), 'fail', 'The case could not be run: x is not a function.'],
    ['thrown', 'fail', 'The case could not be run: thrown.'],
  ])('turns %s into a verdict', async (error, outcome, failure) => {
    const result = await attemptCase('1.1.1', () => Promise.reject(error));
    expect(result).toEqual({ id: '1.1.1', outcome, failure, milliseconds: result.milliseconds });
  });
});

describe('runCase', () => {
  /** A link of which only this is looked at. */
  const brokenOff = (writeFailed: boolean): Link =>
    ({ writeFailed, destroy: () => {}, log: { entries: [] } }) as unknown as Link;

  const runs = async (writeFailed: boolean, failures: number): Promise<readonly [number, string]> => {
    let count = 0;
    const { outcome } = await runCase('1.1.1', async (trace: Trace) => {
      trace.link = brokenOff(writeFailed);
      if (count++ < failures) throw new CaseFailure('Expected a, and received b.');
    });
    return [count, outcome];
  };

  it('runs a case again when the endpoint broke off under a write, and its last words may be lost', async () => {
    expect(await runs(true, 2)).toEqual([3, 'pass']);
    expect(await runs(true, 9)).toEqual([4, 'fail']);
  });

  it('believes every other failure at once', async () => {
    expect(await runs(false, 2)).toEqual([1, 'fail']);
  });
});
