// Messages in many or empty fragments, control frames between them, and many messages at once.

import {
  BINARY,
  CONTINUATION,
  type Frame,
  fragments,
  frame,
  pieces,
  ping,
  pong,
  TEXT,
  text,
} from '../../wire/frame.ts';
import { frames, type Unnumbered } from './family.ts';
import { expectMessageAmongPongs, noise } from './verdicts.ts';

const JOINED = 'The endpoint echoes the joined message.';

function echoed(title: string, opcode: number, parts: readonly (string | Uint8Array)[]): Unnumbered {
  return frames({
    title,
    expectation: JOINED,
    rfc: '6455 5.4',
    async run(peer) {
      peer.send(...fragments(opcode, parts));
      const whole = Buffer.concat(parts.map((part) => Buffer.from(part)));
      await (opcode === TEXT ? peer.expectText(whole) : peer.expectBinary(whole));
      await peer.finish();
    },
  });
}

function refused(title: string, send: readonly Frame[], reason: string): Unnumbered {
  return frames({
    title,
    expectation: `The endpoint fails the connection with 1002, because ${reason}.`,
    rfc: '6455 5.4',
    async run(peer) {
      peer.send(...send);
      await peer.expectFailure(1002);
    },
  });
}

/** A Ping before each fragment but the first. */
function pingsBetween(parts: readonly Frame[]): { all: Frame[]; pings: string[] } {
  const pings = parts.slice(1).map((_, index) => `ping ${index}`);
  const all = parts.flatMap((part, index) => (index === 0 ? [part] : [ping(pings[index - 1] ?? ''), part]));
  return { all, pings };
}

function amongPings(title: string, opcode: number, parts: readonly (string | Uint8Array)[]): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint echoes the joined message and answers each Ping or at least the last, which RFC 6455 allows where it is behind.',
    rfc: '6455 5.5.3',
    async run(peer) {
      const { all, pings } = pingsBetween(fragments(opcode, parts));
      peer.send(...all);
      const whole = Buffer.concat(parts.map((part) => Buffer.from(part)));
      await expectMessageAmongPongs(peer, opcode !== TEXT, whole, pings);
      await peer.finish();
    },
  });
}

function flood(title: string, count: number, size: number): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint answers in order, each Ping or at least the last, which RFC 6455 allows where it is behind.',
    rfc: '6455 5.5.3',
    async run(peer) {
      const pings = Array.from({ length: count }, (_, index) => `${index}`.padStart(size, '.'));
      peer.send(...pings.map((payload) => ping(payload)));
      await peer.expectPongs(pings);
      await peer.finish();
    },
  });
}

function batch(title: string, count: number, opcode: number): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint echoes every message, in order.',
    rfc: '6455 5.4',
    async run(peer) {
      const messages = Array.from({ length: count }, (_, index) => `message ${index}`);
      peer.send(...messages.map((message) => frame(opcode, message)));
      for (const message of messages) await (opcode === TEXT ? peer.expectText(message) : peer.expectBinary(message));
      await peer.finish();
    },
  });
}

const SMILES = '😀'.repeat(4);

