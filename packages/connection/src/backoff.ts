// How long to wait before the next attempt: exponential backoff with full jitter. Every delay from 0 to the ceiling is equally
// likely, so that the clients of a server that went down do not all come back at once.

/** The bounds of the delays, in milliseconds. */
export interface Backoff {
  readonly baseDelay: number;
  readonly maxDelay: number;
}

/**
 * Milliseconds to wait after so many attempts that led to no stable connection.
 *
 * @param attempts 0 or more; 0 and 1 wait alike
 * @param random gives numbers from 0 up to, but not including, 1
 */
export function backoffDelay(attempts: number, { baseDelay, maxDelay }: Backoff, random: () => number): number {
  // The exponent has a bound too: nothing times infinity is not a number.
  const doublings = Math.min(64, Math.max(0, attempts - 1));
  const ceiling = Math.min(maxDelay, baseDelay * 2 ** doublings);
  return random() * ceiling;
}
