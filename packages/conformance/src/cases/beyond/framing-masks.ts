// Masking: which side must and which must not, and keys of every kind.

import type { Judged } from '../../case.ts';
import { CONTINUATION, closePayload, type Frame, type FrameFields, fragments, frame, TEXT } from '../../wire/frame.ts';
import { frames, type Unnumbered } from './family.ts';
import { expectFailureOrEnd } from './verdicts.ts';

/** Frames whose last one has the wrong masking. */
const KINDS: readonly (readonly [name: string, make: (fields: FrameFields) => readonly Frame[]])[] = [
  ['text frame', (fields) => [frame(TEXT, 'Hello', fields)]],
  ['binary frame without payload', (fields) => [frame(2, '', fields)]],
  ['continuation frame', (fields) => [frame(TEXT, 'Hel', { fin: false }), frame(CONTINUATION, 'lo', fields)]],
  ['Ping', (fields) => [frame(9, 'Hello', fields)]],
  ['Pong without payload', (fields) => [frame(10, '', fields)]],
  ['Close frame', (fields) => [frame(8, closePayload(1000), fields)]],
];

function wrongMask(endpoint: Judged, mask: boolean): Unnumbered[] {
  const [word, reason] = mask
    ? ['masked', 'a client must not accept a masked frame']
    : ['unmasked', 'a server must not accept an unmasked frame'];
  return KINDS.map(([name, make]) =>
    frames({
      title: `${mask ? 'A' : 'An'} ${word} ${name}`,
      expectation: `The endpoint closes the connection, with 1002 or, as the RFC only allows a Close frame here, without one, because ${reason}.`,
      rfc: '6455 5.1',
      endpoint,
      async run(peer) {
        peer.send(...make({ mask }));
        await expectFailureOrEnd(peer, 1002);
      },
    }),
  );
}

const KEYS: readonly (readonly [name: string, key: readonly number[]])[] = [
  ['of four zeros', [0, 0, 0, 0]],
  ['of four times 0xff', [255, 255, 255, 255]],
  ['that only masks the first of four octets', [0x5a, 0, 0, 0]],
  ['that only masks the last of four octets', [0, 0, 0, 0x5a]],
  ['that equals the payload, which is all zeros on the wire', [0x61, 0x62, 0x63, 0x64]],
];

const MESSAGE = 'abcdabcdabcda';

function key([name, octets]: (typeof KEYS)[number]): Unnumbered {
  return frames({
    title: `A masking key ${name}`,
    expectation: 'The server unmasks with the key it got, whatever it is, and echoes the message.',
    rfc: '6455 5.3',
    endpoint: 'server',
    async run(peer) {
      peer.text(MESSAGE, { mask: Buffer.from(octets) });
      await peer.expectText(MESSAGE);
      await peer.finish();
    },
  });
}

export const masks: readonly Unnumbered[] = [
  ...wrongMask('server', false),
  ...wrongMask('client', true),
  ...KEYS.map(key),
  frames({
    title: 'Three fragments of lengths that are no multiple of four, each with a key of its own',
    expectation: 'The server begins each frame with the first octet of its own key, and echoes the joined message.',
    rfc: '6455 5.3',
    endpoint: 'server',
    async run(peer) {
      const parts = fragments(TEXT, ['abcda', 'bc', 'dabcda']);
      peer.send(...parts.map((part, index) => ({ ...part, mask: Buffer.from([index, 7 * index, 200, 33 + index]) })));
      await peer.expectText(MESSAGE);
      await peer.finish();
    },
  }),
  frames({
    title: 'A masked message whose payload comes in writes of 3 octets',
    expectation: 'The server goes on in the key where the last segment ended, and echoes the message.',
    rfc: '6455 5.3',
    endpoint: 'server',
    async run(peer) {
      await peer.sendInChops(3, frame(TEXT, MESSAGE.repeat(9), { mask: Buffer.from([1, 20, 30, 90]) }));
      await peer.expectText(MESSAGE.repeat(9));
      await peer.finish();
    },
  }),
];
