// Every Close payload is a violation or a status, and a status encodes to the same bytes again.

import { decodeCloseStatus, encodeCloseStatus } from '../src/close-status.ts';
import { VIOLATIONS } from '../src/errors.ts';
import type { Random } from './random.ts';
import { same } from './same.ts';

const CODES = [0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000, 65_535];
const reason = new TextEncoder().encode('bye é世👋\u{feff}'.repeat(8));

/** One run. */
export function fuzzClosePayload(random: Random): void {
  const payload = random.oneIn(4) ? random.bytes(random.below(126)) : reason.slice(0, random.below(126));
  if (payload.length > 1 && !random.oneIn(8)) {
    const code = random.oneIn(2) ? random.pick(CODES) : 1000 + random.below(4000);
    payload.set([code >>> 8, code & 0xff]);
  }
  const status = decodeCloseStatus(payload);
  if (typeof status === 'string') {
    if (!['CLOSE_TRUNCATED', 'CLOSE_CODE_INVALID', 'TEXT_INVALID'].includes(status)) throw new Error(status);
    if (VIOLATIONS[status].closeCode === undefined) throw new Error(`${status} has no close code`);
    return;
  }
  same('encoded again', encodeCloseStatus(status.code, status.reason).join(), payload.join());
}
