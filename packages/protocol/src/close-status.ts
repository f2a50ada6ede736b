// What a Close frame says (RFC 6455, sections 5.5.1 and 7.4): which codes may stand in one, which an application may choose,
// and how code and reason become bytes and come back.

import { type CloseStatus, UsageError, type ViolationCode } from './errors.ts';
import { portableText } from './utf8.ts';

/** The work is done (RFC 6455, section 7.4.1). */
export const NORMAL_CLOSURE = 1000;
/** The server goes down, or the page is left. */
export const GOING_AWAY = 1001;
/** The peer broke the protocol. */
export const PROTOCOL_ERROR = 1002;
/** Stands for a Close frame without a code; never written. */
export const NO_STATUS = 1005;
/** Stands for a connection that ended without a Close frame; never written. */
export const ABNORMAL_CLOSURE = 1006;
/** Text was not UTF-8. */
export const INVALID_DATA = 1007;
/** A rule of this endpoint was broken, and no other code fits. */
export const POLICY_VIOLATION = 1008;
/** A message was larger than this endpoint takes. */
export const MESSAGE_TOO_BIG = 1009;
/** The server met a condition it did not expect. */
export const INTERNAL_ERROR = 1011;

/** Most bytes of UTF-8 a close reason may have: 125 bytes of control payload less the code (RFC 6455, section 5.5). */
export const MAX_REASON_BYTES = 123;

/** Whether the code may stand in a Close frame: RFC 6455, section 7.4, and 1012-1014 of the IANA registry. Not 1004, 1005, 1006, 1015. */
export function isWireCode(code: number): boolean {
  return (code >= 3000 && code <= 4999) || (code >= 1007 && code <= 1014) || (code >= NORMAL_CLOSURE && code <= 1003);
}

/** Whether an application may close with the code: 1000 or 3000-4999, the rule of the WHATWG `close()` method. */
export function isApplicationCode(code: number): boolean {
  return code === NORMAL_CLOSURE || (code >= 3000 && code <= 4999);
}

/**
 * The payload of a Close frame. {@link NO_STATUS} gives the empty one.
 *
 * @throws UsageError INVALID_CLOSE_CODE for a code that must not stand in a frame, CLOSE_REASON_TOO_LONG for a reason over 123 bytes
 */
export function encodeCloseStatus(code: number, reason: string): Uint8Array {
  if (code === NO_STATUS && reason === '') return new Uint8Array(0);
  if (!Number.isInteger(code) || !isWireCode(code)) {
    throw new UsageError('INVALID_CLOSE_CODE', `${code} must not stand in a Close frame (RFC 6455 7.4).`);
  }
  const bytes = encodeReason(reason);
  const payload = new Uint8Array(2 + bytes.length);
  payload[0] = code >>> 8;
  payload[1] = code & 0xff;
  payload.set(bytes, 2);
  return payload;
}

/**
 * Throws unless an application may close with this code and reason, by the same rule on every side of the wire.
 *
 * @throws UsageError INVALID_CLOSE_CODE unless the code is 1000 or 3000-4999, CLOSE_REASON_TOO_LONG for a reason over 123 bytes of UTF-8
 */
export function checkApplicationClose(code: number, reason: string): void {
  if (!Number.isInteger(code) || !isApplicationCode(code)) {
    throw new UsageError(
      'INVALID_CLOSE_CODE',
      `Close with 1000 or 3000-4999, not with ${String(code)} (RFC 6455 7.4.2).`,
    );
  }
  encodeReason(reason);
}

function encodeReason(reason: string): Uint8Array {
  if (typeof reason !== 'string') throw new UsageError('INVALID_ARGUMENT', 'A close reason is a string.');
  const bytes = portableText.encode(reason);
  if (bytes.length > MAX_REASON_BYTES) {
    throw new UsageError(
      'CLOSE_REASON_TOO_LONG',
      `A close reason has at most ${MAX_REASON_BYTES} bytes of UTF-8, not ${bytes.length}: shorten it.`,
    );
  }
  return bytes;
}

/** Reads the payload of a Close frame, or names the violation it commits (RFC 6455, sections 5.5.1 and 7.4). */
export function decodeCloseStatus(payload: Uint8Array): CloseStatus | ViolationCode {
  if (payload.length === 0) return { code: NO_STATUS, reason: '' };
  if (payload.length === 1) return 'CLOSE_TRUNCATED';
  const code = ((payload[0] as number) << 8) | (payload[1] as number); // both are there
  if (!isWireCode(code)) return 'CLOSE_CODE_INVALID';
  const reason = portableText.decode(payload, 2, payload.length);
  return reason === undefined ? 'TEXT_INVALID' : { code, reason };
}
