// Connections to a server on this machine, some at a time, so that no backlog overflows, and from more than one address of the
// machine where one has too few ports.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  buildRequest,
  checkResponse,
  encodeKey,
  encodeRequestHead,
  type Offer,
  ResponseHeadDecoder,
} from '@framewire/protocol';

const HOST = '127.0.0.1';
/** Handshakes at a time. */
const AT_ONCE = 100;
/** Connections from one address; there are about 28,000 ports to connect from, some of which still wait for a connection before. */
const PER_ADDRESS = 10_000;

/** Opens connections, and with `webSocket` shakes hands on each. The first that fails fails all. */
export async function openConnections(port: number, count: number, webSocket: boolean): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const batch: Promise<void>[] = [];
      for (let i = 0; i < AT_ONCE && sockets.length < count; i++) {
        const socket = connect({ port, host: HOST, ...addressOf(sockets.length), noDelay: true });
        sockets.push(socket);
        batch.push(webSocket ? shakeHands(socket, port) : once(socket, 'connect').then(() => undefined));
      }
      await Promise.all(batch);
    }
  } catch (error) {
    for (const socket of sockets) socket.on('error', () => undefined).destroy();
    throw error;
  }
  return sockets;
}

/** The first connections leave it to the system; only Linux answers on all of 127.0.0.0/8. */
function addressOf(index: number): { readonly localAddress?: string } {
  const nth = Math.floor(index / PER_ADDRESS);
  return nth === 0 ? {} : { localAddress: `127.0.0.${1 + nth}` };
}

async function shakeHands(socket: Socket, port: number): Promise<void> {
  const offer: Offer = { host: `${HOST}:${port}`, key: encodeKey(randomBytes(16)) };
  socket.write(encodeRequestHead(buildRequest(offer)));
  const decoder = new ResponseHeadDecoder();
  for (;;) {
    const decoded = decoder.push((await once(socket, 'data')) as Buffer);
    if (decoded === undefined) continue;
    checkResponse(decoded.head, offer);
    return;
  }
}

function once(socket: Socket, event: 'connect' | 'data'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('The server ended the connection.'));
    socket.once('error', reject);
    socket.once('end', ended);
    socket.once(event, (value: unknown) => {
      socket.off('error', reject);
      socket.off('end', ended);
      resolve(value);
    });
  });
}
