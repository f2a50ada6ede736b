// Base64 (RFC 4648, section 4), encoding only: the key and the accept key are compared as text and never decoded.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;

/** The canonical base64 of a few bytes, padded with `=`. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = new Array<number>(4 * Math.ceil(bytes.length / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    // What lies beyond the end counts as zero (RFC 4648, section 4).
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes[at++] = ALPHABET.charCodeAt(group >>> 18);
    codes[at++] = ALPHABET.charCodeAt((group >>> 12) & 63);
    codes[at++] = left > 1 ? ALPHABET.charCodeAt((group >>> 6) & 63) : PADDING;
    codes[at++] = left > 2 ? ALPHABET.charCodeAt(group & 63) : PADDING;
  }
  // Made at once: put together character by character, the accept key left 1 KB of garbage.
  return String.fromCharCode(...codes);
}
