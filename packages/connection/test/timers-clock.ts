// A clock over vitest's fake timers.

import type { Clock } from '../src/clock.ts';

export const timersClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timeout) };
  },
};
