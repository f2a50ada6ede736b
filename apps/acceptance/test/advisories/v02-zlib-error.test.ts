// V2: what is cleaned up after a limit must go on listening for errors of zlib, or the next one ends the process. A bomb that turns invalid behind
// the limit, so that zlib fails when its connection is gone already, and one that is invalid at once.

import { expect, it } from 'vitest';
import { bomb, fine, inFrames, MIB, startVictim, thrown } from '../../src/bombs.ts';

/** An empty stored block, and the first byte of a block of the type that is reserved (RFC 1951, section 3.2.3). */
const MALFORMED: Uint8Array = Buffer.from('0000ffff07', 'hex');

it.each([
  ['without context takeover', { deflate: true }],
  ['with context takeover', { deflate: { receiveContextTakeover: true } }],
])('V2: %s, survives a bomb that turns invalid behind the limit, again and again', async (_, options) => {
  const victim = await startVictim(options);
  const payload = Buffer.concat([bomb(16 * MIB), MALFORMED]);
  for (let i = 0; i < 20; i++) expect(await thrown(victim.port, inFrames(payload, 4000))).toBe(1009);
  await fine(victim.port, 1000, 100);
});

it('V2: survives messages that turn invalid below the limit, small and large', async () => {
  const victim = await startVictim({ deflate: true, maxMessageSize: 32 * MIB });
  const large = Buffer.concat([bomb(16 * MIB), MALFORMED]);
  for (let i = 0; i < 5; i++) expect(await thrown(victim.port, inFrames(large, 4000))).toBe(1007);
  for (let i = 0; i < 20; i++) expect(await thrown(victim.port, inFrames(MALFORMED, 3))).toBe(1007);
  await fine(victim.port, 1000, 100);
});
