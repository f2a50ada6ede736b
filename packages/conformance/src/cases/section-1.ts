// Section 1: whole messages of every length form, text and binary.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { BINARY, frame, type Payload, TEXT } from '../wire/frame.ts';

/** How long the payload is, and how many octets a write has where it is chopped. */
const SIZES: readonly (readonly [length: number, chop?: number])[] = [
  [0],
  [125],
  [126],
  [127],
  [128],
  [65_535],
  [65_536],
  [65_536, 997],
];

export const section1: Section = {
  id: '1',
  title: 'Framing',
  cases: [
    ...SIZES.map(([length, chop], index) => echo(`1.1.${index + 1}`, TEXT, '*'.repeat(length), chop)),
    ...SIZES.map(([length, chop], index) => echo(`1.2.${index + 1}`, BINARY, Buffer.alloc(length, 0xfe), chop)),
  ],
};

function echo(id: string, opcode: number, payload: Payload, chop: number | undefined): FramesCase {
  const kind = opcode === TEXT ? 'text' : 'binary';
  return framesCase({
    id,
    title: `A ${kind} message of ${payload.length} octets${chop === undefined ? '' : ` in writes of ${chop} octets`}`,
    expectation: `The endpoint echoes the message as ${kind}, whole and unchanged, and closes cleanly.`,
    rfc: '6455 5.6',
    async run(peer) {
      if (chop === undefined) peer.send(frame(opcode, payload));
      else await peer.sendInChops(chop, frame(opcode, payload));
      if (opcode === TEXT) await peer.expectText(payload);
      else await peer.expectBinary(payload);
      await peer.finish();
    },
  });
}
