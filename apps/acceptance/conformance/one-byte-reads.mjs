// Preloaded into an endpoint: whatever a socket reads reaches the endpoint one byte at a time. A splitter on the wire could not promise that:
// the kernel joins what it has.

import { Socket } from 'node:net';

const { emit } = Socket.prototype;

Socket.prototype.emit = function (name, ...values) {
  const [chunk] = values;
  if (name !== 'data' || chunk.length < 2) return emit.call(this, name, ...values);
  // Each byte has a buffer of its own, as one that was read alone would.
  for (const byte of chunk) emit.call(this, 'data', Buffer.from([byte]));
  return true;
};
