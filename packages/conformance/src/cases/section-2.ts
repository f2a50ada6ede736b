// Section 2: Ping and Pong.

import { framesCase, type Section } from '../case.ts';
import { type Payload, ping } from '../wire/frame.ts';

const LONGEST: Buffer = Buffer.alloc(125, 0xfe);
const TEN: readonly string[] = Array.from({ length: 10 }, (_, index) => `payload-${index}`);

export const section2: Section = {
  id: '2',
  title: 'Pings and Pongs',
  cases: [
    answered('2.1', 'A Ping without payload', ''),
    answered('2.2', 'A Ping with a text payload', 'Hello, world!'),
    answered('2.3', 'A Ping with a binary payload', Buffer.from('00fffefdfcfb00ff', 'hex')),
    answered('2.4', 'A Ping with the longest payload, 125 octets', LONGEST),
    framesCase({
      id: '2.5',
      title: 'A Ping of 126 octets',
      expectation: 'The endpoint fails the connection with 1002, because a control frame has at most 125 octets.',
      rfc: '6455 5.5',
      async run(peer) {
        peer.ping(Buffer.alloc(126, 0xfe));
        await peer.expectFailure(1002);
      },
    }),
    framesCase({
      id: '2.6',
      title: 'A Ping of 125 octets in writes of 1 octet',
      expectation: 'The endpoint answers with a Pong of the same payload.',
      rfc: '6455 5.5.2',
      async run(peer) {
        await peer.sendInChops(1, ping(LONGEST));
        await peer.expectPong(LONGEST);
        await peer.finish();
      },
    }),
    framesCase({
      id: '2.7',
      title: 'A Pong without payload that nobody asked for',
      expectation: 'The endpoint sends nothing, and closes cleanly when asked to.',
      rfc: '6455 5.5.3',
      async run(peer) {
        peer.pong();
        await peer.finish();
      },
    }),
    framesCase({
      id: '2.8',
      title: 'A Pong with a payload that nobody asked for',
      expectation: 'The endpoint sends nothing, and closes cleanly when asked to.',
      rfc: '6455 5.5.3',
      async run(peer) {
        peer.pong('unsolicited');
        await peer.finish();
      },
    }),
    framesCase({
      id: '2.9',
      title: 'A Pong that nobody asked for, then a Ping',
      expectation: 'The endpoint answers the Ping and nothing else.',
      rfc: '6455 5.5.3',
      async run(peer) {
        peer.pong('unsolicited');
        peer.ping('answer me');
        await peer.expectPong('answer me');
        await peer.finish();
      },
    }),
    framesCase({
      id: '2.10',
      title: 'Ten Pings in one write',
      expectation:
        'The endpoint answers in order, each Ping or at least the last, which RFC 6455 allows where it is behind.',
      rfc: '6455 5.5.3',
      async run(peer) {
        peer.send(...TEN.map((payload) => ping(payload)));
        await peer.expectPongs(TEN);
        await peer.finish();
      },
    }),
    framesCase({
      id: '2.11',
      title: 'Ten Pings in writes of 1 octet',
      expectation:
        'The endpoint answers in order, each Ping or at least the last, which RFC 6455 allows where it is behind.',
      rfc: '6455 5.5.3',
      async run(peer) {
        await peer.sendInChops(1, ...TEN.map((payload) => ping(payload)));
        await peer.expectPongs(TEN);
        await peer.finish();
      },
    }),
  ],
};

function answered(id: string, title: string, payload: Payload): ReturnType<typeof framesCase> {
  return framesCase({
    id,
    title,
    expectation: 'The endpoint answers with a Pong of the same payload.',
    rfc: '6455 5.5.2',
    async run(peer) {
      peer.ping(payload);
      await peer.expectPong(payload);
      await peer.finish();
    },
  });
}
