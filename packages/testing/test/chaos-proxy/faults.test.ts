import { describe, expect, it } from 'vitest';
import { type Faults, settleFaults } from '../../src/chaos-proxy/faults.ts';

describe('settleFaults', () => {
  it('makes nothing wrong by default', () => {
    expect(settleFaults('toClient', {})).toEqual({
      delay: { min: 0, max: 0 },
      split: undefined,
      join: undefined,
      rate: Number.POSITIVE_INFINITY,
      endDelay: 0,
      limit: undefined,
    });
  });

  it('takes a number for a range of one', () => {
    const faults: Faults = {
      delay: 5,
      split: 1,
      join: { within: 3 },
      rate: 0.5,
      endDelay: 7,
      limit: { bytes: 9, action: 'end' },
    };
    expect(settleFaults('toClient', faults)).toEqual({
      delay: { min: 5, max: 5 },
      split: { min: 1, max: 1, gap: 0 },
      join: { within: 3, bytes: 65_536 },
      rate: 0.5,
      endDelay: 7,
      limit: { bytes: { min: 9, max: 9 }, action: 'end' },
    });
    expect(settleFaults('toClient', { split: { min: 1, max: 4, gap: 2 } }).split).toEqual({ min: 1, max: 4, gap: 2 });
  });

  it.each<[faults: unknown, told: string]>([
    [null, 'toServer must be an object'],
    [{ delay: -1 }, 'toServer.delay'],
    [{ delay: Number.NaN }, 'toServer.delay'],
    [{ delay: 2 ** 31 }, 'toServer.delay'],
    [{ delay: { min: 2, max: 1 } }, 'toServer.delay must be a number from 0 to 2147483647, or two as min and max'],
    [{ delay: 'long' }, 'toServer.delay'],
    [{ split: 0 }, 'toServer.split'],
    [{ split: 1.5 }, 'toServer.split must be a whole number of bytes'],
    [{ split: null }, 'toServer.split'],
    [{ split: { min: 1, max: 2, gap: -1 } }, 'toServer.split.gap'],
    [{ join: {} }, 'toServer.join.within'],
    [{ join: { within: 1, bytes: 0 } }, 'toServer.join.bytes'],
    [{ rate: 0 }, 'toServer.rate'],
    [{ rate: '1' }, 'toServer.rate'],
    [{ latency: 100 }, 'toServer has no fault latency. It has delay, endDelay, join, limit, rate, split.'],
    [{ split: { min: 1, max: 2, delay: 5 } }, 'toServer.split has no delay. It has gap, max, min.'],
    [{ join: { within: 1, size: 5 } }, 'toServer.join has no size'],
    [{ limit: { bytes: 1, action: 'cut', after: 5 } }, 'toServer.limit has no after'],
    [{ delay: { min: 1, max: 2, mean: 1 } }, 'toServer.delay has no mean'],
    [{ endDelay: -1 }, 'toServer.endDelay'],
    [{ limit: { bytes: 0, action: 'cut' } }, 'toServer.limit.bytes'],
    [{ limit: { bytes: 1 } }, "toServer.limit.action must be 'cut', 'end' or 'stall', not undefined"],
  ])('refuses %j, and says what is wrong', (faults, told) => {
    const expected = { code: 'INVALID_OPTION', message: expect.stringContaining(told) };
    expect(() => settleFaults('toServer', faults as Faults)).toThrow(expect.objectContaining(expected));
  });
});
