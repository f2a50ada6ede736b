import { expect, it } from 'vitest';
import { PongQueue } from '../src/pong-queue.ts';

it('admits so many Pongs and then owes the latest Ping only, in a copy of its own', () => {
  const queue = new PongQueue();
  const payload = Uint8Array.of(1);
  expect([queue.admit(payload, 2), queue.admit(payload, 2)]).toEqual([true, true]);
  expect(queue.owed).toBeUndefined();
  expect(queue.admit(payload, 2)).toBe(false);
  const latest = Uint8Array.of(2);
  expect(queue.admit(latest, 2)).toBe(false);
  latest[0] = 3;
  expect(queue.owed).toEqual(Uint8Array.of(2));
});
