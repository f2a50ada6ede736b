// Section 3: the reserved bits, which are zero unless an extension gave them a meaning.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { binary, close, type Frame, ping, text } from '../wire/frame.ts';
import { GREETING, greet } from './greeting.ts';

export const section3: Section = {
  id: '3',
  title: 'Reserved bits',
  cases: [
    refusedAtOnce('3.1', 'A text message with RSV3', text(GREETING, { rsv: 1 })),
    refusedAfterEcho('3.2', 'a text message with RSV2 and a Ping, in one write', text(GREETING, { rsv: 2 })),
    refusedAfterEcho(
      '3.3',
      'a text message with RSV2 and RSV3 and a Ping, in two writes',
      text(GREETING, { rsv: 3 }),
      'frames',
    ),
    refusedAfterEcho(
      '3.4',
      'a text message with RSV1 and a Ping, in writes of 1 octet',
      text(GREETING, { rsv: 4 }),
      'octets',
    ),
    refusedAtOnce(
      '3.5',
      'A binary message with RSV1 and RSV3',
      binary(Buffer.from('00fffefdfcfb00ff', 'hex'), { rsv: 5 }),
    ),
    refusedAtOnce('3.6', 'A Ping with RSV1 and RSV2', ping(GREETING, { rsv: 6 })),
    refusedAtOnce('3.7', 'A Close frame with all reserved bits', close(1000, '', { rsv: 7 })),
  ],
};

function refusedAtOnce(id: string, title: string, wrong: Frame): FramesCase {
  return framesCase({
    id,
    title,
    expectation: 'The endpoint fails the connection with 1002, because no extension gave the bits a meaning.',
    rfc: '6455 5.2',
    async run(peer) {
      peer.send(wrong);
      await peer.expectFailure(1002);
    },
  });
}

function refusedAfterEcho(id: string, then: string, wrong: Frame, writes?: 'frames' | 'octets'): FramesCase {
  return framesCase({
    id,
    title: `A text message that is echoed, then ${then}`,
    expectation: 'The endpoint fails the connection with 1002 because of the bits, and answers no Ping after that.',
    rfc: '6455 5.2',
    async run(peer) {
      await greet(peer, writes === 'octets' ? 1 : undefined);
      if (writes === undefined) peer.send(wrong, ping());
      if (writes === 'frames') await peer.sendEach(wrong, ping());
      if (writes === 'octets') await peer.sendInChops(1, wrong, ping());
      await peer.expectFailure(1002);
    },
  });
}
