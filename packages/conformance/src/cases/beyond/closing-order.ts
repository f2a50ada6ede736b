// When a connection ends: a Close frame in the middle of things, what comes after it, and a TCP connection that just ends.

import type { Peer } from '../../peer.ts';
import { CONTINUATION, close, type Frame, frame, ping, TEXT, text } from '../../wire/frame.ts';
import { greet } from '../greeting.ts';
import { ANY_DEFLATE } from './deflate-needs.ts';
import { frames, type Unnumbered } from './family.ts';
import { hex, isEnd } from './verdicts.ts';

function ignored(title: string, after: readonly Frame[], octets?: Buffer): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint answers the Close frame with 1000, closes TCP, and ignores what came after the Close frame.',
    rfc: '6455 5.5.1',
    async run(peer) {
      const bytes = [close(1000), ...after].map((one) => peer.encode(one));
      peer.sendBytes(Buffer.concat(octets === undefined ? bytes : [...bytes, octets]));
      await peer.expectFailure(1000);
    },
  });
}

/** A Close frame while a message is under way. */
function inMessage(title: string, before: readonly Frame[], deflated = false): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint answers the Close frame with 1000 and closes TCP, and never echoes the unfinished message.',
    rfc: '6455 5.5.1',
    ...(deflated ? { deflate: ANY_DEFLATE } : {}),
    async run(peer) {
      peer.send(...before, close(1000));
      await peer.expectFailure(1000);
    },
  });
}

/** Only the first violation counts. */
function once(title: string, wrong: Frame, after: readonly Frame[]): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint fails the connection with 1002 once, and ignores what came after the wrong frame.',
    rfc: '6455 7.1.7',
    async run(peer) {
      peer.send(wrong, ...after);
      await peer.expectFailure(1002);
    },
  });
}

/** The tester closes its side of TCP without a Close frame; what the endpoint may still say is its last word. */
function cutOff(title: string, send: (peer: Peer) => void): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint closes TCP too; before that it may echo what was whole, and send a Close frame with a code that may be sent, or nothing.',
    rfc: '6455 7.1.7',
    async run(peer) {
      peer.text('Hello');
      await peer.expectText('Hello');
      send(peer);
      peer.link.finish();
      const incoming = await peer.next('the end of the TCP connection');
      if (isEnd(incoming)) return;
      const last =
        incoming.kind === 'message' && incoming.payload.toString() === 'whole'
          ? await peer.next('the end of the TCP connection')
          : incoming;
      if (isEnd(last)) return;
      peer.checkClose(last);
      await peer.expectEnd();
    },
  });
}

const WRONG: Frame = frame(3, 'wrong');

export const order: readonly Unnumbered[] = [
  inMessage('A Close frame after the first fragment of a text message', [frame(TEXT, 'Hel', { fin: false })]),
  inMessage('A Close frame after an empty first fragment', [frame(2, '', { fin: false })]),
  inMessage('A Close frame after 100 fragments', [
    frame(2, 'x', { fin: false }),
    ...Array.from({ length: 99 }, () => frame(CONTINUATION, 'x', { fin: false })),
  ]),
  inMessage('A Close frame inside a code point that two fragments share', [frame(TEXT, hex('48 c3'), { fin: false })]),
  inMessage(
    'A Close frame after the first fragment of a compressed message',
    [frame(TEXT, hex('f2 48 cd'), { rsv: 4, fin: false })],
    true,
  ),
  ignored('A Close frame, then a Ping', [ping('too late')]),
  ignored('A Close frame, then a text message', [text('too late')]),
  ignored('A Close frame, then another with another code', [close(1001)]),
  ignored('A Close frame, then a frame with reserved bits', [text('too late', { rsv: 7 })]),
  ignored('A Close frame, then a frame with a reserved opcode', [WRONG]),
  ignored('A Close frame, then invalid UTF-8', [frame(TEXT, hex('ff'))]),
  ignored('A Close frame, then an orphan continuation frame', [frame(CONTINUATION, 'too late')]),
  ignored('A Close frame, then a Close frame with an invalid code', [close(1005)]),
  ignored('A Close frame, then half a header', [], hex('81')),
  ignored('A Close frame, then octets that are no frames', [], Buffer.from('\r\n\r\nGET / HTTP/1.1\r\n\r\n')),
  ignored('A Close frame, then 64 KiB of zeros', [], Buffer.alloc(65_536)),
  once('A reserved opcode, then a text message', WRONG, [text('too late')]),
  once('A reserved opcode, then a Close frame', WRONG, [close(1000)]),
  once('A reserved opcode, then a Ping', WRONG, [ping('too late')]),
  once('A reserved opcode twice', WRONG, [WRONG]),
  cutOff('TCP ends without a Close frame', () => undefined),
  cutOff('TCP ends right after a message', (peer) => peer.text('whole')),
  cutOff('TCP ends after 1 octet of a header', (peer) => peer.sendBytes(hex('81'))),
  cutOff('TCP ends in the middle of a payload', (peer) => peer.text('half', { claimedLength: 8 })),
  cutOff('TCP ends between two fragments', (peer) => peer.text('half', { fin: false })),
  frames({
    title: 'A Close frame without payload, in writes of 1 octet',
    expectation: 'The endpoint answers with a Close frame without a code or with 1000, and closes TCP.',
    rfc: '6455 5.5.1',
    async run(peer) {
      await peer.sendInChops(1, close());
      await peer.expectClose(undefined, 1000);
      await peer.expectEnd();
    },
  }),
  frames({
    title: 'A message, and after its echo 20 and a Close frame in one write',
    expectation:
      'The endpoint echoes the messages, in order and without a gap, as many as it has answers for before it answers the Close frame with 1000 and closes TCP.',
    rfc: '6455 5.5.1',
    async run(peer) {
      // First an echo, so that whoever answers is there when the Close frame comes.
      await greet(peer);
      const messages = Array.from({ length: 20 }, (_, index) => `message ${index}`);
      peer.send(...messages.map((message) => text(message)), close(1000));
      for (const message of messages) {
        const incoming = await peer.next('an echo or a Close frame with 1000');
        if (!isEnd(incoming) && incoming.kind === 'close') {
          peer.checkClose(incoming, 1000);
          return peer.expectEnd();
        }
        peer.check(incoming, false, message);
      }
      await peer.expectFailure(1000);
    },
  }),
];
