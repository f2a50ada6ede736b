import { describe, expect, it } from 'vitest';
import { Bell } from '../src/bell.ts';

describe('Bell', () => {
  it('wakes who waits', async () => {
    const bell = new Bell();
    const rang = bell.wait(10_000);
    bell.ring();
    await expect(rang).resolves.toBe(true);
  });

  it('lets nobody wait longer than allowed, and rings for nobody', async () => {
    const bell = new Bell();
    bell.ring();
    await expect(bell.wait(1)).resolves.toBe(false);
    await expect(bell.wait(-1)).resolves.toBe(false);
  });
});
