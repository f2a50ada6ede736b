// Opening handshakes and frames of peers that are nothing but sockets, as bytes.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { acceptKey, encodeFrame, type Frame } from '@framewire/protocol';
import { RawSocket } from './raw-socket.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** A zero would hide whether a payload is unmasked. */
const MASKING_KEY = 0x1234_5678;

/** What a client asks. @param fields further lines */
export function requestFor(path: string, ...fields: string[]): Buffer {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
  ];
  return Buffer.from([...lines, 'Sec-WebSocket-Version: 13', ...fields, '\r\n'].join('\r\n'));
}

/** What a server answers. @param fields further lines */
export function answerTo(head: string, ...fields: string[]): Buffer {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return Buffer.from([...lines, `Sec-WebSocket-Accept: ${acceptKey(key)}`, ...fields, '\r\n'].join('\r\n'));
}

/** A frame as the side sends it. */
export function frameOf(side: 'client' | 'server', frame: Partial<Frame> & Pick<Frame, 'opcode'>): Buffer {
  const whole = { fin: true, rsv1: false, payload: new Uint8Array(0), ...frame };
  return Buffer.from(encodeFrame(whole, side === 'client' ? MASKING_KEY : undefined));
}

/** A Close as the side sends it. */
export function closeOf(side: 'client' | 'server', code: number): Buffer {
  return frameOf(side, { opcode: 8, payload: Uint8Array.of(code >> 8, code & 255) });
}

/** A client whose handshake is done. */
export async function openedAt(port: number, path: string, ...fields: string[]): Promise<RawSocket> {
  const socket = await RawSocket.to(port);
  await socket.send(requestFor(path, ...fields));
  const head = await socket.head();
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(head);
  return socket;
}

/** A server that is nothing but a port. */
export interface RawServer {
  readonly port: number;
  /** The next client. */
  accepted(): Promise<RawSocket>;
  close(): void;
}

export async function listenRaw(): Promise<RawServer> {
  const sockets: RawSocket[] = [];
  const waiting: ((socket: RawSocket) => void)[] = [];
  const server = createServer({ allowHalfOpen: true }, (accepted) => {
    const socket = new RawSocket(accepted);
    const next = waiting.shift();
    if (next === undefined) sockets.push(socket);
    else next(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens
    accepted() {
      const socket = sockets.shift();
      return socket === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(socket);
    },
    close: () => void server.close(),
  };
}
