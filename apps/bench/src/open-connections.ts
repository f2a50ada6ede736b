// Connections to a server on this machine, some at a time, so that no backlog overflows. Where they are many they come from ports that are
// chosen here: the system takes ever longer to find a free one, 2 ms each beyond 10,000, and has no more than 28,000 for an address.

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
/** From this many connections on, ports are chosen here. */
const MANY = 2000;
const FIRST_PORT = 20_000;
const PORTS = 40_000;
const ADDRESSES = 10;

/** Which port of which address is next: another each time, for a connection that was closed keeps its own for a while. */
let next = Math.floor(Math.random() * PORTS * ADDRESSES);

/** Opens connections, and with `webSocket` shakes hands on each. The first that fails fails all. */
export async function openConnections(port: number, count: number, webSocket: boolean): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  const openSome = async (): Promise<void> => {
    while (sockets.length < count) {
      const socket = connect({
        port,
        host: HOST,
        noDelay: true,
        ...(count < MANY ? {} : source()),
      });
      sockets.push(socket);
      if (webSocket) await shakeHands(socket, port);
      else await once(socket, 'connect');
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  } catch (error) {
    for (const socket of sockets) socket.on('error', () => undefined).destroy();
    throw error;
  }
  return sockets;
}

/** An address and port of this machine; only Linux has all of 127.0.0.0/8. */
function source(): { readonly localAddress: string; readonly localPort: number } {
  next = (next + 1) % (PORTS * ADDRESSES);
  return { localAddress: `127.0.0.${2 + Math.floor(next / PORTS)}`, localPort: FIRST_PORT + (next % PORTS) };
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
