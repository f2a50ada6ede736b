// When a client that was turned away may come back: the Retry-After field (RFC 9110, section 10.2.3), which `reconnect` heeds.

import { type Fields, UsageError } from '@framewire/protocol';

const MAX_DELAY = 2 ** 31 - 1;

/**
 * The field that asks a client to stay away for so long, rounded up to whole seconds, for it knows no smaller ones.
 *
 * @param milliseconds undefined for no such field
 * @throws UsageError INVALID_OPTION unless it is from 0 to 2^31 - 1
 */
export function retryAfterFields(milliseconds: number | undefined): Fields {
  if (milliseconds === undefined) return [];
  if (typeof milliseconds !== 'number' || !(milliseconds >= 0 && milliseconds <= MAX_DELAY)) {
    const message = `retryAfter must be 0 to ${MAX_DELAY} milliseconds, not ${String(milliseconds)}.`;
    throw new UsageError('INVALID_OPTION', message);
  }
  return [['Retry-After', String(Math.ceil(milliseconds / 1000))]];
}
