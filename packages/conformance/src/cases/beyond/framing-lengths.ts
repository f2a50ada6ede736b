// Lengths: written longer than needed, beyond what any endpoint can take, and larger than 32 bits.

import { CONTINUATION, closePayload, type Frame, frame, TEXT } from '../../wire/frame.ts';
import { frames, type Unnumbered } from './family.ts';

const NOT_MINIMAL: readonly (readonly [title: string, send: readonly Frame[]])[] = [
  ['A text frame without payload and a length of 16 bits', [frame(TEXT, '', { lengthBits: 16 })]],
  ['A text frame of 5 octets and a length of 16 bits', [frame(TEXT, 'Hello', { lengthBits: 16 })]],
  ['A binary frame of 125 octets and a length of 16 bits', [frame(2, Buffer.alloc(125), { lengthBits: 16 })]],
  ['A text frame of 5 octets and a length of 64 bits', [frame(TEXT, 'Hello', { lengthBits: 64 })]],
  ['A binary frame of 126 octets and a length of 64 bits', [frame(2, Buffer.alloc(126), { lengthBits: 64 })]],
  ['A binary frame of 65535 octets and a length of 64 bits', [frame(2, Buffer.alloc(65_535), { lengthBits: 64 })]],
  [
    'A continuation frame of 5 octets and a length of 16 bits',
    [frame(TEXT, 'Hello', { fin: false }), frame(CONTINUATION, 'Hello', { lengthBits: 16 })],
  ],
  [
    'A continuation frame of 300 octets and a length of 64 bits',
    [frame(TEXT, 'Hello', { fin: false }), frame(CONTINUATION, 'x'.repeat(300), { lengthBits: 64 })],
  ],
  ['A Ping of 5 octets and a length of 16 bits', [frame(9, 'Hello', { lengthBits: 16 })]],
  ['A Close frame and a length of 64 bits', [frame(8, closePayload(1000), { lengthBits: 64 })]],
];

function notMinimal([title, send]: (typeof NOT_MINIMAL)[number]): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint fails the connection with 1002, because a length must be written in the fewest octets that hold it.',
    rfc: '6455 5.2',
    async run(peer) {
      peer.send(...send);
      await peer.expectFailure(1002);
    },
  });
}

/** Nothing follows the header: an endpoint that waits for so much payload waits for ever. */
const IMPOSSIBLE: readonly (readonly [title: string, opcode: number, length: bigint])[] = [
  ['A text frame that claims 2^63 octets, the lowest length with the most significant bit', TEXT, 1n << 63n],
  ['A binary frame that claims 2^64 - 1 octets', 2, (1n << 64n) - 1n],
  ['A text frame whose length has the most significant bit and is 5 without it', TEXT, (1n << 63n) + 5n],
  ['A text frame that claims 2^63 - 1 octets', TEXT, (1n << 63n) - 1n],
  ['A binary frame that claims 2^62 octets', 2, 1n << 62n],
  ['A binary frame that claims 2^53 + 1 octets, which a double cannot hold', 2, (1n << 53n) + 1n],
  ['A binary frame that claims 2^53 octets', 2, 1n << 53n],
  ['A text frame that claims 2^53 - 1 octets', TEXT, (1n << 53n) - 1n],
];

const REFUSALS: readonly number[] = [1002, 1009];

function impossible([title, opcode, length]: (typeof IMPOSSIBLE)[number]): Unnumbered {
  const reason = length >> 63n ? 'the most significant bit must be 0' : 'no endpoint can hold it';
  return frames({
    title,
    expectation: `The endpoint fails the connection with 1002 or 1009 at the header, without waiting for payload, because ${reason}.`,
    rfc: length >> 63n ? '6455 5.2' : '6455 10.4',
    async run(peer) {
      peer.send(frame(opcode, '', { claimedLength: length, lengthBits: 64 }));
      await peer.expectFailure(...REFUSALS);
    },
  });
}

/** Lengths an endpoint might take, which 32 bits do not hold. */
const LARGE: readonly (readonly [title: string, length: bigint])[] = [
  ['A text frame that claims 2^31 octets, of which 5 come', 1n << 31n],
  ['A text frame that claims 2^32 + 5 octets, of which 5 come', (1n << 32n) + 5n],
  ['A text frame that claims 2^40 + 5 octets, of which 5 come', (1n << 40n) + 5n],
];

const PATIENCE = 250;

function large([title, length]: (typeof LARGE)[number]): Unnumbered {
  return frames({
    title,
    expectation:
      'The endpoint refuses with 1002 or 1009, or waits for the rest: it never takes the length modulo 2^32 and echoes 5 octets.',
    rfc: '6455 5.2',
    async run(peer) {
      peer.send(frame(TEXT, 'Hello', { claimedLength: length }));
      const refused = await peer.nextOrNothing(PATIENCE);
      if (refused === undefined) return;
      peer.checkClose(refused, ...REFUSALS);
      await peer.expectEnd();
    },
  });
}

export const lengths: readonly Unnumbered[] = [
  ...NOT_MINIMAL.map(notMinimal),
  ...IMPOSSIBLE.map(impossible),
  ...LARGE.map(large),
  frames({
    title: 'A continuation frame that claims 2^63 - 1 octets',
    expectation: 'The endpoint fails the connection with 1002 or 1009 at the header, without waiting for payload.',
    rfc: '6455 10.4',
    async run(peer) {
      peer.send(
        frame(TEXT, 'Hello', { fin: false }),
        frame(CONTINUATION, '', { claimedLength: (1n << 63n) - 1n, lengthBits: 64 }),
      );
      await peer.expectFailure(...REFUSALS);
    },
  }),
  frames({
    title: 'A Ping that claims 2^63 - 1 octets',
    expectation:
      'The endpoint fails the connection with 1002 or 1009 at the header, because a Ping has at most 125 octets.',
    rfc: '6455 5.5',
    async run(peer) {
      peer.send(frame(9, '', { claimedLength: (1n << 63n) - 1n, lengthBits: 64 }));
      await peer.expectFailure(...REFUSALS);
    },
  }),
  frames({
    title: 'A Close frame that claims 126 octets, of which none come',
    expectation:
      'The endpoint fails the connection, with 1002 when it does so at the header, or waits for the payload.',
    rfc: '6455 5.5',
    async run(peer) {
      peer.send(frame(8, '', { claimedLength: 126 }));
      const refused = await peer.nextOrNothing(PATIENCE);
      if (refused === undefined) return;
      peer.checkClose(refused, 1002);
      await peer.expectEnd();
    },
  }),
];
