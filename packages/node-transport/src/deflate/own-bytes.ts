// Bytes that are handed out belong to the receiver: plain, not Buffers, and never a small view that keeps a large buffer of zlib's alive.

/** The same bytes, copied unless they fill most of their buffer. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length * 2 < bytes.buffer.byteLength) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** All of them in one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return ownBytes(first);
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
