// A wait with an end.

import { setTimeout } from 'node:timers/promises';

/** Settles as the promise does, or rejects after so many milliseconds. */
export async function within<T>(promise: Promise<T>, limit: number, message: string): Promise<T> {
  const timer = new AbortController();
  // Who comes too late is heard by nobody.
  promise.catch(() => undefined);
  const late = setTimeout(limit, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${message} within ${limit} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
