// Compressed messages among other things: fragments, uncompressed messages, control frames, endings, windows, and bombs.

import { constants, deflateRawSync } from 'node:zlib';
import type { Peer } from '../../peer.ts';
import { BINARY, close, type Frame, fragments, frame, pieces, ping, TEXT } from '../../wire/frame.ts';
import { ANY_DEFLATE, windowNeed } from './deflate-needs.ts';
import { frames, type Unnumbered } from './family.ts';
import { expectEchoOrFailure, expectMessageAmongPongs, hex, isEnd, noise } from './verdicts.ts';

const HELLO: Buffer = hex('f2 48 cd c9 c9 07 00');
const COMPRESSED = { rsv: 4 };

function deflated(payload: Uint8Array | string): Buffer {
  return deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

function inFragments(title: string, parts: readonly Uint8Array[], text: string): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint inflates the joined payloads of all frames, and echoes the message.',
    rfc: '7692 6.1',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(...fragments(TEXT, parts, COMPRESSED));
      await peer.expectText(text);
      await peer.finish();
    },
  });
}

const EMPTY: Buffer = Buffer.alloc(0);

/** Random octets, and again from far back: only a compressor that looks beyond its window finds them. */
function repetitive(bits: number): Buffer {
  const once = noise(2 ** bits + 400, bits);
  return Buffer.concat([once, once, Buffer.alloc(700, 0x61), once.subarray(0, 100), once.subarray(0, 100)]);
}

function window(bits: number): Unnumbered {
  return frames({
    title: `Messages that repeat what is farther back than a window of ${bits} bits`,
    expectation: `The endpoint, which agreed to compress with ${bits} bits, never refers to more than ${2 ** bits} octets back, and echoes every message.`,
    rfc: '7692 7.1.2',
    deflate: windowNeed(bits),
    async run(peer) {
      for (let round = 0; round < 3; round++) {
        peer.message(repetitive(bits));
        await peer.expectBinary(repetitive(bits));
      }
      await peer.finish();
    },
  });
}

const BOMB_OCTETS = 64 * 1_048_576;

function bomb(title: string, cut: (compressed: Buffer) => readonly Uint8Array[]): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint echoes the whole message, or, where it is over its limit, fails the connection with 1009, and lives on.',
    rfc: '6455 10.4',
    deflate: ANY_DEFLATE,
    heavy: true,
    timeout: 30_000,
    async run(peer) {
      const zeros = Buffer.alloc(BOMB_OCTETS);
      peer.send(...fragments(BINARY, cut(deflated(zeros)), COMPRESSED));
      await expectEchoOrFailure(peer, true, zeros, 1009);
    },
  });
}

/** What came before the Close frame may be echoed or not: it is not said whether an answer must overtake the end. */
function endsWhileInflating(title: string, before: (peer: Peer) => readonly Frame[]): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint may or may not echo the message before, then answers the Close frame with 1000 and closes TCP.',
    rfc: '6455 5.5.1',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(...before(peer), close(1000));
      for (;;) {
        const incoming = await peer.next('a Close frame with 1000');
        if (!isEnd(incoming) && incoming.kind === 'message') continue;
        peer.checkClose(incoming, 1000);
        return peer.expectEnd();
      }
    },
  });
}

const LARGE: Buffer = Buffer.from('All work and no play makes Jack a dull boy. '.repeat(24_000));

