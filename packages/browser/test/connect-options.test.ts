import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { settle } from '../src/connect-options.ts';

const SIZES = ['sendHighWater', 'maxReceiveQueue'];
const TIMES = ['handshakeTimeout'];

describe('settle', () => {
  it('has a default for everything', () => {
    expect(settle({})).toMatchObject({
      handshakeTimeout: 10_000,
      sendHighWater: 1024 * 1024,
      maxReceiveQueue: 64 * 1024 * 1024,
    });
  });

  it('keeps what is given', () => {
    const options = {
      handshakeTimeout: 1,
      sendHighWater: 1,
      maxReceiveQueue: 2 ** 31 - 1,
      clock: new FakeClock(),
    };
    expect(settle(options)).toEqual(options);
  });

  it.each([...SIZES, ...TIMES])('refuses a %s that is no number in range, and names it', (name) => {
    for (const wrong of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', {}, []]) {
      expect(() => settle({ [name]: wrong }), String(wrong)).toThrow(
        expect.objectContaining({
          name: 'UsageError',
          code: 'INVALID_OPTION',
          message: expect.stringContaining(name) as string,
        }),
      );
    }
  });

  it.each(TIMES)('refuses a %s that timers would bend to 1 ms', (name) => {
    expect(() => settle({ [name]: 2 ** 31 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
