// The real time, as a port: everything here that waits takes a Clock, so that tests can turn it.

import { performance } from 'node:perf_hooks';
import type { Clock } from '@framewire/connection';

/** Monotonic milliseconds, and timers that do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    timeout.unref();
    return { cancel: () => clearTimeout(timeout) };
  },
};
