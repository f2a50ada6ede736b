// Every Close payload is a violation or a status, by the list of RFC 6455, section 7.4 and by what ws says; and a status encodes to the
// same bytes again.

import { isUtf8 } from 'node:buffer';
import { decodeCloseStatus, encodeCloseStatus } from '../../src/close-status.ts';
import { VIOLATIONS } from '../../src/errors.ts';
import { encodeFrame } from '../../src/frames.ts';
import { CLOSE } from '../../src/opcode.ts';
import { same } from '../invariant.ts';
import { latin1, type Target } from '../target.ts';
import { wsHears } from '../ws-receiver.ts';

const CODES = [0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000, 65_535];
const reason = new TextEncoder().encode('bye é世👋\u{feff}'.repeat(8));
/** 1000-1003, 1007-1014, and what libraries and applications may use. */
const ALLOWED = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];

function expected(payload: Uint8Array): string {
  if (payload.length === 0) return 'status 1005 ';
  if (payload.length === 1) return 'CLOSE_TRUNCATED';
  const code = Buffer.from(payload).readUInt16BE();
  if (!ALLOWED.includes(code) && (code < 3000 || code > 4999)) return 'CLOSE_CODE_INVALID';
  const rest = payload.subarray(2);
  return isUtf8(rest) ? `status ${code} ${Buffer.from(rest)}` : 'TEXT_INVALID';
}

export const closePayload: Target = {
  maxLength: 125,
  dictionary: [
    ...CODES.map((code) => String.fromCharCode(code >>> 8, code & 0xff)),
    '\xef\xbb\xbf',
    '\xed\xa0\x80',
    '\xf4\x90',
  ],

  generate: (random) => {
    const text = random.oneIn(4) ? random.bytes(random.below(124)) : reason.subarray(0, random.below(124));
    const code = random.oneIn(2) ? random.pick(CODES) : 1000 + random.below(4000);
    return Uint8Array.of(code >>> 8, code & 0xff, ...text);
  },

  run: (payload) => {
    const status = decodeCloseStatus(payload);
    const told = typeof status === 'string' ? status : `status ${status.code} ${status.reason}`;
    same('status', told, expected(payload));
    const answer =
      typeof status === 'string' ? `failed ${VIOLATIONS[status].closeCode}` : `closing ${status.code} ${status.reason}`;
    same(
      'agreement with ws',
      wsHears([encodeFrame({ opcode: CLOSE, fin: true, rsv1: false, payload })], 'client', {}),
      [answer],
    );
    if (typeof status === 'string') return status;
    const encoded = encodeCloseStatus(status.code, status.reason);
    same('encoded again', encoded.join(), payload.join());
    // From a buffer that begins before it, as the payloads of received frames do.
    same('status of a view', decodeCloseStatus(Uint8Array.of(...latin1('x'), ...payload).subarray(1)), status);
    return `status ${Math.floor(status.code / 1000)}`;
  },
};
