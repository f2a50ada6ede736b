// What no endpoint may accept: at least one vector for each row of VIOLATIONS. The valid frames in front of a violation are
// still delivered, and nothing after it is.

import type { ViolationCode } from '../../src/index.ts';
import { type FrameVector, forBothRoles, type UnmaskedVector } from './frame-vector.ts';
import { brokenCases } from './frames-cases.ts';
import { frameHex, uint } from './wire.ts';

function violates(
  code: ViolationCode,
  closeCode: number,
  name: string,
  frames: string,
  ...cases: readonly string[]
): UnmaskedVector {
  return { name: `${code}: ${name}`, frames, events: [['failed', code, closeCode]], cases };
}

/** Of a row of vectors, the one that covers a case. */
function only(value: number, covering: number, id: string): string[] {
  return value === covering ? [id] : [];
}

const reservedBits: readonly UnmaskedVector[] = [
  ...[0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70].flatMap((bits) => [
    violates(
      'RESERVED_BITS',
      1002,
      `${uint(bits, 1)} on a text frame`,
      frameHex(0x81 | bits, '61'),
      ...only(bits, 0x10, '3.1'),
    ),
    violates(
      'RESERVED_BITS',
      1002,
      `${uint(bits, 1)} on an empty binary frame`,
      frameHex(0x82 | bits, ''),
      ...only(bits, 0x50, '3.5'),
    ),
    violates(
      'RESERVED_BITS',
      1002,
      `${uint(bits, 1)} on a Ping`,
      frameHex(0x89 | bits, '61'),
      ...only(bits, 0x60, '3.6'),
    ),
    violates(
      'RESERVED_BITS',
      1002,
      `${uint(bits, 1)} on a Close`,
      frameHex(0x88 | bits, '03e8'),
      ...only(bits, 0x70, '3.7'),
    ),
  ]),
  {
    name: 'RESERVED_BITS: after valid messages, which are delivered',
    frames: '81 01 61 | 89 01 62 | c1 01 63 | 81 01 64',
    events: [
      ['text', 'a'],
      ['ping', '62'],
      ['failed', 'RESERVED_BITS', 1002],
    ],
  },
  violates('RESERVED_BITS', 1002, 'on a continuation', '01 01 61 | c0 01 62'),
];

const reservedOpcodes: readonly UnmaskedVector[] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
    violates(
      'RESERVED_OPCODE',
      1002,
      `${opcode}, empty`,
      `${uint(0x80 | opcode, 1)} 00`,
      ...only(opcode, 3, '4.1.1'),
      ...only(opcode, 11, '4.2.1'),
    ),
    violates(
      'RESERVED_OPCODE',
      1002,
      `${opcode}, with a payload`,
      `${uint(0x80 | opcode, 1)} 01 61`,
      ...only(opcode, 4, '4.1.2'),
      ...only(opcode, 12, '4.2.2'),
    ),
  ]),
  violates('RESERVED_OPCODE', 1002, '3 without FIN', '03 00'),
  violates('RESERVED_OPCODE', 1002, '11 without FIN', '0b 00'),
  violates('RESERVED_OPCODE', 1002, '5 in the middle of a message', '01 01 61 | 85 00'),
];

const masking: readonly FrameVector[] = [
  {
    name: 'MASK_MISSING: an unmasked text frame from a client',
    role: 'server',
    bytes: '81 05 48656c6c6f',
    events: [['failed', 'MASK_MISSING', 1002]],
  },
  {
    name: 'MASK_MISSING: an unmasked empty frame from a client',
    role: 'server',
    bytes: '82 00',
    events: [['failed', 'MASK_MISSING', 1002]],
  },
  {
    name: 'MASK_MISSING: an unmasked Close from a client, after a masked message',
    role: 'server',
    bytes: '81 81 37fa213d 56 | 88 02 03e8',
    events: [
      ['text', 'a'],
      ['failed', 'MASK_MISSING', 1002],
    ],
  },
  {
    name: 'MASK_UNEXPECTED: a masked text frame from a server',
    role: 'client',
    bytes: '81 85 37fa213d 7f9f4d5158',
    events: [['failed', 'MASK_UNEXPECTED', 1002]],
  },
  {
    name: 'MASK_UNEXPECTED: a masked Ping with a key of zero from a server',
    role: 'client',
    bytes: '89 80 00000000',
    events: [['failed', 'MASK_UNEXPECTED', 1002]],
  },
];

