// UTF-8 by Node's Buffer. Measured against TextDecoder and TextEncoder (docs/performance.md, text): 48 instead of 75 ns to decode
// 20 ASCII bytes, 40 instead of 65 to encode them. A Buffer decodes invalid bytes to U+FFFD without a word, so only text in which
// U+FFFD turns up is looked at twice.

import { Buffer, constants, isUtf8 } from 'node:buffer';
import type { TextCodec } from '@framewire/protocol';

const REPLACEMENT = '\ufffd';

/** The text codec for Node. */
export const nodeText: TextCodec = {
  decode(bytes, start, end) {
    // Where Node throws, as at half a gigabyte, a peer could end the process.
    if (end - start > constants.MAX_STRING_LENGTH) return undefined;
    const text = asBuffer(bytes).toString('utf8', start, end);
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) return undefined;
    return text;
  },
  encodeInto(text, target, offset) {
    return asBuffer(target).write(text, offset, 'utf8');
  },
  encode(text) {
    return Buffer.from(text, 'utf8');
  },
};

function asBuffer(bytes: Uint8Array): Buffer {
  // What sockets deliver are Buffers already; reassembled messages are not.
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
