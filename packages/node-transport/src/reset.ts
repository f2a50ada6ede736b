// RST rather than FIN, for a peer that is given up. After a FIN the kernel goes on trying to deliver what it was given, minutes long and up to
// 4 MiB for each peer that does not read: a soak with 1,000 stalled readers left 1.5 GB behind their closed sockets. A reset drops it.

import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * Ends the stream at once; a TCP socket with a reset. What is queued is lost.
 *
 * A FIN that is on its way cannot be called back: Node would answer EINVAL and never tell that the socket is closed. And TLS and Unix sockets
 * have no reset. These are only destroyed.
 */
export function reset(stream: Duplex): void {
  const { writableEnded, writableFinished } = stream;
  const isEnding = writableEnded && !writableFinished;
  if (stream instanceof Socket && !(stream instanceof TLSSocket) && !stream.destroyed && !isEnding && isTcp(stream)) {
    // By itself it would wait until what is queued was read. Destroyed in the same turn, it does not.
    stream.resetAndDestroy();
  }
  stream.destroy();
}

/** Whether it is connected over TCP, and not to a path. */
function isTcp({ remoteAddress }: Socket): boolean {
  return remoteAddress !== undefined;
}