const lengths: readonly UnmaskedVector[] = [
  ...[0, 1, 125].map((length) =>
    violates('LENGTH_NOT_MINIMAL', 1002, `${length} in 16 bits`, `82 7e ${uint(length, 2)} ${'61'.repeat(length)}`),
  ),
  ...[0, 1, 125, 126, 65_535].map((length) =>
    violates('LENGTH_NOT_MINIMAL', 1002, `${length} in 64 bits`, `82 7f ${uint(length, 8)}`),
  ),
  ...[2n ** 63n, 2n ** 63n + 1n, 2n ** 64n - 1n].map((length) =>
    violates('LENGTH_OVERFLOW', 1002, `${length}`, `82 7f ${uint(length, 8)}`),
  ),
  violates(
    'LENGTH_OVERFLOW',
    1002,
    'the bit set and nothing else wrong but a length of 1',
    '81 7f 8000000000000001 61',
  ),
];

const fragmentation: readonly UnmaskedVector[] = [
  violates('CONTINUATION_UNEXPECTED', 1002, 'as the first frame', '80 01 61'),
  violates('CONTINUATION_UNEXPECTED', 1002, 'as the first frame, not the last of its message', '00 01 61'),
  violates('CONTINUATION_UNEXPECTED', 1002, 'empty', '80 00'),
  {
    name: 'CONTINUATION_UNEXPECTED: after a message that had ended, with a Ping between',
    frames: '01 01 61 | 80 01 62 | 89 00 | 80 01 63',
    events: [
      ['text', 'ab'],
      ['ping', ''],
      ['failed', 'CONTINUATION_UNEXPECTED', 1002],
    ],
  },
  violates('CONTINUATION_EXPECTED', 1002, 'text in the middle of text', '01 01 61 | 81 01 62', '5.18'),
  violates('CONTINUATION_EXPECTED', 1002, 'text in the middle of binary', '02 01 61 | 01 01 62'),
  violates('CONTINUATION_EXPECTED', 1002, 'binary in the middle of text', '01 01 61 | 82 01 62'),
  violates('CONTINUATION_EXPECTED', 1002, 'binary after an empty first fragment', '02 00 | 82 00'),
  {
    name: 'CONTINUATION_EXPECTED: a Pong between does not end the message',
    frames: '01 01 61 | 8a 00 | 81 01 62',
    events: [
      ['pong', ''],
      ['failed', 'CONTINUATION_EXPECTED', 1002],
    ],
  },
];

const control: readonly UnmaskedVector[] = [
  ...[0x8, 0x9, 0xa].flatMap((opcode) => [
    violates('CONTROL_FRAGMENTED', 1002, `opcode ${opcode}, empty`, `${uint(opcode, 1)} 00`),
    violates(
      'CONTROL_FRAGMENTED',
      1002,
      `opcode ${opcode}, then its end`,
      `${uint(opcode, 1)} 01 61 | 80 01 62`,
      ...only(opcode, 0x9, '5.1'),
      ...only(opcode, 0xa, '5.2'),
    ),
    violates(
      'CONTROL_TOO_LONG',
      1002,
      `opcode ${opcode}, 126 bytes`,
      frameHex(0x80 | opcode, '61'.repeat(126)),
      ...only(opcode, 0x9, '2.5'),
      ...only(opcode, 0x8, '7.3.6'),
    ),
    violates('CONTROL_TOO_LONG', 1002, `opcode ${opcode}, a length in 16 bits`, `${uint(0x80 | opcode, 1)} 7e 0001 61`),
    violates('CONTROL_TOO_LONG', 1002, `opcode ${opcode}, a length in 64 bits`, `${uint(0x80 | opcode, 1)} 7f`),
  ]),
];

/** The codes of section 7.9 of the suite, and of section 7.13. */
const CODES_OF_CASES: readonly number[] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const LAST_CODES_OF_CASES: readonly number[] = [5000, 65_535];

function codeCases(code: number): string[] {
  const [index, last] = [CODES_OF_CASES.indexOf(code), LAST_CODES_OF_CASES.indexOf(code)];
  return [...(index < 0 ? [] : [`7.9.${index + 1}`]), ...(last < 0 ? [] : [`7.13.${last + 1}`])];
}

const closing: readonly UnmaskedVector[] = [
  violates('CLOSE_TRUNCATED', 1002, 'a payload of one byte', '88 01 03', '7.3.2'),
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 65_535].flatMap((code) => [
    violates('CLOSE_CODE_INVALID', 1002, `${code}`, `88 02 ${uint(code, 2)}`, ...codeCases(code)),
    violates('CLOSE_CODE_INVALID', 1002, `${code} with a reason`, `88 05 ${uint(code, 2)} 627965`),
  ]),
  violates('TEXT_INVALID', 1007, 'a reason that is not UTF-8', '88 03 03e8 ff'),
  violates(
    'TEXT_INVALID',
    1007,
    'a reason with a surrogate',
    frameHex(0x88, '03e8cebae1bdb9cf83cebcceb5eda080656469746564'),
    '7.5.1',
  ),
  violates('TEXT_INVALID', 1007, 'a reason cut inside a code point', '88 05 03e8 61 e282'),
];

