// The real time, as a port: everything here that waits takes a Clock, so that tests can turn it.

import type { Clock, Timer } from '@framewire/connection';

function schedule(delay: number, callback: () => void): Timer {
  const timeout = setTimeout(callback, delay);
  return { cancel: () => clearTimeout(timeout) };
}

/** The runtime's own timers: all that an opening and a connection need. */
export const systemTimers: Pick<Clock, 'schedule'> = { schedule };

/** The timers, and monotonic milliseconds. */
export const systemClock: Clock = { schedule, now: () => performance.now() };