export const deflateFlow: readonly Unnumbered[] = [
  inFragments('A compressed message in fragments of 1 octet', pieces(HELLO, 1), 'Hello'),
  inFragments('A compressed message after an empty first fragment', [EMPTY, HELLO], 'Hello'),
  inFragments('A compressed message before an empty last fragment', [HELLO, EMPTY], 'Hello'),
  inFragments(
    'A compressed message with empty fragments between its octets',
    [...HELLO].flatMap((octet) => [Buffer.from([octet]), EMPTY]),
    'Hello',
  ),
  inFragments(
    'The RFC’s example of a compressed message in two fragments',
    [HELLO.subarray(0, 3), HELLO.subarray(3)],
    'Hello',
  ),
  inFragments('A code point of 4 octets, compressed, in fragments of 1 octet', pieces(deflated('😀'), 1), '😀'),
  frames({
    title: 'An uncompressed message between two compressed ones',
    expectation: 'The endpoint takes each message as its RSV1 says, and echoes all three.',
    rfc: '7692 6',
    deflate: ANY_DEFLATE,
    async run(peer) {
      for (const [payload, compressed] of [
        ['first', true],
        ['second', false],
        ['first', true],
      ] as const) {
        peer.message(payload, { compressed });
        await peer.expectText(payload);
      }
      await peer.finish();
    },
  }),
  frames({
    title: '20 messages, every second one uncompressed, in one write',
    expectation: 'The endpoint echoes all messages, in order.',
    rfc: '7692 6',
    deflate: ANY_DEFLATE,
    async run(peer) {
      const messages = Array.from({ length: 20 }, (_, index) => `message ${index} and message ${index}`);
      peer.send(...messages.flatMap((payload, index) => peer.messageFrames(payload, { compressed: index % 2 === 0 })));
      for (const payload of messages) await peer.expectText(payload);
      await peer.finish();
    },
  }),
  frames({
    title: 'An uncompressed message without payload, and an uncompressed one that looks compressed',
    expectation: 'The endpoint inflates nothing that has no RSV1, and echoes both messages.',
    rfc: '7692 6',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.text('');
      await peer.expectText('');
      peer.binary(HELLO);
      await peer.expectBinary(HELLO);
      await peer.finish();
    },
  }),
  frames({
    title: 'A compressed message in 7 fragments with a Ping before each',
    expectation:
      'The endpoint never compresses control frames, answers each Ping or at least the last, and echoes the message.',
    rfc: '7692 6.1',
    deflate: ANY_DEFLATE,
    async run(peer) {
      const pings = Array.from({ length: 6 }, (_, index) => `ping ${index}`);
      const parts = fragments(TEXT, pieces(HELLO, 1), COMPRESSED);
      peer.send(...parts.flatMap((part, index) => (index === 0 ? [part] : [ping(pings[index - 1] ?? ''), part])));
      await expectMessageAmongPongs(peer, false, 'Hello', pings);
      await peer.finish();
    },
  }),
  frames({
    title: 'Compressed messages of 1 octet to 64 KiB in writes of 7 octets',
    expectation: 'The endpoint echoes every message.',
    rfc: '7692 6.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      for (const length of [1, 125, 126, 1000, 65_536]) {
        const payload = 'abcdefgh'.repeat(8192).slice(0, length);
        await peer.sendInChops(7, ...peer.messageFrames(payload));
        await peer.expectText(payload);
      }
      await peer.finish();
    },
  }),
  frames({
    title: 'A compressed binary message that is not valid UTF-8',
    expectation: 'The endpoint echoes it, because only text must be UTF-8.',
    rfc: '6455 5.6',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.message(hex('ff fe 80 c0 00'));
      await peer.expectBinary(hex('ff fe 80 c0 00'));
      await peer.finish();
    },
  }),
  frames({
    title: 'Messages that grow when they are compressed',
    expectation: 'The endpoint echoes every message.',
    rfc: '7692 6.1',
    deflate: ANY_DEFLATE,
    async run(peer) {
      for (const length of [1, 125, 126, 65_535, 65_536, 300_000]) {
        peer.message(noise(length, length));
        await peer.expectBinary(noise(length, length));
      }
      await peer.finish();
    },
  }),
  frames({
    title: 'A compressed text message of 1 MiB, compared by content',
    expectation: 'The endpoint echoes the message, equal in every octet.',
    rfc: '7692 6.2',
    deflate: ANY_DEFLATE,
    heavy: true,
    timeout: 30_000,
    async run(peer) {
      const payload = Array.from({ length: 90_000 }, (_, index) => `${index} Ä€😀`).join('');
      peer.message(payload, { fragmentSize: 1021 });
      await peer.expectText(payload);
      await peer.finish();
    },
  }),
  ...[8, 9, 11, 15].map(window),
  bomb('64 MiB of zeros in 64 KiB', (compressed) => [compressed]),
  bomb('64 MiB of zeros in 64 KiB, in fragments of 4096 octets', (compressed) => pieces(compressed, 4096)),
  endsWhileInflating('1 MiB compressed and a Close frame in one write', () => [
    frame(TEXT, deflated(LARGE), COMPRESSED),
  ]),
  endsWhileInflating('Ten compressed messages and a Close frame in one write', () =>
    Array.from({ length: 10 }, () => frame(TEXT, HELLO, COMPRESSED)),
  ),
  endsWhileInflating('The first half of 1 MiB compressed and a Close frame in one write', () => [
    frame(TEXT, deflated(LARGE).subarray(0, 1500), { ...COMPRESSED, fin: false }),
  ]),
  frames({
    title: 'A Close frame, then a broken compressed message',
    expectation: 'The endpoint answers the Close frame with 1000, closes TCP, and ignores what came after it.',
    rfc: '6455 5.5.1',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(close(1000), frame(TEXT, Buffer.alloc(9, 0xff), COMPRESSED));
      await peer.expectFailure(1000);
    },
  }),
  frames({
    title: 'TCP ends in the middle of a compressed message',
    expectation: 'The endpoint closes TCP too, with or without a Close frame before that.',
    rfc: '6455 7.1.7',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(frame(TEXT, deflated(LARGE).subarray(0, 1500), { ...COMPRESSED, fin: false }));
      peer.link.finish();
      const incoming = await peer.next('the end of the TCP connection');
      if (isEnd(incoming)) return;
      peer.checkClose(incoming);
      await peer.expectEnd();
    },
  }),
];
