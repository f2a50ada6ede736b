// The real time, as a port: everything here that waits takes a Clock, so that tests can turn it.

import type { Clock } from '@framewire/connection';

/** Monotonic milliseconds and the runtime's own timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timeout) };
  },
};
