// The servers of the echo benchmark: ours, ws, and the least Node can do with bytes that come back.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { serve } from '@framewire/node-server';
import { WebSocketServer } from 'ws';

export const SERVERS = ['framewire', 'ws', 'net'] as const;
export type ServerName = (typeof SERVERS)[number];

const HOST = '127.0.0.1';

/** A server that echoes. */
export interface EchoServer {
  readonly port: number;
  close(): void;
}

/** Starts a server on a free port. */
export function startServer(name: ServerName): Promise<EchoServer> {
  if (name === 'framewire') return startFramewire();
  return name === 'ws' ? startWs() : startNet();
}

async function startFramewire(): Promise<EchoServer> {
  const server = await serve(
    (connection) => {
      connection.listen({
        message(message) {
          connection.send(message);
        },
      });
    },
    { host: HOST, port: 0 },
  );
  return { port: portOf(server.address), close: () => void server.close({ deadline: 1 }) };
}

async function startWs(): Promise<EchoServer> {
  const server = new WebSocketServer({ host: HOST, port: 0 });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, 'listening');
  return { port: portOf(server.address()), close: () => server.close() };
}

async function startNet(): Promise<EchoServer> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(chunk));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return { port: portOf(server.address()), close: () => server.close() };
}

function portOf(address: { readonly port: number } | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
