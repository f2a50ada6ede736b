// The key a client sends and the accept key a server answers with (RFC 6455, sections 4.1 and 4.2.2): the base64 of the SHA-1 of
// the key followed by a fixed GUID. A key has 24 characters and the GUID 36, so the input is always 60 bytes: two blocks of SHA-1,
// of which only the first six words change. The rest is prepared once.

import { UsageError } from '../errors.ts';
import { encodeBase64 } from './base64.ts';
import { compress, DIGEST_BYTES, digest, expand, reset, SCHEDULE_WORDS } from './sha1.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const NONCE_BYTES = 16;

// 16 bytes are 22 characters and two of padding. The last character carries two bits of the nonce and four that are zero in
// canonical base64 (RFC 4648, section 3.5).
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

const state: Int32Array = /* @__PURE__ */ new Int32Array(5);
const hash: Uint8Array = /* @__PURE__ */ new Uint8Array(DIGEST_BYTES);
const firstBlock: Int32Array = /* @__PURE__ */ prepareFirstBlock();
const secondBlock: Int32Array = /* @__PURE__ */ prepareSecondBlock();

/** The four characters from `at` on, as one big-endian word. */
function wordAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) << 24) |
    (text.charCodeAt(at + 1) << 16) |
    (text.charCodeAt(at + 2) << 8) |
    text.charCodeAt(at + 3)
  );
}

/** Six words for the key, nine of the GUID, and the one bit that begins the padding. */
function prepareFirstBlock(): Int32Array {
  const schedule = new Int32Array(SCHEDULE_WORDS);
  for (let i = 0; i < 9; i++) schedule[6 + i] = wordAt(GUID, 4 * i);
  schedule[15] = 0x80000000;
  return schedule;
}

/** Nothing but the length of the input: 480 bits. */
function prepareSecondBlock(): Int32Array {
  const schedule = new Int32Array(SCHEDULE_WORDS);
  schedule[15] = 480;
  expand(schedule);
  return schedule;
}

/** Whether the value is what Sec-WebSocket-Key must hold: the canonical base64 of exactly 16 bytes (RFC 6455, section 4.1). */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && KEY.test(value);
}

/**
 * The Sec-WebSocket-Key made of a nonce (RFC 6455, section 4.1).
 *
 * @param nonce 16 bytes, drawn anew for each connection from a strong source of randomness
 * @throws UsageError INVALID_ARGUMENT when it does not have 16 bytes
 */
export function encodeKey(nonce: Uint8Array): string {
  if (nonce.length !== NONCE_BYTES) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `A key is made of ${NONCE_BYTES} random bytes, this nonce has ${nonce.length} (RFC 6455 4.1).`,
    );
  }
  return encodeBase64(nonce);
}

/**
 * The Sec-WebSocket-Accept that answers a key (RFC 6455, section 4.2.2).
 *
 * @throws UsageError INVALID_ARGUMENT when the key is not the base64 of 16 bytes
 */
export function acceptKey(key: string): string {
  if (!isKey(key)) {
    throw new UsageError('INVALID_ARGUMENT', 'A Sec-WebSocket-Key is the base64 of 16 bytes (RFC 6455 4.1).');
  }
  for (let i = 0; i < 6; i++) firstBlock[i] = wordAt(key, 4 * i);
  expand(firstBlock);
  reset(state);
  compress(state, firstBlock);
  compress(state, secondBlock);
  return encodeBase64(digest(state, hash));
}
