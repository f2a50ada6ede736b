// What a side sends whose messages take time: part by part (RFC 6455, section 5.4), or compressed (RFC 7692, sections 6 and 7.2.1). Steps of
// the application and of its peer, and the frames they lead to.

import { frameHex, utf8Hex } from './wire.ts';

/** One thing that happens to an endpoint. Bytes are hex. */
export type Step =
  | readonly ['text', message: string, compress?: boolean]
  | readonly ['binary', message: string, compress?: boolean]
  | readonly ['ping', payload: string]
  | readonly ['close', code: number, reason: string]
  /** A message is sent part by part: these parts and its end as soon as its turn comes, or, without parts, by the steps that follow. */
  | readonly ['stream', type: 'text' | 'binary', parts?: readonly string[]]
  | readonly ['write', bytes: string]
  | readonly ['end' | 'withdraw']
  /** The codec gives the oldest answer it owes. */
  | readonly ['deflated']
  /** A frame of the peer, unmasked. */
  | readonly ['receive', frame: string];

export interface SentStepsVector {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Unmasked, with `|` between them. */
  readonly frames: string;
  /** With permessage-deflate: the codec of table-transform.ts, which compresses messages from this many bytes on. */
  readonly threshold?: number;
  /** How many messages that are sent part by part were cut. */
  readonly cut?: number;
}

function bytes(length: number): string {
  return 'a5'.repeat(length);
}

const streams: readonly SentStepsVector[] = [
  { name: 'a stream without parts is an empty message', steps: [['stream', 'binary', []]], frames: '82 00' },
  { name: 'a stream of text without parts', steps: [['stream', 'text'], ['end']], frames: '81 00' },
  {
    name: 'a stream of one part ends with an empty frame',
    steps: [['stream', 'binary'], ['write', '2a'], ['end']],
    frames: '02 01 2a | 80 00',
  },
  {
    name: 'a stream of text, cut inside a code point',
    steps: [['stream', 'text', ['c3', 'a9e4', 'b896']]],
    frames: '01 01 c3 | 00 02 a9e4 | 00 02 b896 | 80 00',
  },
  {
    name: 'empty parts are frames',
    steps: [['stream', 'binary', ['', '2a', '']]],
    frames: '02 00 | 00 01 2a | 00 00 | 80 00',
  },
  ...[125, 126, 65_535, 65_536, 262_144, 262_145].map(
    (length): SentStepsVector => ({
      name: `parts of ${length} bytes`,
      steps: [['stream', 'binary', [bytes(length), bytes(length)]]],
      frames: `${frameHex(0x02, bytes(length))} | ${frameHex(0x00, bytes(length))} | 80 00`,
    }),
  ),
  {
    name: 'control frames go between the frames of a stream, messages behind it',
    steps: [
      ['stream', 'text'],
      ['write', '61'],
      ['ping', '31'],
      ['text', 'later'],
      ['receive', '89 01 32'],
      ['write', '62'],
      ['binary', 'ff'],
      ['end'],
      ['text', 'last'],
    ],
    frames: [
      '01 01 61 | 89 01 31 | 8a 01 32 | 00 01 62 | 80 00',
      frameHex(0x81, utf8Hex('later')),
      '82 01 ff',
      frameHex(0x81, utf8Hex('last')),
    ].join(' | '),
  },
  {
    name: 'streams go one after the other',
    steps: [['stream', 'binary'], ['write', '01'], ['stream', 'text', ['61', '62']], ['stream', 'binary', []], ['end']],
    frames: '02 01 01 | 80 00 | 01 01 61 | 00 01 62 | 80 00 | 82 00',
  },
  {
    name: 'a stream that is withdrawn before its first part is no message',
    steps: [['stream', 'binary'], ['text', 'a'], ['withdraw'], ['text', 'b']],
    frames: '81 01 61 | 81 01 62',
  },
  {
    name: 'a stream cannot be withdrawn behind its first part',
    steps: [['stream', 'binary'], ['write', '01'], ['withdraw'], ['end']],
    frames: '02 01 01 | 80 00',
  },
  {
    name: 'a Close of our own waits for the end of a stream',
    steps: [
      ['stream', 'binary'],
      ['write', '01'],
      ['close', 1000, 'bye'],
      ['text', 'dropped'],
      ['write', '02'],
      ['end'],
    ],
    frames: `02 01 01 | 00 01 02 | 80 00 | ${frameHex(0x88, `03e8${utf8Hex('bye')}`)}`,
  },
  {
    name: "the peer's Close cuts a stream, and what waits behind it",
    steps: [
      ['stream', 'binary'],
      ['write', '01'],
      ['text', 'waits'],
      ['receive', '88 02 03e8'],
      ['write', '02'],
      ['end'],
    ],
    frames: '02 01 01 | 88 02 03e8',
    cut: 1,
  },
  {
    name: 'a stream on a connection that is closing is cut at once',
    steps: [
      ['close', 1000, ''],
      ['stream', 'binary', ['01']],
    ],
    frames: '88 02 03e8',
    cut: 1,
  },
  {
    name: 'a violation of the peer cuts a stream',
    steps: [
      ['stream', 'text'],
      ['write', '61'],
      ['receive', '88 02 0000'],
      ['write', '62'],
    ],
    frames: `01 01 61 | ${frameHex(0x88, `03ea${utf8Hex('The close code must not stand in a frame.')}`)}`,
    cut: 1,
  },
];

