// The validator and the platform's strict decoder agree on every byte sequence, however it is cut.

import { portableText, Utf8Validator } from '../src/utf8.ts';
import type { Random } from './random.ts';
import { same } from './same.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const valid = new TextEncoder().encode(
  'Hello, é世👋\u{feff}\0\u{d7ff}\u{e000}\u{10ffff}\u{800}\u{80}\u{7ff}'.repeat(3),
);
/** The bytes next to every border of table 3-7. */
const BORDERS = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** One run. */
export function fuzzUtf8(random: Random): void {
  const start = random.below(valid.length);
  const bytes = random.oneIn(8) ? random.bytes(random.below(8)) : valid.slice(start, start + random.below(40));
  for (let count = random.below(3); count > 0 && bytes.length > 0; count--) {
    bytes[random.below(bytes.length)] = random.oneIn(2) ? random.pick(BORDERS) : random.below(256);
  }
  const expected = decoded(bytes);
  same('text', portableText.decode(bytes, 0, bytes.length), expected);
  const validator = new Utf8Validator();
  const taken = random.chunks(bytes).every((chunk) => validator.push(chunk, 0, chunk.length));
  same('validity', taken && validator.complete, expected !== undefined);
  if (expected === undefined) return;
  const target = new Uint8Array(expected.length * 3);
  const written = portableText.encodeInto(expected, target, 0);
  same('encoded again', target.subarray(0, written).join(), bytes.join());
}
