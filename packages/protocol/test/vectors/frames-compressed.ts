// Frames where permessage-deflate was agreed on (RFC 7692, sections 6 and 7.2): what an endpoint must make of them with the codec of
// table-transform.ts.

import { type FrameVector, forBothRoles, type UnmaskedVector } from './frame-vector.ts';

/** The examples of RFC 7692, section 7.2.3, byte for byte. */
const examples: readonly UnmaskedVector[] = [
  { name: '7.2.3.1: "Hello" in one block', frames: 'c1 07 f248cdc9c90700', events: [['text', 'Hello']] },
  {
    name: '7.2.3.1: "Hello" in two fragments, RSV1 on the first',
    frames: '41 03 f248cd | 80 04 c9c90700',
    events: [['text', 'Hello']],
  },
  {
    name: '7.2.3.2: "Hello" twice, the second of them referring back to the first',
    frames: 'c1 07 f248cdc9c90700 | c1 05 f200110000',
    events: [
      ['text', 'Hello'],
      ['text', 'Hello'],
    ],
  },
  {
    name: '7.2.3.2: "Hello" twice, without context takeover',
    frames: 'c1 07 f248cdc9c90700 | c1 07 f248cdc9c90700',
    events: [
      ['text', 'Hello'],
      ['text', 'Hello'],
    ],
  },
  {
    name: '7.2.3.3: "Hello" in a block without compression',
    frames: 'c1 0b 000500faff48656c6c6f00',
    events: [['text', 'Hello']],
  },
  {
    name: '7.2.3.4: "Hello" in a block with BFINAL set',
    frames: 'c1 08 f348cdc9c9070000',
    events: [['text', 'Hello']],
  },
  { name: '7.2.3.5: "Hello" in two blocks', frames: 'c1 0d f24805000000ffffcac9c90700', events: [['text', 'Hello']] },
  { name: '7.2.3.6: an empty message', frames: 'c1 01 00', events: [['text', '']] },
];

const valid: readonly UnmaskedVector[] = [
  { name: 'a compressed binary message', frames: 'c2 07 f248cdc9c90700', events: [['binary', '48656c6c6f']] },
  { name: 'a compressed message without a byte', frames: 'c2 00', events: [['binary', '']] },
  {
    name: 'a compressed message in fragments of one byte and none',
    frames: '41 00 | 00 01 f2 | 00 01 48 | 00 01 cd | 00 00 | 00 01 c9 | 00 01 c9 | 00 01 07 | 00 01 00 | 80 00',
    events: [['text', 'Hello']],
  },
  {
    name: 'a message that is not compressed, among those that are',
    frames: 'c1 07 f248cdc9c90700 | 81 02 6869 | 01 01 61 | 80 01 62 | c2 01 00',
    events: [
      ['text', 'Hello'],
      ['text', 'hi'],
      ['text', 'ab'],
      ['binary', ''],
    ],
  },
  {
    name: 'control frames among the fragments of a compressed message, which are never compressed',
    frames: '41 03 f248cd | 89 01 31 | 8a 00 | 80 04 c9c90700',
    events: [
      ['ping', '31'],
      ['pong', ''],
      ['text', 'Hello'],
    ],
  },
  {
    name: 'a Ping and a Close behind a compressed message, which is told before them',
    frames: 'c1 07 f248cdc9c90700 | 89 01 31 | 88 02 03e8 | c1 01 00',
    events: [
      ['text', 'Hello'],
      ['ping', '31'],
      ['closing', 1000, ''],
    ],
  },
  {
    name: 'a Close in the middle of a compressed message: the message is lost',
    frames: '41 03 f248cd | 88 02 03e8 | 80 04 c9c90700',
    events: [['closing', 1000, '']],
  },
  {
    name: 'a compressed message that may have as many bytes as it has',
    frames: 'c1 07 f248cdc9c90700',
    maxMessageSize: 5,
    events: [['text', 'Hello']],
  },
];

const broken: readonly UnmaskedVector[] = [
  {
    name: 'RSV1_MISPLACED: on the second fragment, too',
    frames: '41 03 f248cd | c0 04 c9c90700',
    events: [['failed', 'RSV1_MISPLACED', 1002]],
  },
  {
    name: 'RSV1_MISPLACED: on the second fragment only',
    frames: '01 03 48656c | c0 02 6c6f',
    events: [['failed', 'RSV1_MISPLACED', 1002]],
  },
  ...['c9 00', 'ca 00', 'c8 02 03e8'].map(
    (frame): UnmaskedVector => ({
      name: `RSV1_MISPLACED: on the control frame ${frame}, behind a compressed message`,
      frames: `c1 07 f248cdc9c90700 | ${frame}`,
      events: [
        ['text', 'Hello'],
        ['failed', 'RSV1_MISPLACED', 1002],
      ],
    }),
  ),
  ...[0x60, 0x50, 0x20, 0x10].map(
    (bits): UnmaskedVector => ({
      name: `RESERVED_BITS: ${bits.toString(16)}, of which only RSV1 has a meaning`,
      frames: `${(0x81 | bits).toString(16)} 01 00`,
      events: [['failed', 'RESERVED_BITS', 1002]],
    }),
  ),
  {
    name: 'DEFLATE_INVALID: a block of the reserved type, behind a message and before a Ping',
    frames: 'c1 07 f248cdc9c90700 | c1 01 07 | 89 00',
    events: [
      ['text', 'Hello'],
      ['failed', 'DEFLATE_INVALID', 1007],
    ],
  },
  {
    name: 'DEFLATE_INVALID: the same in fragments',
    frames: '42 00 | 00 01 07 | 80 00',
    events: [['failed', 'DEFLATE_INVALID', 1007]],
  },
  {
    name: 'TEXT_INVALID: text that is not UTF-8 when it is inflated',
    frames: 'c1 03 fa0f00',
    events: [['failed', 'TEXT_INVALID', 1007]],
  },
  {
    name: 'TEXT_INVALID: text that ends inside a code point when it is inflated',
    frames: '41 02 7ad4 | 80 02 0400',
    events: [['failed', 'TEXT_INVALID', 1007]],
  },
  {
    name: 'MESSAGE_TOO_BIG: by one byte when it is inflated',
    frames: 'c1 07 f248cdc9c90700',
    maxMessageSize: 4,
    events: [['failed', 'MESSAGE_TOO_BIG', 1009]],
  },
  {
    name: 'MESSAGE_TOO_BIG: as a whole, but not as a stream, when it is inflated',
    frames: 'c1 07 f248cdc9c90700',
    maxMessageSize: 4,
    maxStreamedMessageSize: 5,
    events: [['failed', 'MESSAGE_TOO_BIG', 1009]],
    streamed: [['text', 'Hello']],
  },
];

/** Those that hold to the RFC. */
export const validCompressed: readonly FrameVector[] = forBothRoles([
  ...examples.map((vector) => ({ ...vector, name: `RFC 7692 ${vector.name}` })),
  ...valid,
]);

/** Each ends with the violation. */
export const brokenCompressed: readonly FrameVector[] = forBothRoles(broken);
