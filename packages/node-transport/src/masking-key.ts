// Masking keys must be unpredictable (RFC 6455, section 10.3), so they come from the CSPRNG; asking it for four bytes at a time
// would cost more than the rest of a small frame, so it is asked for many at once.

import { randomFillSync } from 'node:crypto';

const POOL_KEYS = 2048;

const pool: Uint32Array = new Uint32Array(POOL_KEYS);
let next = POOL_KEYS;

/** An unpredictable 32-bit masking key. Each is used once, and is wiped from the pool when given out. */
export function randomMaskingKey(): number {
  if (next === POOL_KEYS) {
    randomFillSync(pool);
    next = 0;
  }
  // The index is below the pool's length, so the element is there.
  const key = pool[next] as number;
  pool[next++] = 0;
  return key;
}
