// Milliseconds of work between a start and a stop.

import { setTimeout as sleep } from 'node:timers/promises';

/** Starts something, lets it go on for that long, and stops it. */
export async function forAWhile<Outcome>(
  time: number,
  start: () => Promise<unknown>,
  stop: () => Promise<Outcome>,
): Promise<Outcome> {
  await start();
  await sleep(time);
  return stop();
}
