// Section 4: the reserved opcodes, of data frames and of control frames.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { type Frame, frame, ping } from '../wire/frame.ts';
import { GREETING, greet } from './greeting.ts';

export const section4: Section = {
  id: '4',
  title: 'Reserved opcodes',
  cases: [...refused('4.1', 'data', 3), ...refused('4.2', 'control', 11)],
};

/** Five opcodes in a row, each in its own way. */
function refused(id: string, kind: string, first: number): FramesCase[] {
  const atOnce = (number: number, opcode: number, payload: string) =>
    refusal(`${id}.${number}`, `A ${kind} frame with opcode ${opcode}${payload && ' and a payload'}`, (peer) =>
      Promise.resolve(peer.send(frame(opcode, payload))),
    );
  const afterEcho = (number: number, opcode: number, payload: string, chop?: number) =>
    refusal(
      `${id}.${number}`,
      `A text message that is echoed, then a ${kind} frame with opcode ${opcode}${payload && ', a payload'} and a Ping${
        chop === undefined ? '' : ', in writes of 1 octet'
      }`,
      async (peer) => {
        await greet(peer, chop);
        const frames: Frame[] = [frame(opcode, payload), ping()];
        if (chop === undefined) peer.send(...frames);
        else await peer.sendInChops(chop, ...frames);
      },
    );
  return [
    atOnce(1, first, ''),
    atOnce(2, first + 1, 'reserved opcode'),
    afterEcho(3, first + 2, ''),
    afterEcho(4, first + 3, GREETING),
    afterEcho(5, first + 4, GREETING, 1),
  ];
}

function refusal(id: string, title: string, send: FramesCase['run']): FramesCase {
  return framesCase({
    id,
    title,
    expectation:
      'The endpoint fails the connection with 1002, because the opcode has no meaning, and answers nothing after that.',
    rfc: '6455 5.2',
    async run(peer) {
      await send(peer);
      await peer.expectFailure(1002);
    },
  });
}
