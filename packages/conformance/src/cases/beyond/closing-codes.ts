// What a Close frame may hold: codes and reasons that the classic section 7 does not try.

import { closePayload, type Frame, frame } from '../../wire/frame.ts';
import { frames, type Unnumbered } from './family.ts';
import { hex } from './verdicts.ts';

function closeFrame(code: number, reason: string | Uint8Array = ''): Frame {
  return frame(8, closePayload(code, reason));
}

/** Registered with IANA after RFC 6455, as its section 7.4.2 provides. */
const REGISTERED: readonly number[] = [1012, 1013, 1014];
const FREE: readonly number[] = [3001, 3500, 4001, 4500];
const UNDEFINED: readonly number[] = [1, 500, 998, 1017, 1099, 1500, 1999, 2001, 2500, 2998];
const NEVER_SENT: readonly number[] = [1004, 1005, 1006, 1015];
const BEYOND: readonly number[] = [5000, 5001, 9999, 32_768, 65_534];

function accepted(title: string, code: number, reason: string, rfc: string): Unnumbered {
  return frames({
    title,
    expectation: 'The endpoint answers with a Close frame of the same code or of 1000, and closes TCP.',
    rfc,
    async run(peer) {
      peer.send(closeFrame(code, reason));
      await peer.expectClose(code, 1000);
      await peer.expectEnd();
    },
  });
}

function refused(
  title: string,
  code: number,
  reason: string | Uint8Array,
  rfc: string,
  codes: readonly number[],
): Unnumbered {
  return frames({
    title,
    expectation: `The endpoint fails the connection with ${codes.join(' or ')}, because the Close frame is wrong.`,
    rfc,
    async run(peer) {
      peer.send(closeFrame(code, reason));
      await peer.expectFailure(...codes);
    },
  });
}

const REASONS: readonly (readonly [what: string, reason: string])[] = [
  ['of 41 code points of 3 octets, 123 in all', '€'.repeat(41)],
  ['of 30 code points of 4 octets', '😀'.repeat(30)],
  ['that begins with a byte order mark', '\uFEFFbye'],
  ['with a NUL in it', 'by\0e'],
  ['of noncharacters', '\uFFFF\uFDD0\u{10FFFF}'],
];

const INVALID: readonly (readonly [what: string, octets: string])[] = [
  ['a lone continuation octet', '80'],
  ['a sequence of 2 octets cut off', '62 79 65 c3'],
  ['a sequence of 3 octets cut off', 'e2 82'],
  ['a sequence of 4 octets cut off', 'f0 9f 98'],
  ['an overlong sequence of 2 octets', 'c0 af'],
  ['an overlong sequence of 3 octets', 'e0 80 af'],
  ['an overlong sequence of 4 octets', 'f0 80 80 af'],
  ['a high surrogate', 'ed a0 80'],
  ['a low surrogate', 'ed bf bf'],
  ['a code point over U+10FFFF', 'f4 90 80 80'],
  ['the octet 0xff', '62 79 65 ff'],
  ['the octet 0xfe first', 'fe 62 79 65'],
];

export const closeCodes: readonly Unnumbered[] = [
  ...REGISTERED.map((code) => accepted(`A Close frame with ${code}, which IANA registered`, code, '', '6455 7.4.2')),
  ...FREE.map((code) => accepted(`A Close frame with ${code} and a reason`, code, 'Auf Wiedersehen', '6455 7.4.2')),
  ...NEVER_SENT.map((code) =>
    refused(`A Close frame with ${code}, which is never sent, and a reason`, code, 'reason', '6455 7.4.1', [1002]),
  ),
  ...UNDEFINED.map((code) => refused(`A Close frame with the undefined code ${code}`, code, '', '6455 7.4.2', [1002])),
  ...BEYOND.map((code) =>
    frames({
      title: `A Close frame with the code ${code} and a reason`,
      expectation:
        'The endpoint fails the connection with 1002 or closes it as with a code it knows: the RFC does not say which, but TCP is closed.',
      rfc: '6455 7.4.2',
      async run(peer) {
        peer.send(closeFrame(code, 'reason'));
        await peer.expectFailure(1002, 1000, code);
      },
    }),
  ),
  ...REASONS.map(([what, reason]) => accepted(`A Close frame with a reason ${what}`, 1000, reason, '6455 5.5.1')),
  ...INVALID.map(([what, octets]) =>
    refused(`A Close frame whose reason has ${what}`, 1000, hex(octets), '6455 5.5.1', [1007, 1002]),
  ),
];
