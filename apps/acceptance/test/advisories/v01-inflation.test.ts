// V1: a bomb is a message that is small on the wire and large when it is inflated, up to 1,032 times. Whole or split over frames, it is stopped at
// the limit of a message: 1009, and no more memory than the limit and 1 MiB, as the kernel saw it.

import { expect, it } from 'vitest';
import { bomb, fine, inFrames, MIB, startVictim, thrown } from '../../src/bombs.ts';

const VICTIMS: readonly (readonly [string, object])[] = [
  ['without context takeover', { deflate: true }],
  ['with context takeover', { deflate: { receiveContextTakeover: true } }],
  ['with a limit of 8 MiB', { deflate: true, maxMessageSize: 8 * MIB }],
];

for (const [how, options] of VICTIMS) {
  const { maxMessageSize = MIB } = options as { maxMessageSize?: number };

  it.each([
    ['whole', 2 ** 30],
    ['in fragments of 1,000 bytes', 1000],
    ['in fragments of 10 bytes', 10],
  ])(`V1: ${how}, a bomb %s ends with 1009 and takes no more than the limit and 1 MiB`, async (_what, size) => {
    const payload = bomb(64 * MIB);
    expect((64 * MIB) / payload.length).toBeGreaterThan(1000);
    const victim = await startVictim(options);
    const parts = inFrames(payload, size);
    // Warm: its young generation and its allocator have grown as far as ordinary messages in as many frames make them.
    for (let i = 0; i < 10; i++) await fine(victim.port, 500_000, size);
    const before = await victim.peak();
    expect(await thrown(victim.port, parts)).toBe(1009);
    const grown = (await victim.peak()) - before;
    expect(grown).toBeLessThanOrEqual(maxMessageSize + MIB);
    await fine(victim.port, 1000, 100);
  });
}
