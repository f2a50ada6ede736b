// A server that speaks byte by byte what a test wants it to.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { acceptKey, fieldValues, type RequestHead, RequestHeadDecoder } from '@framewire/protocol';
import { onTestFinished } from 'vitest';

/** A request as it came. */
export interface RawRequest {
  /** All of its bytes. */
  readonly text: string;
  readonly head: RequestHead;
  /** The Sec-WebSocket-Accept for its key. */
  readonly accept: string;
}

/** Called when a whole request head has come. */
export type Answer = (socket: Socket, request: RawRequest) => void;

export interface RawServer {
  readonly port: number;
  /** Every request so far. */
  readonly requests: readonly RawRequest[];
  /** Every connection so far. */
  readonly sockets: readonly Socket[];
  /** Resolves when the server has seen the next connection end, cleanly or not. */
  nextEnd(): Promise<void>;
}

export interface RawServerOptions {
  readonly tls?: TlsOptions;
  /** A Unix socket to listen on. */
  readonly path?: string;
  /** Called for each connection, of which no request is read then. */
  readonly connected?: (socket: Socket) => void;
}

/** Starts a server. It is gone, with all of its connections, when the test is over. */
export async function rawServer(answer: Answer, options: RawServerOptions = {}): Promise<RawServer> {
  const { tls, path, connected } = options;
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  const requests: RawRequest[] = [];
  const sockets: Socket[] = [];
  const all: Socket[] = [];
  server.on('connection', (socket) => all.push(socket));
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    if (connected !== undefined) return connected(socket);
    const decoder = new RequestHeadDecoder();
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const decoded = decoder.push(chunk);
      if (decoded === undefined) return;
      socket.off('data', read);
      const { head } = decoded;
      const request = { text, head, accept: acceptKey(fieldValues(head.fields, 'sec-websocket-key')[0] ?? '') };
      requests.push(request);
      answer(socket, request);
    };
    socket.on('data', read);
  });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => close(server, all));
  const { port } = path === undefined ? (server.address() as AddressInfo) : { port: 0 };
  return {
    port,
    requests,
    sockets,
    nextEnd: () =>
      new Promise<void>((resolve) => {
        server.once('connection', (socket: Socket) => void socket.once('close', () => resolve()));
      }),
  };
}

async function close(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The response that completes the handshake, with further lines. */
export function switching({ accept }: RawRequest, ...lines: string[]): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
}
