// How long to wait before the next attempt: exponential backoff with full jitter. Every delay from 0 to the ceiling is equally
// likely, so that the clients of a server that went down do not all come back at once. A server that asks for a time gets it, and the
// jitter on top.

/** The bounds of the delays, in milliseconds. */
export interface Backoff {
  readonly baseDelay: number;
  readonly maxDelay: number;
  /** What is granted of what a server asks for. */
  readonly maxRetryAfter: number;
}

/** The longest delay of a timer in every runtime. */
const LONGEST = 2_147_483_647;

/**
 * Milliseconds to wait after so many attempts that led to no stable connection.
 *
 * @param attempts 0 or more; 0 and 1 wait alike
 * @param random gives numbers from 0 up to, but not including, 1
 * @param hint milliseconds the server asked for
 */
export function backoffDelay(attempts: number, backoff: Backoff, random: () => number, hint = 0): number {
  const { baseDelay, maxDelay } = backoff;
  // The exponent has a bound too: nothing times infinity is not a number.
  const doublings = Math.min(64, Math.max(0, attempts - 1));
  const least = grantedDelay(hint, backoff);
  // A server that asks all its clients for five seconds does not want them all in the sixth: the more it asks for, the wider they are spread.
  const ceiling = Math.min(maxDelay, Math.max(baseDelay * 2 ** doublings, least));
  return Math.min(LONGEST, least + random() * ceiling);
}

/** What a client waits at least when a server asks for so many milliseconds. */
export function grantedDelay(hint: number, { maxRetryAfter }: Backoff): number {
  return Math.min(hint, maxRetryAfter);
}
