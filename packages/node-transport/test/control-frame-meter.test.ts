import { describe, expect, it } from 'vitest';
import { ControlFrameMeter } from '../src/control-frame-meter.ts';

const LIMIT = { count: 3, window: 1000 };

function count(meter: ControlFrameMeter, times: number, now: number): boolean[] {
  return Array.from({ length: times }, () => meter.within(LIMIT, now));
}

describe('ControlFrameMeter', () => {
  it('lets as many through as the limit says, and not one more', () => {
    expect(count(new ControlFrameMeter(), 5, 0)).toEqual([true, true, true, false, false]);
  });

  it('begins to count anew after the window', () => {
    const meter = new ControlFrameMeter();
    count(meter, 3, 500);
    expect(count(meter, 1, 1499)).toEqual([false]);
    expect(count(meter, 4, 1500)).toEqual([true, true, true, false]);
  });

  it('begins the window with the first frame, however late that is', () => {
    const meter = new ControlFrameMeter();
    expect(count(meter, 1, 1e9)).toEqual([true]);
    expect(count(meter, 3, 1e9 + 999)).toEqual([true, true, false]);
  });
});
