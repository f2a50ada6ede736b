// How long a server asks its clients to stay away. A refusal says it by Retry-After (RFC 9110, section 10.2.3), which a shell that sees responses
// puts into HandshakeError.retryAfter; a Close says it by a reason that begins with `retry-after=SECONDS`, which a browser sees, too.

import type { Setback } from './retry-policy.ts';

/** The codes of a server that asks to be called again: Going Away, Service Restart, Try Again Later (RFC 6455, section 7.4.2). */
const COME_BACK: readonly number[] = [1001, 1012, 1013];
/** Whole seconds, at most 31 years of them; nothing else may run on behind. */
const REASON = /^retry-after=(\d{1,9})(?![\w.])/;

/** Milliseconds the server asked for; undefined when it did not ask. */
export function retryHint({ closure, error }: Setback): number | undefined {
  if (closure !== undefined) {
    const { code, reason } = closure.received ?? { code: 0, reason: '' };
    const seconds = COME_BACK.includes(code) ? REASON.exec(reason)?.[1] : undefined;
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  }
  // By name, as in the retry policy: there may be two copies of the class.
  const { name, retryAfter } = Object(error) as { name?: unknown; retryAfter?: unknown };
  return name === 'HandshakeError' && typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined;
}
