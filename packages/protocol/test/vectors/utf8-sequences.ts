// UTF-8, well-formed and not (RFC 3629; Unicode 15, table 3-7). For the ill-formed ones, the byte at which no valid text is possible any
// more: there an endpoint fails, even when the message goes on (RFC 6455, section 8.1, read with its conformance suites).

/** Well-formed: the bytes as hex, and the text. */
export interface WellFormed {
  readonly name: string;
  readonly bytes: string;
  readonly text: string;
}

/** Ill-formed: `failsAt` is the index of the first impossible byte, or the length of the bytes when only the end is missing. */
export interface IllFormed {
  readonly name: string;
  readonly bytes: string;
  readonly failsAt: number;
}

export const wellFormed: readonly WellFormed[] = [
  { name: 'nothing', bytes: '', text: '' },
  { name: 'NUL', bytes: '00', text: '\0' },
  { name: 'U+007F, the last of one byte', bytes: '7f', text: '\u{7f}' },
  { name: 'ASCII, longer than a word', bytes: '48656c6c6f2c20776f726c6421', text: 'Hello, world!' },
  { name: 'U+0080, the first of two bytes', bytes: 'c280', text: '\u{80}' },
  { name: 'U+07FF, the last of two bytes', bytes: 'dfbf', text: '\u{7ff}' },
  { name: 'U+0800, the first of three bytes', bytes: 'e0a080', text: '\u{800}' },
  { name: 'U+1000, after the E0 row', bytes: 'e18080', text: '\u{1000}' },
  { name: 'U+D7FF, before the surrogates', bytes: 'ed9fbf', text: '\u{d7ff}' },
  { name: 'U+E000, after the surrogates', bytes: 'ee8080', text: '\u{e000}' },
  { name: 'U+FEFF at the start, which stays', bytes: 'efbbbf61', text: '\u{feff}a' },
  { name: 'U+FEFF alone, which stays', bytes: 'efbbbf', text: '\u{feff}' },
  { name: 'two U+FEFF, which stay', bytes: 'efbbbfefbbbf', text: '\u{feff}\u{feff}' },
  { name: 'U+FFFD as sent', bytes: 'efbfbd', text: '\u{fffd}' },
  { name: 'the noncharacter U+FFFE', bytes: 'efbfbe', text: '\u{fffe}' },
  { name: 'the noncharacter U+FFFF, the last of three bytes', bytes: 'efbfbf', text: '\u{ffff}' },
  { name: 'U+10000, the first of four bytes', bytes: 'f0908080', text: '\u{10000}' },
  { name: 'U+3FFFF, the last of the F0 row', bytes: 'f0bfbfbf', text: '\u{3ffff}' },
  { name: 'U+40000, after the F0 row', bytes: 'f1808080', text: '\u{40000}' },
  { name: 'U+FFFFF, before the F4 row', bytes: 'f3bfbfbf', text: '\u{fffff}' },
  { name: 'U+100000, the first of the F4 row', bytes: 'f4808080', text: '\u{100000}' },
  { name: 'U+10FFFF, the last of all', bytes: 'f48fbfbf', text: '\u{10ffff}' },
  { name: 'κόσμε', bytes: 'cebae1bdb9cf83cebcceb5', text: 'κ\u{1f79}σμε' },
  { name: 'ASCII between the others', bytes: '61c3a962e4b89663f09f918b64', text: 'aéb世c👋d' },
  { name: 'twelve ASCII, then the rest', bytes: `${'61'.repeat(12)}c3a9`, text: `${'a'.repeat(12)}é` },
  { name: 'a family of emoji', bytes: 'f09f91a8e2808df09f91a7', text: '👨\u{200d}👧' },
];

const strays: readonly IllFormed[] = ['80', 'bf', '8080', '80bf80'].map((bytes) => ({
  name: `stray continuations ${bytes}`,
  bytes,
  failsAt: 0,
}));

