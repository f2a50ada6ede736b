// What a message must look like on the wire (RFC 6455, sections 5.2, 5.3 and 5.7).

import { asClient, frameHex, utf8Hex } from './wire.ts';

/** A message and its one frame, as a server and as a client with this masking key sends it. */
export interface SentVector {
  readonly name: string;
  /** Text, or binary as hex. */
  readonly message: { readonly text: string } | { readonly binary: string };
  readonly unmasked: string;
  readonly maskingKey: number;
  readonly masked: string;
}

interface SentText {
  readonly name: string;
  readonly text: string;
  readonly utf8: string;
}

const sentTexts: readonly SentText[] = [
  { name: 'ASCII', text: 'Hello', utf8: '48656c6c6f' },
  { name: 'code points of 1, 2, 3 and 4 bytes', text: 'aé世👋', utf8: '61c3a9e4b896f09f918b' },
  { name: 'a byte order mark is text', text: '\u{feff}a', utf8: 'efbbbf61' },
  { name: 'a lone high surrogate becomes U+FFFD', text: 'a\u{d800}b', utf8: '61efbfbd62' },
  { name: 'a lone low surrogate becomes U+FFFD', text: '\u{dc00}', utf8: 'efbfbd' },
  { name: 'surrogates in the wrong order become two', text: '\u{dc00}\u{d800}', utf8: 'efbfbdefbfbd' },
  { name: 'NUL is text', text: '\0', utf8: '00' },
  // The encoder guesses one byte a code unit: here the header must grow, here it must not.
  { name: '125 code units that are 125 bytes', text: 'a'.repeat(125), utf8: '61'.repeat(125) },
  { name: '125 code units that are 126 bytes', text: `${'a'.repeat(124)}é`, utf8: `${'61'.repeat(124)}c3a9` },
  { name: '42 code units that are 126 bytes', text: '世'.repeat(42), utf8: 'e4b896'.repeat(42) },
  { name: '16,384 code units that are 49,152 bytes', text: '世'.repeat(16_384), utf8: 'e4b896'.repeat(16_384) },
  { name: '16,385 code units that are 49,155 bytes', text: '世'.repeat(16_385), utf8: 'e4b896'.repeat(16_385) },
  { name: '65,536 code units that are 131,072 bytes', text: 'é'.repeat(65_536), utf8: 'c3a9'.repeat(65_536) },
];

const KEY = '37fa213d';

function sent(name: string, message: SentVector['message'], frame: string): SentVector {
  return { name, message, unmasked: frame, maskingKey: Number.parseInt(KEY, 16), masked: asClient(frame, [KEY]) };
}

export const sentFrames: readonly SentVector[] = [
  {
    name: 'RFC 6455 5.7: Hello',
    message: { text: 'Hello' },
    unmasked: '81 05 48 65 6c 6c 6f',
    maskingKey: 0x37fa213d,
    masked: '81 85 37 fa 21 3d 7f 9f 4d 51 58',
  },
  ...sentTexts.map(({ name, text, utf8 }) => sent(`text: ${name}`, { text }, frameHex(0x81, utf8))),
  ...[0, 1, 125, 126, 127, 65_535, 65_536, 262_144, 262_145].map((length) =>
    sent(`binary of ${length} bytes`, { binary: 'a5'.repeat(length) }, frameHex(0x82, 'a5'.repeat(length))),
  ),
  sent('text equals its UTF-8', { text: 'naïve 𝒳' }, frameHex(0x81, utf8Hex('naïve 𝒳'))),
];