const HELLO = 'c1 07 f248cdc9c90700';

const compressed: readonly SentStepsVector[] = [
  {
    name: 'RFC 7692 7.2.3.1: "Hello" compressed',
    threshold: 0,
    steps: [['text', 'Hello'], ['deflated']],
    frames: HELLO,
  },
  {
    name: 'RFC 7692 7.2.3.6: an empty message compressed',
    threshold: 0,
    steps: [['binary', ''], ['deflated']],
    frames: 'c2 01 00',
  },
  {
    name: 'below the threshold a message goes as it is',
    threshold: 5,
    steps: [['text', 'Hell'], ['text', 'Hello'], ['deflated']],
    frames: `81 04 48656c6c | ${HELLO}`,
  },
  {
    name: 'a message may be sent as it is',
    threshold: 0,
    steps: [
      ['text', 'Hello', false],
      ['binary', '00', false],
    ],
    frames: '81 05 48656c6c6f | 82 01 00',
  },
  {
    name: 'what does not become smaller goes as it is',
    threshold: 0,
    steps: [['text', 'zzz'], ['deflated']],
    frames: '81 03 7a7a7a',
  },
  {
    name: 'messages keep their order, control frames do not wait',
    threshold: 5,
    steps: [
      ['text', 'Hello'],
      ['text', 'a'],
      ['ping', '31'],
      ['stream', 'binary', ['01']],
      ['binary', '48656c6c6f'],
      ['receive', '89 01 32'],
      ['deflated'],
      ['deflated'],
    ],
    frames: `89 01 31 | 8a 01 32 | ${HELLO} | 81 01 61 | 02 01 01 | 80 00 | c2 07 f248cdc9c90700`,
  },
  {
    name: 'a stream is never compressed',
    threshold: 0,
    steps: [['stream', 'text', ['48656c6c6f']]],
    frames: '01 05 48656c6c6f | 80 00',
  },
  {
    name: 'a Close waits for what is being compressed',
    threshold: 0,
    steps: [['text', 'Hello'], ['close', 1000, ''], ['deflated']],
    frames: `${HELLO} | 88 02 03e8`,
  },
  {
    name: 'the answer to a Close waits for what is being compressed',
    threshold: 0,
    steps: [['text', 'Hello'], ['receive', '88 02 0fa0'], ['deflated']],
    frames: `${HELLO} | 88 02 0fa0`,
  },
];

/** Every one. */
export const sentSteps: readonly SentStepsVector[] = [...streams, ...compressed];
