// Whether another attempt can help. What only a change of the program or of its rights can mend is not tried again.

import type { Closure } from './connection.ts';

/** Why there is no connection: it could not be opened (`error`), or it was open and has ended (`closure`). */
export type Setback =
  | { readonly error: unknown; readonly closure?: undefined }
  | { readonly closure: Closure; readonly error?: undefined };

/**
 * The default of `shouldRetry`. Says no to three things: the peer closed with 1000, for then it has said all it had to say; the
 * server refused the opening handshake with a 4xx status other than 408 (Request Timeout) and 429 (Too Many Requests); the
 * options were wrong (UsageError).
 */
export function isWorthRetrying({ closure, error }: Setback): boolean {
  if (closure !== undefined) return !(closure.clean && closure.code === 1000);
  // By name, not by class: there may be two copies of a class in one program, and a bundle need not hold the table of refusals.
  const { name, status } = Object(error) as { name?: unknown; status?: unknown };
  if (name === 'UsageError') return false;
  if (name !== 'HandshakeError' || typeof status !== 'number') return true;
  return status < 400 || status > 499 || status === 408 || status === 429;
}

/** What iteration throws when no further attempt is made. */
export function errorOf({ closure, error }: Setback): unknown {
  return closure === undefined ? error : closure.error;
}
