// One side of a conversation of two messages, one in each direction at the same time, each larger than this process may be: sends one
// from chunks that are made as they are asked for, and hashes the other as it comes. Prints what it saw as one line of JSON.

import { createHash } from 'node:crypto';

const CHUNK = 256 * 1024;

/** Chunks of `size` bytes in all. It is the same memory each time: a chunk is the source's own again when the next one is asked for. */
function* chunks(size, sent) {
  const chunk = new Uint8Array(CHUNK);
  const view = new DataView(chunk.buffer);
  for (let at = 0; at < size; at += CHUNK) {
    for (let block = 0; block < CHUNK; block += 4096) view.setFloat64(block, at + block);
    const part = chunk.subarray(0, Math.min(CHUNK, size - at));
    sent.update(part);
    yield part;
  }
}

/** Both directions at once. */
export async function exchange(connection, size) {
  const sent = createHash('sha1');
  const received = createHash('sha1');
  let bytes = 0;
  let parts = 0;
  let heap = 0;
  const sending = connection.sendStream(chunks(size, sent));
  const { value: message } = await connection.streams().next();
  for await (const part of message) {
    received.update(part);
    bytes += part.length;
    if (++parts % 256 === 0) heap = Math.max(heap, process.memoryUsage().heapUsed);
  }
  await sending;
  const { maxRSS } = process.resourceUsage();
  return { sent: sent.digest('hex'), received: received.digest('hex'), bytes, parts, heap, rss: maxRSS * 1024 };
}
