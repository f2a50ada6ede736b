// What sections 2 to 7 of the conformance suite reach beside the other vectors, each with the number of its case there. Its cases differ in
// how the frames are cut into writes; here every vector is replayed in all of these ways.

import type { UnmaskedVector } from './frame-vector.ts';
import { frameHex, utf8Hex } from './wire.ts';

const fragment = (firstByte: number, text: string): string => frameHex(firstByte, utf8Hex(text));
const TEXT = fragment(0x81, 'Hello');
const PING = '89 00';

/** Two fragments, and the message they make. */
const FIRST = fragment(0x01, 'fragment1');
const LAST = fragment(0x80, 'fragment2');
const JOINED = 'fragment1fragment2';

const LONG: string = 'BAsd7&jh23'.repeat(26_215).slice(0, 262_144);

export const validCases: readonly UnmaskedVector[] = [
  {
    name: 'a Ping with text',
    frames: fragment(0x89, 'Hello, world!'),
    events: [['ping', utf8Hex('Hello, world!')]],
    cases: ['2.2'],
  },
  {
    name: 'a Ping with bytes that are no text',
    frames: frameHex(0x89, '00fffefdfcfb00ff'),
    events: [['ping', '00fffefdfcfb00ff']],
    cases: ['2.3'],
  },
  {
    name: 'a Pong with a payload nobody asked for',
    frames: fragment(0x8a, 'unsolicited'),
    events: [['pong', utf8Hex('unsolicited')]],
    cases: ['2.8'],
  },
  {
    name: 'a Pong nobody asked for, then a Ping',
    frames: `${fragment(0x8a, 'unsolicited')} | ${fragment(0x89, 'answer me')}`,
    events: [
      ['pong', utf8Hex('unsolicited')],
      ['ping', utf8Hex('answer me')],
    ],
    cases: ['2.9'],
  },
  {
    name: 'a text message in two fragments',
    frames: `${FIRST} | ${LAST}`,
    events: [['text', JOINED]],
    cases: ['5.3', '5.4', '5.5'],
  },
  {
    name: 'a text message in two fragments, a Ping between them',
    frames: `${FIRST} | ${fragment(0x89, 'between')} | ${LAST}`,
    events: [
      ['ping', utf8Hex('between')],
      ['text', JOINED],
    ],
    cases: ['5.6', '5.7', '5.8'],
  },
  {
    name: 'a text message in five fragments, two Pings among them',
    frames: [
      FIRST,
      fragment(0x00, 'fragment2'),
      fragment(0x89, 'ping 1'),
      fragment(0x00, 'fragment3'),
      fragment(0x00, 'fragment4'),
      fragment(0x89, 'ping 2'),
      fragment(0x80, 'fragment5'),
    ].join(' | '),
    events: [
      ['ping', utf8Hex('ping 1')],
      ['ping', utf8Hex('ping 2')],
      ['text', 'fragment1fragment2fragment3fragment4fragment5'],
    ],
    cases: ['5.19', '5.20'],
  },
  {
    name: 'a text message in three fragments, only the middle one not empty',
    frames: `01 00 | ${fragment(0x00, 'middle')} | 80 00`,
    events: [['text', 'middle']],
    cases: ['6.1.3'],
  },
  ...(
    [
      ['7.1.2', 'another Close', '88 00'],
      ['7.1.3', 'a Ping', PING],
      ['7.1.4', 'a text message', TEXT],
    ] as const
  ).map(
    ([id, name, after]): UnmaskedVector => ({
      name: `a Close, and ${name} behind it`,
      frames: `88 02 03e8 | ${after}`,
      events: [['closing', 1000, '']],
      cases: [id],
    }),
  ),
  {
    name: 'a Close in the middle of a message whose end follows',
    frames: `${FIRST} | 88 02 03e8 | ${LAST}`,
    events: [['closing', 1000, '']],
    cases: ['7.1.5'],
  },
  {
    name: 'a text message of 256 KiB, a short one, a Close and a Ping',
    frames: `${fragment(0x81, LONG)} | ${TEXT} | 88 02 03e8 | ${PING}`,
    events: [
      ['text', LONG],
      ['text', 'Hello'],
      ['closing', 1000, ''],
    ],
    cases: ['7.1.6'],
  },
];

/** A frame that breaks the rules behind a message, which is delivered, and a Ping behind it, which is not answered. */
function afterMessage(
  code: 'RESERVED_BITS' | 'RESERVED_OPCODE',
  name: string,
  wrong: string,
  id: string,
): UnmaskedVector {
  return {
    name: `${code}: ${name}, between a message and a Ping`,
    frames: `${TEXT} | ${wrong} | ${PING}`,
    events: [
      ['text', 'Hello'],
      ['failed', code, 1002],
    ],
    cases: [id],
  };
}

function continuesNothing(name: string, frames: readonly string[], ...cases: readonly string[]): UnmaskedVector {
  return {
    name: `CONTINUATION_UNEXPECTED: ${name}`,
    frames: frames.join(' | '),
    events: [['failed', 'CONTINUATION_UNEXPECTED', 1002]],
    cases,
  };
}

function orphans(firstByte: number): readonly string[] {
  const once = [fragment(firstByte, 'fragment1'), fragment(0x01, 'fragment2'), fragment(0x80, 'fragment3')];
  return [...once, ...once];
}

const ORPHAN = 'non-continuation payload';

export const brokenCases: readonly UnmaskedVector[] = [
  ...[0x20, 0x30, 0x40].map((bits, index) =>
    afterMessage('RESERVED_BITS', `${bits.toString(16)} on text`, fragment(0x81 | bits, 'Hello'), `3.${index + 2}`),
  ),
  ...[
    [5, ''],
    [6, 'Hello'],
    [7, 'Hello'],
    [13, ''],
    [14, 'Hello'],
    [15, 'Hello'],
  ].map(([opcode, payload]) => {
    const number = Number(opcode);
    const id = number < 8 ? `4.1.${number - 2}` : `4.2.${number - 10}`;
    return afterMessage('RESERVED_OPCODE', `${number}`, fragment(0x80 | number, String(payload)), id);
  }),
  continuesNothing('a last fragment, then text', [fragment(0x80, ORPHAN), TEXT], '5.9', '5.10', '5.11'),
  continuesNothing('a fragment, then text', [fragment(0x00, ORPHAN), TEXT], '5.12', '5.13', '5.14'),
  {
    name: 'CONTINUATION_UNEXPECTED: a fragment behind a message in two, then text',
    frames: `${FIRST} | ${LAST} | ${fragment(0x00, 'fragment3')} | ${fragment(0x81, 'fragment4')}`,
    events: [
      ['text', JOINED],
      ['failed', 'CONTINUATION_UNEXPECTED', 1002],
    ],
    cases: ['5.15'],
  },
  continuesNothing('a fragment, then a message in two, all twice', orphans(0x00), '5.16'),
  continuesNothing('a last fragment, then a message in two, all twice', orphans(0x80), '5.17'),
];
