// Compressed messages: every legal kind of DEFLATE stream, and the ones that are broken.

import { constants, deflateRawSync } from 'node:zlib';
import { fragments, frame, TEXT } from '../../wire/frame.ts';
import { DeflateBits, END_OF_BLOCK, literals } from './deflate-bits.ts';
import { ANY_DEFLATE, takesOver, testersWindowBits } from './deflate-needs.ts';
import { frames, type Unnumbered } from './family.ts';
import { expectEchoOrFailure, hex, noise } from './verdicts.ts';

const HELLO: Buffer = hex('f2 48 cd c9 c9 07 00');
const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(40);

/** Eight letters, two of them rare: zlib gives it codes of its own. */
const SKEWED: string = Buffer.from(noise(3000).map((octet) => 97 + Math.min(7, octet & 0x1f))).toString('latin1');

function bits(): DeflateBits {
  return new DeflateBits();
}

/** As zlib makes it, without the four octets that end it. */
function zlib(payload: string | Uint8Array, options: object): Buffer {
  return deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH, ...options }).subarray(0, -4);
}

/** What one stream makes of two halves with a flush between them. */
function flushed(flush: number): Buffer {
  return Buffer.concat([deflateRawSync(LONG.slice(0, 900), { finishFlush: flush }), zlib(LONG.slice(900), {})]);
}

function stored(payload: Buffer, size: number, empty = 0): Buffer {
  const stream = bits();
  for (let at = 0; at < payload.length; at += size) {
    for (let count = 0; count < empty; count++) stream.stored(Buffer.alloc(0));
    stream.stored(payload.subarray(at, at + size));
  }
  return stream.end();
}

const LEGAL: readonly (readonly [title: string, compressed: Buffer, text: string, rfc: string])[] = [
  ['The RFC’s example of a compressed message', HELLO, 'Hello', '7692 7.2.3.1'],
  ['The RFC’s example of a stored block', hex('00 05 00 fa ff 48 65 6c 6c 6f 00'), 'Hello', '7692 7.2.3.3'],
  ['The RFC’s example of a block with BFINAL', hex('f3 48 cd c9 c9 07 00 00'), 'Hello', '7692 7.2.3.4'],
  ['The RFC’s example of two blocks', hex('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'), 'Hello', '7692 7.2.3.5'],
  ['An empty message as the RFC’s one octet', hex('00'), '', '7692 7.2.3.6'],
  ['An empty message as an empty block with the fixed codes', hex('02 00'), '', '7692 7.2.3.6'],
  ['An empty message as an empty block with BFINAL', hex('03 00 00'), '', '7692 7.2.3.4'],
  ['A stored block with BFINAL', bits().stored(Buffer.from('Hello'), { final: true }).end(), 'Hello', '7692 7.2.3.4'],
  ['Stored blocks of 100 octets', stored(Buffer.from(LONG), 100), LONG, '7692 7.2.1'],
  ['Stored blocks of 1 octet', stored(Buffer.from('Hello, world!'), 1), 'Hello, world!', '7692 7.2.1'],
  ['100 empty stored blocks before each octet', stored(Buffer.from('Hello'), 1, 100), 'Hello', '7692 7.2.1'],
  ['A block with codes of its own', zlib(SKEWED, { level: 9 }), SKEWED, '7692 7.2.1'],
  ['Blocks without any match', zlib(LONG, { strategy: constants.Z_HUFFMAN_ONLY }), LONG, '7692 7.2.1'],
  ['Blocks with the fixed codes only', zlib(LONG, { strategy: constants.Z_FIXED }), LONG, '7692 7.2.1'],
  ['Blocks that zlib stores', zlib(LONG, { level: 0 }), LONG, '7692 7.2.1'],
  ['A sync flush in the middle of a message', flushed(constants.Z_SYNC_FLUSH), LONG, '7692 7.2.3.5'],
  ['A full flush in the middle of a message', flushed(constants.Z_FULL_FLUSH), LONG, '7692 7.2.3.5'],
  [
    'Empty blocks of the fixed codes around a message',
    bits()
      .block(1)
      .fixed(END_OF_BLOCK)
      .block(1)
      .fixed(...literals('Hello'), END_OF_BLOCK)
      .block(1)
      .fixed(END_OF_BLOCK)
      .end(),
    'Hello',
    '7692 7.2.1',
  ],
  [
    'A match that overlaps what it makes',
    // Length 258 (symbol 285, no extra bits) from distance 1.
    bits().block(1).fixed(97, 285).code(0, 5).fixed(END_OF_BLOCK).end(),
    'a'.repeat(259),
    '7692 7.2.1',
  ],
];

function legal([title, compressed, text, rfc]: (typeof LEGAL)[number]): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint inflates and echoes the message, and a plain compressed message after it.',
    rfc,
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(frame(TEXT, compressed, { rsv: 4 }));
      await peer.expectText(text);
      peer.send(frame(TEXT, HELLO, { rsv: 4 }));
      await peer.expectText('Hello');
      await peer.finish();
    },
  });
}

