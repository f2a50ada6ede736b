// Section 6: text is UTF-8 (RFC 3629) over a whole message, however it is cut, and what is not fails the connection at once.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { continuation, type Frame, fragments, type Payload, pieces, TEXT, text, toBytes } from '../wire/frame.ts';
import { KOSME, SEQUENCES } from './utf8-sequences.ts';

const ACCENTS: readonly string[] = ['Hello-µ@ßöä', 'üàá-UTF-8!!'];
/** A surrogate between valid text. */
const SURROGATE: Buffer = Buffer.concat([KOSME, Buffer.from('eda080', 'hex'), Buffer.from('edited')]);
/** Beyond U+10FFFF between valid text: the octet at 12 makes it invalid. */
const BEYOND: Buffer = Buffer.concat([KOSME, Buffer.from('f4908080', 'hex'), Buffer.from('edited')]);
const INVALID_AT = 12;

/** How long nothing may come of an octet that is still valid. */
const SILENCE = 100;

function echoed(id: string, title: string, frames: readonly Frame[]): FramesCase {
  return framesCase({
    id,
    title,
    expectation: 'The endpoint echoes the message.',
    rfc: '6455 5.6',
    async run(peer) {
      peer.send(...frames);
      await peer.expectText(Buffer.concat(frames.map(({ payload }) => toBytes(payload))));
      await peer.finish();
    },
  });
}

function refused(id: string, title: string, frames: readonly Frame[]): FramesCase {
  return framesCase({
    id,
    title,
    expectation: 'The endpoint fails the connection with 1007, because the message is not valid UTF-8.',
    rfc: '6455 8.1',
    async run(peer) {
      peer.send(...frames);
      await peer.expectFailure(1007);
    },
  });
}

/** `send` sends the valid beginning and then what spoils it: the rest of the message is never sent. */
function refusedAtOnce(id: string, title: string, send: FramesCase['run']): FramesCase {
  return framesCase({
    id,
    title,
    expectation:
      'The endpoint takes the valid beginning, and fails the connection with 1007 as soon as the text has become invalid, before its end.',
    rfc: '6455 8.1',
    async run(peer) {
      await send(peer);
      await peer.expectFailure(1007);
    },
  });
}

function inFrames(id: string, title: string, valid: Buffer, spoiling: Buffer): FramesCase {
  return refusedAtOnce(id, title, async (peer) => {
    peer.text(valid, { fin: false });
    // The Pong says that the first frame was read and found to be good.
    await peer.expectAlive();
    peer.send(continuation(spoiling, { fin: false }));
  });
}

function inOneFrame(id: string, title: string, from: number, to: number): FramesCase {
  return refusedAtOnce(id, title, async (peer) => {
    const frame = peer.encode(text(BEYOND));
    const head = frame.length - BEYOND.length;
    peer.sendBytes(frame.subarray(0, head + from));
    await peer.expectSilence(SILENCE);
    peer.sendBytes(frame.subarray(head + from, head + to));
  });
}

/** A frame for each octet. */
function byOctet(payload: Payload): Frame[] {
  return fragments(TEXT, pieces(payload, 1));
}

export const section6: Section = {
  id: '6',
  title: 'UTF-8',
  cases: [
    echoed('6.1.1', 'An empty text message', [text()]),
    echoed('6.1.2', 'A text message in three empty fragments', fragments(TEXT, ['', '', ''])),
    echoed(
      '6.1.3',
      'A text message in three fragments of which only the middle one is not empty',
      fragments(TEXT, ['', 'middle', '']),
    ),
    echoed('6.2.1', 'A valid text message in one frame', [text(ACCENTS.join(''))]),
    echoed('6.2.2', 'A valid text message in two fragments cut between code points', fragments(TEXT, ACCENTS)),
    echoed('6.2.3', 'A valid text message in fragments of 1 octet', byOctet(ACCENTS.join(''))),
    echoed('6.2.4', 'A Greek text message in fragments of 1 octet', byOctet(KOSME)),
    refused('6.3.1', 'A text message with a surrogate in one frame', [text(SURROGATE)]),
    refused('6.3.2', 'A text message with a surrogate in fragments of 1 octet', byOctet(SURROGATE)),
    inFrames('6.4.1', 'Three fragments, the second invalid', KOSME, BEYOND.subarray(KOSME.length, KOSME.length + 4)),
    inFrames(
      '6.4.2',
      'Three fragments, the second the single octet that makes the text invalid',
      BEYOND.subarray(0, INVALID_AT),
      BEYOND.subarray(INVALID_AT, INVALID_AT + 1),
    ),
    inOneFrame('6.4.3', 'One frame in three writes, the second invalid', KOSME.length, KOSME.length + 4),
    inOneFrame(
      '6.4.4',
      'One frame in three writes, the second the single octet that makes the text invalid',
      INVALID_AT,
      INVALID_AT + 1,
    ),
    ...SEQUENCES.flatMap(({ title, sequences }, group) =>
      sequences.map(({ valid, bytes }, index) => {
        const make = valid ? echoed : refused;
        return make(`6.${group + 5}.${index + 1}`, `${title}: ${bytes.toString('hex')}`, [text(bytes)]);
      }),
    ),
  ],
};
