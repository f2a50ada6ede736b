// What every peer is asked to echo: each length at which a frame's header changes, up to 4 MB, as text of one to four bytes a character and as
// bytes. One list for JavaScript peers and for our own side; the Python peers have theirs.

const TEXTS = [
  '',
  'a',
  'Grüße',
  '你好，世界',
  '👩‍👩‍👧‍👦 emoji',
  '\ufeffBOM',
  'x'.repeat(125),
  'x'.repeat(126),
  'é'.repeat(32768),
  '漢'.repeat(100_000),
];
const SIZES = [0, 1, 125, 126, 127, 65535, 65536, 262_145, 4_000_000];

export function payloads() {
  return [...TEXTS, ...SIZES.map(patterned)];
}

/**
 * Bytes in which no two places of a page look alike.
 *
 * @param {number} size
 */
export function patterned(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >>> 8)) & 0xff;
  return bytes;
}

/**
 * Whether what came is what was sent, in kind and content.
 *
 * @param {unknown} got
 * @param {string | Uint8Array | undefined} wanted
 */
export function same(got, wanted) {
  if (typeof wanted === 'string') return got === wanted;
  const bytes = got instanceof ArrayBuffer ? new Uint8Array(got) : got;
  return (
    bytes instanceof Uint8Array && bytes.length === wanted?.length && bytes.every((byte, at) => byte === wanted[at])
  );
}