const BROKEN: readonly (readonly [title: string, compressed: Buffer])[] = [
  ['A block of the reserved type', bits().block(3).number(0, 13).bytes()],
  ['A stored block whose length and check differ', bits().stored(Buffer.from('Hello'), { check: 0x1234 }).end()],
  [
    'A match that reaches back before the first octet',
    bits().block(1).fixed(97, 257).code(4, 5).number(0, 1).fixed(END_OF_BLOCK).end(),
  ],
  ['The length symbol 286, which no code means', bits().block(1).fixed(97, 286).code(0, 5).fixed(END_OF_BLOCK).end()],
  ['The distance symbol 30, which no code means', bits().block(1).fixed(97, 257).code(30, 5).fixed(END_OF_BLOCK).end()],
  [
    'A block with codes of its own that are too many',
    bits().block(2).number(31, 5).number(31, 5).number(15, 4).number(0, 18).bytes(),
  ],
  [
    'A block whose code lengths make no code',
    bits().block(2).number(0, 5).number(0, 5).number(0, 4).number(0xfff, 12).number(0, 16).bytes(),
  ],
  ['Octets that are all 0xff', Buffer.alloc(50, 0xff)],
  [
    'A good block, then one of the reserved type',
    Buffer.concat([hex('f2 48 cd c9 c9 07 00 00 00 ff ff'), hex('06 00')]),
  ],
];

/** The RFC names no code. */
const INVALID_DATA: readonly number[] = [1007, 1002];
const NO_CODE =
  'The endpoint fails the connection, with 1007 or 1002, as the RFC names no code, because the data cannot be inflated.';

function broken([title, compressed]: (typeof BROKEN)[number]): Unnumbered {
  return frames({
    title,
    expectation: NO_CODE,
    rfc: '7692 7.2.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(frame(2, compressed, { rsv: 4 }));
      await peer.expectFailure(...INVALID_DATA);
    },
  });
}

/** Cut in the middle of a block, so that what is missing is read from the four octets the receiver appends. */
const TRUNCATED: readonly (readonly [title: string, compressed: Buffer])[] = [
  ['A stored block of 5 octets of which 2 came', hex('00 05 00 fa ff 48 65')],
  ['A stored block of 1,000 octets of which 2 came', hex('00 e8 03 17 fc 48 65')],
  ['A block with codes of its own, cut in half', zlib(SKEWED, { level: 9 }).subarray(0, 400)],
  ['A block with codes of its own, cut in its codes', zlib(SKEWED, { level: 9 }).subarray(0, 8)],
];

const NOT_TEXT: readonly (readonly [title: string, octets: string])[] = [
  ['a lone continuation octet', '48 80'],
  ['an overlong sequence', 'c0 af'],
  ['a surrogate', 'ed a0 80'],
  ['a code point cut off at the end', '48 e2 82'],
  ['the octet 0xff after 2,000 good ones', `${'61'.repeat(2000)}ff`],
];

export const deflateData: readonly Unnumbered[] = [
  ...LEGAL.map(legal),
  frames({
    title: 'The RFC’s example of a message that refers to the one before',
    expectation:
      'The endpoint keeps the context that was agreed on, and echoes both messages; where it demanded none, the second message refers to nothing.',
    rfc: '7692 7.2.3.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      const second = takesOver(peer) ? hex('f2 00 11 00 00') : HELLO;
      peer.send(frame(TEXT, HELLO, { rsv: 4 }), frame(TEXT, second, { rsv: 4 }));
      await peer.expectText('Hello');
      await peer.expectText('Hello');
      await peer.finish();
    },
  }),
  frames({
    title: 'A match from the far end of the window, 32,768 octets back or what was agreed on',
    expectation: 'The endpoint inflates with the whole window, and echoes the message.',
    rfc: '7692 7.1.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      const window = testersWindowBits(peer);
      const octets = noise(2 ** window);
      // Length 258. The odd distance symbol 2n - 1 has n - 2 extra bits, and with all of them set reaches 2^n.
      const match = bits()
        .stored(octets)
        .block(1)
        .fixed(285)
        .code(2 * window - 1, 5)
        .number(2 ** (window - 2) - 1, window - 2)
        .fixed(END_OF_BLOCK)
        .end();
      peer.send(frame(2, match, { rsv: 4 }));
      await peer.expectBinary(Buffer.concat([octets, octets, octets]).subarray(0, octets.length + 258));
      await peer.finish();
    },
  }),
  ...BROKEN.map(broken),
  ...TRUNCATED.map(broken),
  frames({
    title: 'A good compressed message, then a broken one',
    expectation:
      'The endpoint echoes the first, then fails the connection with 1007 or 1002, as the RFC names no code.',
    rfc: '7692 7.2.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(frame(TEXT, HELLO, { rsv: 4 }));
      await peer.expectText('Hello');
      peer.send(frame(TEXT, Buffer.alloc(9, 0xff), { rsv: 4 }));
      await peer.expectFailure(...INVALID_DATA);
    },
  }),
  frames({
    title: 'A broken block in the second fragment of a compressed message',
    expectation: NO_CODE,
    rfc: '7692 7.2.2',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(...fragments(TEXT, [hex('f2 48 cd c9 c9 07 00 00 00 ff ff'), hex('06 00 00')], { rsv: 4 }));
      await peer.expectFailure(...INVALID_DATA);
    },
  }),
  frames({
    title: 'RSV1 on a message without any octet',
    expectation:
      'The endpoint echoes an empty message or fails the connection with 1007 or 1002: an empty message is one octet, and the RFC does not say what none is.',
    rfc: '7692 7.2.3.6',
    deflate: ANY_DEFLATE,
    async run(peer) {
      peer.send(frame(TEXT, '', { rsv: 4 }));
      await expectEchoOrFailure(peer, false, '', ...INVALID_DATA);
    },
  }),
  ...NOT_TEXT.map(([what, octets]) =>
    frames({
      title: `A compressed text message that has ${what}`,
      expectation: 'The endpoint fails the connection with 1007, because text is checked after inflating.',
      rfc: '6455 8.1',
      deflate: ANY_DEFLATE,
      async run(peer) {
        peer.send(frame(TEXT, zlib(hex(octets), {}), { rsv: 4 }));
        await peer.expectFailure(1007);
      },
    }),
  ),
];
