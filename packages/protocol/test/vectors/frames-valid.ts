// What every endpoint must accept (RFC 6455, sections 5 and 7).

import { type FrameVector, forBothRoles, type UnmaskedVector } from './frame-vector.ts';
import { validCases } from './frames-cases.ts';
import { frameHex, uint, utf8Hex } from './wire.ts';

/** The examples of RFC 6455, section 5.7, byte for byte. */
const examples: readonly FrameVector[] = [
  {
    name: 'RFC 6455 5.7: a single-frame unmasked text message',
    role: 'client',
    bytes: '81 05 48 65 6c 6c 6f',
    events: [['text', 'Hello']],
  },
  {
    name: 'RFC 6455 5.7: a single-frame masked text message',
    role: 'server',
    bytes: '81 85 37 fa 21 3d 7f 9f 4d 51 58',
    events: [['text', 'Hello']],
  },
  {
    name: 'RFC 6455 5.7: a fragmented unmasked text message',
    role: 'client',
    bytes: '01 03 48 65 6c | 80 02 6c 6f',
    events: [['text', 'Hello']],
  },
  {
    name: 'RFC 6455 5.7: an unmasked Ping',
    role: 'client',
    bytes: '89 05 48 65 6c 6c 6f',
    events: [['ping', '48656c6c6f']],
  },
  {
    name: 'RFC 6455 5.7: a masked Pong',
    role: 'server',
    bytes: '8a 85 37 fa 21 3d 7f 9f 4d 51 58',
    events: [['pong', '48656c6c6f']],
  },
  {
    name: 'RFC 6455 5.7: 256 bytes of binary in one unmasked frame',
    role: 'client',
    bytes: `82 7e 0100 ${'5a'.repeat(256)}`,
    events: [['binary', '5a'.repeat(256)]],
  },
  {
    name: 'RFC 6455 5.7: 64 KiB of binary in one unmasked frame',
    role: 'client',
    bytes: `82 7f 0000000000010000 ${'5a'.repeat(65_536)}`,
    events: [['binary', '5a'.repeat(65_536)]],
  },
  {
    name: 'a masking key of zero is a masking key',
    role: 'server',
    bytes: '81 85 00000000 48656c6c6f',
    events: [['text', 'Hello']],
  },
];

/** Hex of so many bytes, none like the one four before it, so that a slip in masking or copying shows. */
function pattern(length: number): string {
  let hex = '';
  for (let at = 0; at < length; at++) hex += uint((at * 7 + (at >>> 8)) & 0xff, 1);
  return hex;
}

/** The lengths of section 1 of the suite, which has the last one a second time, in chunks of 997 bytes: every long vector comes so, too. */
const LENGTHS_OF_CASES: readonly number[] = [0, 125, 126, 127, 128, 65_535, 65_536];

function lengthCases(section: string, length: number): string[] {
  const index = LENGTHS_OF_CASES.indexOf(length);
  if (index < 0) return [];
  return length === 65_536 ? [`${section}.7`, `${section}.8`] : [`${section}.${index + 1}`];
}

const lengths: readonly UnmaskedVector[] = [...LENGTHS_OF_CASES, 1, 124, 65_537].flatMap((length) => [
  {
    name: `a binary message of ${length} bytes`,
    frames: frameHex(0x82, pattern(length)),
    events: [['binary', pattern(length)]],
    cases: lengthCases('1.2', length),
  },
  {
    name: `a text message of ${length} bytes`,
    frames: frameHex(0x81, '61'.repeat(length)),
    events: [['text', 'a'.repeat(length)]],
    cases: [...lengthCases('1.1', length), ...(length === 0 ? ['6.1.1'] : [])],
  },
]);

