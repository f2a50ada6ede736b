// Reserved bits and opcodes where the classic sections 3 and 4 do not look: with an extension agreed on, on continuations and
// control frames, and between the fragments of a message.

import { CONTINUATION, closePayload, type Frame, frame, TEXT } from '../../wire/frame.ts';
import { ANY_DEFLATE } from './deflate-needs.ts';
import { frames, type Unnumbered } from './family.ts';

type Wrong = readonly [title: string, send: readonly Frame[]];

const BEGUN: Frame = frame(TEXT, 'Hel', { fin: false });

/** Without any extension. */
const BARE: readonly Wrong[] = [
  ['RSV1 on a continuation frame, without an extension', [BEGUN, frame(CONTINUATION, 'lo', { rsv: 4 })]],
  ['RSV2 on a continuation frame, without an extension', [BEGUN, frame(CONTINUATION, 'lo', { rsv: 2 })]],
  ['RSV1 on a Ping, without an extension', [frame(9, 'Hello', { rsv: 4 })]],
  ['RSV3 on a Pong, without an extension', [frame(10, 'Hello', { rsv: 1 })]],
  ['RSV1 on a Close frame, without an extension', [frame(8, closePayload(1000), { rsv: 4 })]],
  ['The reserved opcode 3 between two fragments', [BEGUN, frame(3, 'Hello'), frame(CONTINUATION, 'lo')]],
  ['The reserved control opcode 11 between two fragments', [BEGUN, frame(11, 'Hello'), frame(CONTINUATION, 'lo')]],
  ['The reserved opcode 7 without FIN', [frame(7, 'Hello', { fin: false })]],
];

/** With permessage-deflate, which gives RSV1 of a message's first frame a meaning and nothing else. */
const DEFLATE: readonly Wrong[] = [
  ['RSV2 on a text frame, with permessage-deflate', [frame(TEXT, 'Hello', { rsv: 2 })]],
  ['RSV3 on a binary frame, with permessage-deflate', [frame(2, 'Hello', { rsv: 1 })]],
  ['RSV1 and RSV2 on a text frame, with permessage-deflate', [frame(TEXT, 'Hello', { rsv: 6 })]],
  ['All three reserved bits on a binary frame, with permessage-deflate', [frame(2, 'Hello', { rsv: 7 })]],
  [
    'RSV1 on a continuation frame of an uncompressed message, with permessage-deflate',
    [BEGUN, frame(CONTINUATION, 'lo', { rsv: 4 })],
  ],
  [
    'RSV1 on the continuation frame of a compressed message, with permessage-deflate',
    [
      frame(TEXT, Buffer.from('f248cd', 'hex'), { rsv: 4, fin: false }),
      frame(CONTINUATION, Buffer.from('c9c90700', 'hex'), { rsv: 4 }),
    ],
  ],
  [
    'RSV1 on an empty last continuation frame, with permessage-deflate',
    [frame(TEXT, Buffer.from('f248cdc9c90700', 'hex'), { rsv: 4, fin: false }), frame(CONTINUATION, '', { rsv: 4 })],
  ],
  ['RSV3 on a continuation frame, with permessage-deflate', [BEGUN, frame(CONTINUATION, 'lo', { rsv: 1 })]],
  ['RSV1 on a Ping, with permessage-deflate', [frame(9, 'Hello', { rsv: 4 })]],
  ['RSV1 on a Pong without payload, with permessage-deflate', [frame(10, '', { rsv: 4 })]],
  ['RSV1 on a Close frame, with permessage-deflate', [frame(8, closePayload(1000), { rsv: 4 })]],
  ['A reserved opcode with RSV1, with permessage-deflate', [frame(3, 'Hello', { rsv: 4 })]],
];

export const reserved: readonly Unnumbered[] = [
  ...BARE.map(([title, send]) =>
    frames({
      title,
      expectation: 'The endpoint fails the connection with 1002, because no extension gives it a meaning.',
      rfc: '6455 5.2',
      async run(peer) {
        peer.send(...send);
        await peer.expectFailure(1002);
      },
    }),
  ),
  ...DEFLATE.map(([title, send]) =>
    frames({
      title,
      expectation:
        'The endpoint fails the connection with 1002, because permessage-deflate gives a meaning only to RSV1 of the first frame of a message.',
      rfc: title.startsWith('RSV1') ? '7692 6.1' : '6455 5.2',
      deflate: ANY_DEFLATE,
      async run(peer) {
        peer.send(...send);
        await peer.expectFailure(1002);
      },
    }),
  ),
];
