// The validator and the platform's strict decoder agree on every byte sequence, however it is cut; it fails at the first byte that no valid
// text could have there, not before and not after; and text encodes to the same bytes again.

import { isUtf8 } from 'node:buffer';
import { portableText, Utf8Validator } from '../../src/utf8.ts';
import { same } from '../invariant.ts';
import { Input, type Target, withChoices } from '../target.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const valid = new TextEncoder().encode(
  'Hello, é世👋\u{feff}\0\u{d7ff}\u{e000}\u{10ffff}\u{800}\u{80}\u{7ff}'.repeat(3),
);
/** What may complete a sequence that is cut, whatever its first bytes. */
const ENDINGS = ['', '80', '90', 'a0', '8080', '9080', 'a080', '808080', '908080', 'a08080'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether some text begins so. */
function beginsText(bytes: Uint8Array): boolean {
  return ENDINGS.some((ending) => isUtf8(Buffer.concat([bytes, ending])));
}

/** How many bytes it takes before it fails; all, where it does not. */
function taken(bytes: Uint8Array): number {
  const validator = new Utf8Validator();
  const at = bytes.findIndex((_, at) => !validator.push(bytes, at, at + 1));
  return at === -1 ? bytes.length : at;
}

export const utf8: Target = {
  maxLength: 400,
  dictionary: [
    '\xc2\x80',
    '\xdf\xbf',
    '\xe0\xa0\x80',
    '\xed\x9f\xbf',
    '\xed\xa0\x80',
    '\xef\xbf\xbf',
    '\xf0\x90\x80\x80',
    '\xf4\x8f\xbf\xbf',
    '\xf4\x90\x80\x80',
    '\xc0\xaf',
    '\xef\xbb\xbf',
  ],

  generate: (random) => {
    const start = random.below(valid.length);
    return withChoices(random, valid.slice(start, start + random.below(40)));
  },

  run: (bytes) => {
    const input = new Input(bytes);
    const { body } = input;
    const expected = decoded(body);
    same('text', portableText.decode(body, 0, body.length), expected);
    const validator = new Utf8Validator();
    const passes = input.chunks().every((chunk) => validator.push(chunk, 0, chunk.length));
    same('validity', passes && validator.complete, expected !== undefined);
    validator.reset();
    same('validity after a reset', validator.push(body, 0, body.length) && validator.complete, expected !== undefined);
    const good = taken(body);
    same('what it took begins a text', beginsText(body.subarray(0, good)), true);
    if (good < body.length) same('what it refused begins none', beginsText(body.subarray(0, good + 1)), false);
    if (expected === undefined) return passes ? 'cut' : 'invalid';
    const target = new Uint8Array(expected.length * 3);
    const written = portableText.encodeInto(expected, target, 0);
    same('encoded again', target.subarray(0, written).join(), body.join());
    return 'valid';
  },
};
