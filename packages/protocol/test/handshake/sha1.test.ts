import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress, digest, expand, reset, SCHEDULE_WORDS } from '../../src/handshake/sha1.ts';
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

/** The SHA-1 digest of any bytes, shorter than 2^32 bits. */
function sha1(bytes: Uint8Array): Uint8Array {
  // Padding: a one bit, zeros, and the length in bits, up to a whole number of 64-byte blocks (FIPS 180-4, section 5.1.1).
  const padded = new Uint8Array((bytes.length + 72) & ~63);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);

  const state = new Int32Array(5);
  const schedule = new Int32Array(SCHEDULE_WORDS);
  reset(state);
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 16; t++) schedule[t] = view.getInt32(block + 4 * t);
    expand(schedule);
    compress(state, schedule);
  }
  return digest(state);
}
