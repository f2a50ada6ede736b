import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha1 } from '../../src/handshake/sha1.ts';
import { toBytes } from '../vectors/replay-handshake.ts';
import { SHA1_VECTORS } from '../vectors/sha1-vectors.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('sha1', () => {
  it.each(SHA1_VECTORS.map(([text, digest]) => ({ name: `${text.length} bytes`, text, digest })))(
    'gives the digest of FIPS 180 for $name',
    ({ text, digest }) => {
      expect(hex(sha1(toBytes(text)))).toBe(digest);
    },
  );

  it('pads rightly at every length up to three blocks', () => {
    for (let length = 0; length <= 192; length++) {
      const bytes = new Uint8Array(length).fill(length);
      expect(hex(sha1(bytes))).toBe(createHash('sha1').update(bytes).digest('hex'));
    }
  });

  it('agrees with another implementation on any bytes, wherever they lie in their buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(8), (bytes, offset) => {
        const view = bytes.subarray(Math.min(offset, bytes.length));
        expect(hex(sha1(view))).toBe(createHash('sha1').update(view).digest('hex'));
      }),
    );
  });
});