export const fragmentation: readonly Unnumbered[] = [
  echoed('A text message of one empty fragment and an empty end', TEXT, ['', '']),
  echoed('A binary message of five empty fragments', BINARY, ['', '', '', '', '']),
  echoed('An empty first fragment, then the message', TEXT, ['', 'Hello']),
  echoed('The message, then an empty last fragment', TEXT, ['Hello', '']),
  echoed('Three empty fragments in the middle of a message', BINARY, ['Hel', '', '', '', 'lo']),
  echoed('A text message in 128 fragments of 1 octet', TEXT, pieces('0123456789abcdef'.repeat(8), 1)),
  echoed('A binary message in 1,000 fragments of 1 octet', BINARY, pieces(noise(1000), 1)),
  echoed('A text message in 100 empty fragments and one with it', TEXT, [...Array<string>(100).fill(''), 'Hello']),
  echoed(
    'A binary message in fragments of 125, 126, 127, 65535, 65536 and 65537 octets',
    BINARY,
    [125, 126, 127, 65_535, 65_536, 65_537].map((size) => noise(size, size)),
  ),
  echoed('A text message of code points of 4 octets in fragments of 1 octet', TEXT, pieces(SMILES, 1)),
  echoed('A text message of code points of 4 octets in fragments of 3 octets', TEXT, pieces(SMILES, 3)),
  amongPings('A text message in 100 fragments with a Ping before each', TEXT, pieces('x'.repeat(100), 1)),
  amongPings('A binary message in 101 empty fragments with a Ping before each', BINARY, Array<string>(101).fill('')),
  amongPings('A code point of 4 octets in 4 fragments with a Ping before each', TEXT, pieces('😀', 1)),
  frames({
    title: 'A Ping of 125 octets, a Pong and an empty Ping between two fragments',
    expectation: 'The endpoint answers the Pings or at least the last, and echoes the joined message.',
    rfc: '6455 5.4',
    async run(peer) {
      const long = 'p'.repeat(125);
      const [first, last] = fragments(TEXT, ['Hel', 'lo']) as [Frame, Frame];
      peer.send(first, ping(long), pong('unasked'), ping(''), last);
      await expectMessageAmongPongs(peer, false, 'Hello', [long, '']);
      await peer.finish();
    },
  }),
  flood('100 Pings in one write', 100, 3),
  flood('100 Pings of 125 octets in one write', 100, 125),
  flood('32 Pings of 1 to 2 octets in one write', 32, 1),
  frames({
    title: '100 Pongs that nobody asked for in one write, then a message',
    expectation: 'The endpoint sends nothing for the Pongs, and echoes the message.',
    rfc: '6455 5.5.3',
    async run(peer) {
      peer.send(...Array.from({ length: 100 }, (_, index) => pong(`${index}`)), text('Hello'));
      await peer.expectText('Hello');
      await peer.finish();
    },
  }),
  batch('100 text messages in one write', 100, TEXT),
  batch('1,000 binary messages in one write', 1000, BINARY),
  frames({
    title: 'A text message, a Ping, a binary message in two fragments and a Ping in one write',
    expectation: 'The endpoint answers in the order of the messages, and each Ping or at least the last.',
    rfc: '6455 5.4',
    async run(peer) {
      peer.send(text('first'), ping('a'), ...fragments(BINARY, ['sec', 'ond']), ping('b'));
      const waiting = ['a', 'b'];
      const messages: string[] = [];
      while (messages.length < 2 || waiting.length > 0) {
        const incoming = await peer.next('two messages and a Pong for the last Ping');
        const index =
          typeof incoming !== 'string' && incoming.kind === 'pong'
            ? waiting.indexOf(incoming.payload.toString('latin1'))
            : -1;
        if (index !== -1) waiting.splice(0, index + 1);
        else {
          const [binary, payload] = messages.length === 0 ? ([false, 'first'] as const) : ([true, 'second'] as const);
          peer.check(incoming, binary, payload);
          messages.push(payload);
        }
      }
      await peer.finish();
    },
  }),
  refused(
    'A binary frame between the fragments of a text message',
    [frame(TEXT, 'Hel', { fin: false }), frame(BINARY, 'x'), frame(CONTINUATION, 'lo')],
    'the message before it was not finished',
  ),
  refused(
    'A text frame without FIN after the first fragment of a binary message',
    [frame(BINARY, 'Hel', { fin: false }), frame(TEXT, 'x', { fin: false })],
    'the message before it was not finished',
  ),
  frames({
    title: 'A continuation frame after a message in two fragments',
    expectation:
      'The endpoint echoes the message, then fails the connection with 1002, because there is no message to continue.',
    rfc: '6455 5.4',
    async run(peer) {
      peer.send(...fragments(BINARY, ['Hel', 'lo']));
      await peer.expectBinary('Hello');
      peer.send(frame(CONTINUATION, 'x'));
      await peer.expectFailure(1002);
    },
  }),
  refused('An empty continuation frame with FIN first', [frame(CONTINUATION, '')], 'there is no message to continue'),
  refused('A Close frame without FIN', [frame(8, '', { fin: false })], 'control frames are never fragmented'),
];
