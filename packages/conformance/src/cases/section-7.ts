// Section 7: the closing handshake, what a Close frame may hold, and what comes after it.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { close, closePayload, continuation, type Frame, frame, type Payload, ping, text } from '../wire/frame.ts';
import { GREETING, greet } from './greeting.ts';

const CLOSE_OPCODE = 8;
const VALID: readonly number[] = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const INVALID: readonly number[] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const BEYOND: readonly number[] = [5000, 65_535];

/** Everything is sent in one write; the answer is a Close frame and the end of TCP, and nothing else. */
function closed(
  id: string,
  title: string,
  expectation: string,
  rfc: string,
  frames: readonly Frame[],
  codes: readonly (number | undefined)[],
): FramesCase {
  return framesCase({
    id,
    title,
    expectation,
    rfc,
    async run(peer) {
      peer.send(...frames);
      await peer.expectClose(...codes);
      await peer.expectEnd();
    },
  });
}

function ignored(id: string, title: string, frames: readonly Frame[]): FramesCase {
  const expectation = 'The endpoint answers the Close frame with 1000 and closes TCP, and ignores what came after it.';
  return closed(id, title, expectation, '6455 5.5.1', frames, [1000]);
}

function answered(
  id: string,
  title: string,
  frames: readonly Frame[],
  codes: readonly (number | undefined)[],
): FramesCase {
  return closed(
    id,
    title,
    'The endpoint answers with a Close frame of the same code and closes TCP.',
    '6455 5.5.1',
    frames,
    codes,
  );
}

function refused(
  id: string,
  title: string,
  rfc: string,
  payload: Payload,
  codes: readonly number[] = [1002],
): FramesCase {
  const expectation = `The endpoint fails the connection with ${codes.join(' or ')}, because the Close frame is wrong.`;
  return closed(id, title, expectation, rfc, [frame(CLOSE_OPCODE, payload)], codes);
}

export const section7: Section = {
  id: '7',
  title: 'Closing',
  cases: [
    framesCase({
      id: '7.1.1',
      title: 'A text message, then a Close frame',
      expectation: 'The endpoint echoes the message, answers the Close frame with 1000, and closes TCP.',
      rfc: '6455 7.1.2',
      async run(peer) {
        await greet(peer);
        peer.close(1000);
        await peer.expectFailure(1000);
      },
    }),
    ignored('7.1.2', 'Two Close frames in one write', [close(1000), close()]),
    ignored('7.1.3', 'A Close frame and a Ping in one write', [close(1000), ping()]),
    ignored('7.1.4', 'A Close frame and a text message in one write', [close(1000), text(GREETING)]),
    ignored('7.1.5', 'A fragment, a Close frame and the last fragment in one write', [
      text('fragment1', { fin: false }),
      close(1000),
      continuation('fragment2'),
    ]),
    framesCase({
      id: '7.1.6',
      title: 'A text message of 256 KiB, a short one, a Close frame and a Ping in one write',
      expectation:
        'The endpoint echoes the messages, or the first of them, or none, but only before it answers the Close frame with 1000; it then closes TCP.',
      rfc: '6455 5.5.1',
      async run(peer) {
        const long = 'BAsd7&jh23'.repeat(26_215).slice(0, 262_144);
        peer.send(text(long), text(GREETING), close(1000), ping());
        let incoming = await peer.next('an echo or a Close frame');
        for (const payload of [long, GREETING]) {
          if (typeof incoming === 'string' || incoming.kind !== 'message') break;
          peer.check(incoming, false, payload);
          incoming = await peer.next('an echo or a Close frame');
        }
        peer.checkClose(incoming, 1000);
        await peer.expectEnd();
      },
    }),
    answered('7.3.1', 'A Close frame without payload', [close()], [undefined, 1000]),
    refused('7.3.2', 'A Close frame of 1 octet', '6455 5.5.1', 'a'),
    answered('7.3.3', 'A Close frame with a code', [close(1000)], [1000]),
    answered('7.3.4', 'A Close frame with a code and a reason', [close(1000, GREETING)], [1000]),
    answered('7.3.5', 'A Close frame with the longest reason, 123 octets', [close(1000, '*'.repeat(123))], [1000]),
    refused('7.3.6', 'A Close frame with a reason of 124 octets', '6455 5.5', closePayload(1000, '*'.repeat(124))),
    refused(
      '7.5.1',
      'A Close frame whose reason is not valid UTF-8',
      '6455 5.5.1',
      closePayload(1000, Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex')),
      [1002, 1007],
    ),
    ...VALID.map((code, index) =>
      answered(`7.7.${index + 1}`, `A Close frame with the valid code ${code}`, [close(code)], [code, 1000]),
    ),
    ...INVALID.map((code, index) =>
      refused(`7.9.${index + 1}`, `A Close frame with the invalid code ${code}`, '6455 7.4', closePayload(code)),
    ),
    ...BEYOND.map((code, index) =>
      closed(
        `7.13.${index + 1}`,
        `A Close frame with the code ${code}`,
        'The endpoint fails the connection with 1002 or closes it as with a code it knows: the RFC does not say which, but TCP is closed.',
        '6455 7.4.2',
        [close(code)],
        [1002, 1000, code],
      ),
    ),
  ],
};