const text: readonly UnmaskedVector[] = [
  violates('TEXT_INVALID', 1007, 'a whole frame', '81 03 61 ff 62'),
  violates('TEXT_INVALID', 1007, 'a message that ends inside a code point', '81 02 e282'),
  violates('TEXT_INVALID', 1007, 'a fragmented message that ends inside a code point', '01 01 e2 | 80 01 82'),
  violates(
    'TEXT_INVALID',
    1007,
    'fragments that end inside a code point, with an empty last one',
    '01 02 e282 | 80 00',
  ),
  violates('TEXT_INVALID', 1007, 'a code point broken off by the next fragment', '01 01 e2 | 80 01 61'),
  violates('TEXT_INVALID', 1007, 'at the bad byte, though the frame goes on', '81 14 48656c6c6f ff'),
  violates('TEXT_INVALID', 1007, 'at the bad byte, though the message goes on', '01 03 6162 c0 | 00 01 61'),
  {
    name: 'TEXT_INVALID: a Ping between the halves of a code point is still answered',
    frames: '01 01 e2 | 89 01 70 | 00 01 28',
    events: [
      ['ping', '70'],
      ['failed', 'TEXT_INVALID', 1007],
    ],
  },
];

const sizes: readonly UnmaskedVector[] = [
  { ...violates('MESSAGE_TOO_BIG', 1009, 'one byte too many', '82 05 6162636465'), maxMessageSize: 4 },
  { ...violates('MESSAGE_TOO_BIG', 1009, 'at the header, before any payload', '82 05'), maxMessageSize: 4 },
  { ...violates('MESSAGE_TOO_BIG', 1009, 'one byte too many in two', '02 04 61626364 | 80 01'), maxMessageSize: 4 },
  {
    ...violates(
      'MESSAGE_TOO_BIG',
      1009,
      'fragments whose sum is beyond 2^53',
      `02 01 61 | 00 7f ${uint(2n ** 53n - 1n, 8)}`,
    ),
    maxMessageSize: Number.MAX_SAFE_INTEGER,
  },
  violates('MESSAGE_TOO_BIG', 1009, 'the default of 16 MiB', `81 7f ${uint((16 << 20) + 1, 8)}`),
  ...[
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 31n + 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
  ].map((length) => violates('MESSAGE_TOO_BIG', 1009, `${length} bytes`, `82 7f ${uint(length, 8)}`)),
  {
    ...violates(
      'MESSAGE_TOO_BIG',
      1009,
      '2^53 bytes where all that can be counted is allowed',
      `82 7f ${uint(2n ** 53n, 8)}`,
    ),
    maxMessageSize: Number.MAX_SAFE_INTEGER,
  },
  { ...violates('FRAME_TOO_BIG', 1009, 'at the header, before any payload', '82 05'), maxFrameSize: 4 },
  { ...violates('FRAME_TOO_BIG', 1009, 'the second of a message', '02 04 61626364 | 80 05'), maxFrameSize: 4 },
  {
    ...violates('MESSAGE_TOO_BIG', 1009, 'as a whole, but not as a stream', '02 04 61626364 | 80 02 6566'),
    maxMessageSize: 4,
    maxStreamedMessageSize: 6,
    streamed: [['binary', '616263646566']],
  },
  {
    ...violates('MESSAGE_TOO_BIG', 1009, 'as a stream, too', '02 04 61626364 | 80 03'),
    maxMessageSize: 4,
    maxStreamedMessageSize: 6,
  },
  // Of a stream no fragment is kept, so that their number costs nothing.
  {
    ...violates('TOO_MANY_FRAGMENTS', 1008, 'three of two', '02 01 61 | 00 01 62 | 80 01 63'),
    maxFragments: 2,
    streamed: [['binary', '616263']],
  },
  {
    ...violates('TOO_MANY_FRAGMENTS', 1008, 'empty ones count', '01 00 | 00 00 | 00 00'),
    maxFragments: 2,
    streamed: [],
  },
  {
    ...violates('TOO_MANY_FRAGMENTS', 1008, 'any at all, when one is the limit', '02 00 | 80 00'),
    maxFragments: 1,
    streamed: [['binary', '']],
  },
];

/** Each ends with the violation, at or before its last byte. */
export const brokenFrames: readonly FrameVector[] = [
  ...masking,
  ...forBothRoles([
    ...reservedBits,
    ...reservedOpcodes,
    ...lengths,
    ...fragmentation,
    ...control,
    ...closing,
    ...text,
    ...sizes,
    ...brokenCases,
  ]),
];
