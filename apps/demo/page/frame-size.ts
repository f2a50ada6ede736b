// Where one frame ends and the next begins (RFC 6455, section 5.2): all the page needs to cut a recording into frames. What a frame says
// is read by the codec.

/** Bytes of the frame that begins here, header included, or undefined while its header is not complete. */
export function frameSize(bytes: Uint8Array): number | undefined {
  const [, second] = bytes;
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthSize = short === 127 ? 8 : short === 126 ? 2 : 0;
  const header = 2 + lengthSize + (second & 0x80 ? 4 : 0);
  if (bytes.length < header) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (short === 127) return header + Number(view.getBigUint64(2));
  return header + (short === 126 ? view.getUint16(2) : short);
}
