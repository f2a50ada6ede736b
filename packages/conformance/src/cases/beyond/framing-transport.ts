// TCP is a stream: frames cut at every octet, several in one segment, and content that shows when octets are lost or swapped.

import type { Peer } from '../../peer.ts';
import { BINARY, CONTINUATION, close, type Frame, fragments, frame, ping, TEXT, text } from '../../wire/frame.ts';
import { frames, type Unnumbered } from './family.ts';
import { noise } from './verdicts.ts';

/** Long enough for the endpoint to read the first part before the second comes, on the same machine. */
const PAUSE = 3;

function pause(milliseconds = PAUSE): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The same message again and again, each time cut in two at the next octet of its header and a little beyond. */
function everyCut(title: string, payload: string | Buffer, opcode: number): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint waits for the rest of the header and echoes the message each time.',
    rfc: '6455 5.2',
    async run(peer) {
      const length = Buffer.byteLength(payload);
      const head = (length < 126 ? 2 : length < 65_536 ? 4 : 10) + (peer.endpoint === 'server' ? 4 : 0);
      for (let cut = 1; cut <= head + 1; cut++) {
        const bytes = peer.encode(frame(opcode, payload));
        peer.sendBytes(bytes.subarray(0, cut));
        await pause();
        peer.sendBytes(bytes.subarray(cut));
        await expectAnswer(peer, opcode, payload);
      }
      await peer.finish();
    },
  });
}

async function expectAnswer(peer: Peer, opcode: number, payload: string | Buffer): Promise<void> {
  if (opcode === 9) await peer.expectPong(payload);
  else if (opcode === TEXT) await peer.expectText(payload);
  else await peer.expectBinary(payload);
}

/** A mixed conversation in writes of `size` octets. */
function chopped(size: number): Unnumbered {
  return frames({
    title: `Text, a Ping, a fragmented message and binary in writes of ${size} octet${size === 1 ? '' : 's'}`,
    expectation: 'The endpoint answers as if it had come in one write.',
    rfc: '6455 5.2',
    async run(peer) {
      await peer.sendInChops(size, text('Grüße'), ...fragments(TEXT, ['fra', '', 'gments']), frame(BINARY, noise(300)));
      await peer.expectText('Grüße');
      await peer.expectText('fragments');
      await peer.expectBinary(noise(300));
      await peer.sendInChops(size, ping('p'.repeat(125)));
      await peer.expectPong('p'.repeat(125));
      await peer.sendInChops(size, close(1000, 'Grüße'));
      await peer.expectClose(1000, undefined);
      await peer.expectEnd();
    },
  });
}

/** By content: a counter in every four octets shows what was lost, doubled or swapped. */
function counted(octets: number): Buffer {
  const bytes = Buffer.alloc(octets);
  for (let at = 0; at < octets; at += 4) bytes.writeUInt32BE(at ^ 0x5bd1_e995, at);
  return bytes;
}

const MEBIBYTE = 1_048_576;

function large(title: string, opcode: number, payload: () => Buffer, fragmentSize?: number): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint echoes the message, equal in every octet.',
    rfc: '6455 5.2',
    heavy: true,
    timeout: 30_000,
    async run(peer) {
      const bytes = payload();
      const parts: Frame[] = [];
      const size = fragmentSize ?? bytes.length;
      for (let at = 0; at < bytes.length; at += size) {
        const fin = at + size >= bytes.length;
        parts.push(frame(at === 0 ? opcode : CONTINUATION, bytes.subarray(at, at + size), { fin }));
      }
      peer.send(...parts);
      await (opcode === TEXT ? peer.expectText(bytes) : peer.expectBinary(bytes));
      await peer.finish();
    },
  });
}

export const transport: readonly Unnumbered[] = [
  everyCut('A text message of 5 octets, cut at every octet of its header', 'Hello', TEXT),
  everyCut('A binary message of 300 octets, cut at every octet of its header', noise(300), BINARY),
  everyCut('A binary message of 65536 octets, cut at every octet of its header', noise(65_536), BINARY),
  everyCut('A Ping, cut at every octet of its header', 'Hello', 9),
  everyCut('An empty text message, cut at every octet of its header', '', TEXT),
  ...[1, 2, 3, 5, 7, 13, 64].map(chopped),
  frames({
    title: 'A message and the beginning of the next in one write, cut at every octet',
    expectation: 'The endpoint echoes the first message at once and the second when its rest has come.',
    rfc: '6455 5.2',
    async run(peer) {
      for (let cut = 1; cut < 8; cut++) {
        const second = peer.encode(text('second'));
        peer.sendBytes(Buffer.concat([peer.encode(text('first')), second.subarray(0, cut)]));
        await peer.expectText('first');
        peer.sendBytes(second.subarray(cut));
        await peer.expectText('second');
      }
      await peer.finish();
    },
  }),
  frames({
    title: 'The end of a message and the whole of two others in one write',
    expectation: 'The endpoint echoes all three, in order.',
    rfc: '6455 5.2',
    async run(peer) {
      const first = peer.encode(text('first'));
      peer.sendBytes(first.subarray(0, 7));
      await pause();
      peer.sendBytes(Buffer.concat([first.subarray(7), peer.encode(text('second')), peer.encode(text('third'))]));
      for (const message of ['first', 'second', 'third']) await peer.expectText(message);
      await peer.finish();
    },
  }),
  frames({
    title: 'An HTTP response where a frame should be',
    expectation: 'The endpoint fails the connection with 1002, because the first octet has a reserved bit.',
    rfc: '6455 5.2',
    async run(peer) {
      peer.sendBytes(Buffer.from('HTTP/1.1 200 OK\r\n\r\n', 'latin1'));
      await peer.expectFailure(1002);
    },
  }),
  frames({
    title: 'A gap of 200 milliseconds in the middle of a frame',
    expectation: 'The endpoint waits for the rest of the frame, and echoes the message.',
    rfc: '6455 5.2',
    async run(peer) {
      const bytes = peer.encode(text('Hello'));
      peer.sendBytes(bytes.subarray(0, bytes.length - 2));
      await peer.expectSilence(200);
      peer.sendBytes(bytes.subarray(bytes.length - 2));
      await peer.expectText('Hello');
      await peer.finish();
    },
  }),
  large('A binary message of 1 MiB with a counter in it', BINARY, () => counted(MEBIBYTE)),
  large(
    'A binary message of 4 MiB with a counter in it, in fragments of 4093 octets',
    BINARY,
    () => counted(4 * MEBIBYTE),
    4093,
  ),
  large('A text message of 3 MiB of code points of 3 octets', TEXT, () => Buffer.from('水火土'.repeat(349_525))),
  large(
    'A text message of 1 MiB of code points of 4 octets, in fragments of 1021 octets',
    TEXT,
    () => Buffer.from('😀🚀'.repeat(131_072)),
    1021,
  ),
];
