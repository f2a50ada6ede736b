// The real time, as it was when this module was loaded, so that a test framework's fake timers do not stop the network.

import { performance } from 'node:perf_hooks';
import type { Clock } from '@framewire/connection';

const { setTimeout, clearTimeout } = globalThis;

export const realClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    const timeout = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timeout) };
  },
};