const fragments: readonly UnmaskedVector[] = [
  {
    name: 'an empty message in three empty fragments',
    frames: '01 00 | 00 00 | 80 00',
    events: [['text', '']],
    cases: ['6.1.2'],
  },
  { name: 'empty binary fragments', frames: '02 00 | 00 00 | 80 00', events: [['binary', '']] },
  {
    name: 'an empty first, middle and last fragment around one byte',
    frames: '02 00 | 00 00 | 00 01 2a | 00 00 | 80 00',
    events: [['binary', '2a']],
  },
  {
    name: 'a fragment that would be a whole message, then an empty last one',
    frames: '01 05 48656c6c6f | 80 00',
    events: [['text', 'Hello']],
  },
  {
    name: 'control frames in the middle of a message are heard before it',
    frames: '01 03 48656c | 89 01 31 | 8a 01 32 | 00 00 | 89 00 | 80 02 6c6f',
    events: [
      ['ping', '31'],
      ['pong', '32'],
      ['ping', ''],
      ['text', 'Hello'],
    ],
  },
  {
    name: 'a Close in the middle of a message: the message is lost',
    frames: '01 03 48656c | 88 02 03e8',
    events: [['closing', 1000, '']],
  },
  {
    name: 'fragmented messages in a row, of either kind',
    frames: '01 01 61 | 80 01 62 | 02 01 63 | 80 01 64 | 81 01 65 | 82 01 66 | 01 01 67 | 80 00',
    events: [
      ['text', 'ab'],
      ['binary', '6364'],
      ['text', 'e'],
      ['binary', '66'],
      ['text', 'g'],
    ],
  },
  {
    name: 'fragments of 4,096 bytes and one',
    frames: `02 7e 1000 ${pattern(4096)} | 00 01 ff | 80 7e 1000 ${pattern(4096)}`,
    events: [['binary', `${pattern(4096)}ff${pattern(4096)}`]],
  },
  {
    name: 'as many fragments as the limit allows',
    frames: '02 01 61 | 00 00 | 80 01 62',
    maxFragments: 3,
    events: [['binary', '6162']],
  },
  {
    name: 'the limit counts the fragments of each message anew, control frames not at all',
    frames: '02 01 61 | 89 00 | 80 01 62 | 02 01 63 | 8a 00 | 89 00 | 80 01 64',
    maxFragments: 2,
    events: [
      ['ping', ''],
      ['binary', '6162'],
      ['pong', ''],
      ['ping', ''],
      ['binary', '6364'],
    ],
  },
  {
    name: 'as many bytes as the limit allows, in one frame and in two',
    frames: '82 04 61626364 | 02 03 616263 | 80 01 64',
    maxMessageSize: 4,
    events: [
      ['binary', '61626364'],
      ['binary', '61626364'],
    ],
  },
  {
    name: 'control frames do not count as message bytes',
    frames: '02 03 616263 | 89 03 313233 | 80 01 64',
    maxMessageSize: 4,
    events: [
      ['ping', '313233'],
      ['binary', '61626364'],
    ],
  },
];

/** The codes of section 7.7 of the suite. */
const CODES_OF_CASES: readonly number[] = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
];

function closeCases(code: number): string[] {
  const index = CODES_OF_CASES.indexOf(code);
  return [...(index < 0 ? [] : [`7.7.${index + 1}`]), ...(code === 1000 ? ['7.3.3'] : [])];
}

const control: readonly UnmaskedVector[] = [
  { name: 'an empty Ping', frames: '89 00', events: [['ping', '']], cases: ['2.1'] },
  { name: 'an empty Pong nobody asked for', frames: '8a 00', events: [['pong', '']], cases: ['2.7'] },
  {
    name: 'a Ping of 125 bytes',
    frames: frameHex(0x89, pattern(125)),
    events: [['ping', pattern(125)]],
    cases: ['2.4', '2.6'],
  },
  { name: 'a Pong of 125 bytes', frames: frameHex(0x8a, pattern(125)), events: [['pong', pattern(125)]] },
  {
    name: 'ten Pings are answered in order',
    frames: Array.from({ length: 10 }, (_, index) => `89 01 ${uint(index, 1)}`).join(' | '),
    events: Array.from({ length: 10 }, (_, index) => ['ping', uint(index, 1)] as const),
    cases: ['2.10', '2.11'],
  },
  { name: 'a Close without a code', frames: '88 00', events: [['closing', 1005, '']], cases: ['7.3.1'] },
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map(
    (code): UnmaskedVector => ({
      name: `a Close with code ${code}`,
      frames: `88 02 ${uint(code, 2)}`,
      events: [['closing', code, '']],
      cases: closeCases(code),
    }),
  ),
  {
    name: 'a Close with a reason',
    frames: frameHex(0x88, `03e8${utf8Hex('bye, 再见 👋')}`),
    events: [['closing', 1000, 'bye, 再见 👋']],
    cases: ['7.3.4'],
  },
  {
    name: 'a Close with the longest reason',
    frames: frameHex(0x88, `0fa0${'61'.repeat(123)}`),
    events: [['closing', 4000, 'a'.repeat(123)]],
    cases: ['7.3.5'],
  },
  {
    name: 'a Close whose reason begins with a byte order mark, which stays',
    frames: '88 06 03e8 efbbbf61',
    events: [['closing', 1000, '\u{feff}a']],
  },
  {
    name: 'what follows a Close is ignored, valid or not',
    frames: '81 01 61 | 88 02 03e8 | 81 01 62 | 89 00 | 83 00 | 88 02 03e9',
    events: [
      ['text', 'a'],
      ['closing', 1000, ''],
    ],
    cases: ['7.1.1'],
  },
];

/** Every vector ends with a whole frame. */
export const validFrames: readonly FrameVector[] = [
  ...examples,
  ...forBothRoles([...lengths, ...fragments, ...control, ...validCases]),
];
