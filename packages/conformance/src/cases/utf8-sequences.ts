// Sequences for a decoder of UTF-8 (RFC 3629), in groups: the sections 6.5 to 6.23. They follow the numbering of Markus Kuhn's
// well-known list of such sequences.

interface Sequence {
  readonly valid: boolean;
  readonly bytes: Buffer;
}

export interface SequenceGroup {
  readonly title: string;
  readonly sequences: readonly Sequence[];
}

/** A Greek word in which every letter has two or three octets. */
export const KOSME: Buffer = Buffer.from('cebae1bdb9cf83cebcceb5', 'hex');
/** Where one of its letters ends. */
const LETTER_ENDS: readonly number[] = [2, 5, 7, 9, 11];

const valid = (hex: string): Sequence => ({ valid: true, bytes: Buffer.from(hex, 'hex') });
const invalid = (hex: string): Sequence => ({ valid: false, bytes: Buffer.from(hex, 'hex') });
const around = (hex: string): Sequence => ({
  valid: true,
  bytes: Buffer.concat([Buffer.from('hello'), Buffer.from(hex, 'hex'), Buffer.from('world')]),
});

/** From `first` up to but without `end`. */
function bytesFrom(first: number, end: number): Buffer {
  return Buffer.from(Array.from({ length: end - first }, (_, index) => first + index));
}

/** Each octet followed by a space. */
function spaced(bytes: Buffer): Sequence {
  return { valid: false, bytes: Buffer.from([...bytes].flatMap((byte) => [byte, 0x20])) };
}

const LAST_OCTET_MISSING: readonly string[] = [
  'c0',
  'e080',
  'f08080',
  'f8808080',
  'fc80808080',
  'df',
  'efbf',
  'f7bfbf',
  'fbbfbfbf',
  'fdbfbfbfbf',
];

/** U+nFFFE and U+nFFFF of every plane: no characters, but valid. */
const NONCHARACTERS: readonly string[] = [
  'f09fbf',
  'f0afbf',
  'f0bfbf',
  ...['f1', 'f2', 'f3'].flatMap((lead) => ['8f', '9f', 'af', 'bf'].map((second) => `${lead}${second}bf`)),
  'f48fbf',
].flatMap((start) => [`${start}be`, `${start}bf`]);

export const SEQUENCES: readonly SequenceGroup[] = [
  {
    title: 'Valid text with code points of every length',
    sequences: [around('24'), around('c2a2'), around('e282ac'), around('f0a4ada2'), { valid: true, bytes: KOSME }],
  },
  {
    title: 'Every prefix of a valid text',
    sequences: [...KOSME].map((_, index) => ({
      valid: LETTER_ENDS.includes(index + 1),
      bytes: KOSME.subarray(0, index + 1),
    })),
  },
  { title: 'The first sequence of each length', sequences: ['00', 'c280', 'e0a080', 'f0908080'].map(valid) },
  { title: 'The first sequences of 5 and 6 octets', sequences: ['f888808080', 'fc8480808080'].map(invalid) },
  { title: 'The last sequence of each length', sequences: ['7f', 'dfbf', 'efbfbf', 'f48fbfbf'].map(valid) },
  {
    title: 'The last sequences beyond U+10FFFF of 4, 5 and 6 octets',
    sequences: ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf'].map(invalid),
  },
  {
    title: 'Other boundaries',
    sequences: [...['ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf'].map(valid), invalid('f4908080')],
  },
  {
    title: 'Continuation octets where none may be',
    sequences: [
      ...['80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf'].map(invalid),
      { valid: false, bytes: bytesFrom(0x80, 0xbf) },
    ],
  },
  {
    title: 'First octets that stand alone',
    sequences: [
      spaced(bytesFrom(0xc0, 0xdf)),
      spaced(bytesFrom(0xe0, 0xef)),
      spaced(bytesFrom(0xf0, 0xf7)),
      spaced(bytesFrom(0xf8, 0xfb)),
      spaced(bytesFrom(0xfc, 0xfd)),
    ],
  },
  { title: 'Sequences whose last octet is missing', sequences: LAST_OCTET_MISSING.map(invalid) },
  { title: 'All of these in a row', sequences: [invalid(LAST_OCTET_MISSING.join(''))] },
  { title: 'Octets that are never valid', sequences: ['fe', 'ff', 'fefeffff'].map(invalid) },
  {
    title: 'A slash in too many octets',
    sequences: ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af'].map(invalid),
  },
  {
    title: 'The last code points in too many octets',
    sequences: ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf'].map(invalid),
  },
  {
    title: 'U+0000 in too many octets',
    sequences: ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080'].map(invalid),
  },
  {
    title: 'Single UTF-16 surrogates',
    sequences: ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf'].map(invalid),
  },
  {
    title: 'Pairs of UTF-16 surrogates',
    sequences: ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) =>
      ['edb080', 'edbfbf'].map((low) => invalid(high + low)),
    ),
  },
  { title: 'Code points that are no characters', sequences: ['efbfbe', 'efbfbf', ...NONCHARACTERS].map(valid) },
  {
    title: 'The special code points from U+FFF9 on',
    sequences: ['efbfb9', 'efbfba', 'efbfbb', 'efbfbc', 'efbfbd', 'efbfbe', 'efbfbf'].map(valid),
  },
];
