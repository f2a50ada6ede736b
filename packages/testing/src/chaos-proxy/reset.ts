// RST rather than FIN.

import type { Socket } from 'node:net';

/**
 * Ends the socket with a reset, at once. What is queued on it is lost.
 *
 * `resetAndDestroy` by itself is no more than a wish: it first waits until all that is queued has been read by the peer, and shuts the socket
 * down in good order. Destroyed in the same turn, before any of that has begun, the socket is reset.
 *
 * One that is still connecting cannot be reset, nor one whose FIN is on its way: Node would answer EINVAL and leak the socket, without a
 * `close`. They are given up.
 */
export function reset(socket: Socket): void {
  const connected = !socket.destroyed && !socket.connecting && !socket.pending;
  const ending = socket.writableEnded && !socket.writableFinished;
  if (connected && !ending) socket.resetAndDestroy();
  socket.destroy();
}