const neverLeads: readonly IllFormed[] = [
  ...['c0', 'c1', 'f5', 'f6', 'f7', 'f8', 'f9', 'fa', 'fb', 'fc', 'fd', 'fe', 'ff'].flatMap((lead) => [
    { name: `${lead} never stands in UTF-8`, bytes: lead, failsAt: 0 },
    { name: `${lead} never stands in UTF-8, whatever follows`, bytes: `61${lead}bfbfbf`, failsAt: 1 },
    { name: `${lead} is not a continuation either`, bytes: `e4b8${lead}`, failsAt: 2 },
  ]),
];

const narrowRanges: readonly IllFormed[] = [
  { name: 'overlong U+0000 in two bytes', bytes: 'c080', failsAt: 0 },
  { name: 'overlong U+002F in two bytes', bytes: 'c0af', failsAt: 0 },
  { name: 'overlong U+002F in three bytes', bytes: 'e080af', failsAt: 1 },
  { name: 'overlong U+07FF in three bytes', bytes: 'e09fbf', failsAt: 1 },
  { name: 'overlong U+002F in four bytes', bytes: 'f08080af', failsAt: 1 },
  { name: 'overlong U+FFFF in four bytes', bytes: 'f08fbfbf', failsAt: 1 },
  { name: 'overlong in five bytes', bytes: 'f8808080af', failsAt: 0 },
  { name: 'overlong in six bytes', bytes: 'fc80808080af', failsAt: 0 },
  { name: 'U+D800, the first surrogate', bytes: 'eda080', failsAt: 1 },
  { name: 'U+DBFF, the last high surrogate', bytes: 'edafbf', failsAt: 1 },
  { name: 'U+DFFF, the last surrogate', bytes: 'edbfbf', failsAt: 1 },
  { name: 'a pair of surrogates', bytes: 'eda080edb080', failsAt: 1 },
  { name: 'U+110000, beyond Unicode', bytes: 'f4908080', failsAt: 1 },
  { name: 'U+13FFFF, beyond Unicode', bytes: 'f4bfbfbf', failsAt: 1 },
  { name: 'the ranges are wide again for the third byte', bytes: 'e0a07f', failsAt: 2 },
  { name: 'the ranges are wide again for the next sequence', bytes: 'ed9fbfe28080e0807f', failsAt: 7 },
];

const broken: readonly IllFormed[] = [
  { name: 'ASCII for the second of two', bytes: 'c361', failsAt: 1 },
  { name: 'ASCII for the second of three', bytes: 'e46180', failsAt: 1 },
  { name: 'ASCII for the third of three', bytes: 'e4b861', failsAt: 2 },
  { name: 'ASCII for the third of four', bytes: 'f09f61', failsAt: 2 },
  { name: 'ASCII for the last of four', bytes: 'f09f9161', failsAt: 3 },
  { name: 'a lead byte for a continuation', bytes: 'e4b8e4', failsAt: 2 },
  { name: 'C0 for a continuation, one above the range', bytes: 'c3c0', failsAt: 1 },
  { name: 'one continuation too many', bytes: 'c3a980', failsAt: 2 },
  { name: 'after twelve ASCII bytes', bytes: `${'61'.repeat(12)}ff`, failsAt: 12 },
  { name: 'the second of four ASCII bytes', bytes: '61ff6161', failsAt: 1 },
  { name: 'the fourth of four ASCII bytes', bytes: '616161ff', failsAt: 3 },
  {
    name: 'the classic: valid Greek, a surrogate, more',
    bytes: 'cebae1bdb9cf83cebcceb5eda080656469746564',
    failsAt: 12,
  },
];

const cut: readonly IllFormed[] = [
  'c3',
  'e4',
  'e4b8',
  'e0a0',
  'ed9f',
  'f0',
  'f09f',
  'f09f91',
  'f48f',
  '61c3',
  '61616161e4b8',
].map((bytes) => ({ name: `cut short: ${bytes}`, bytes, failsAt: bytes.length / 2 }));

export const illFormed: readonly IllFormed[] = [...strays, ...neverLeads, ...narrowRanges, ...broken, ...cut];
