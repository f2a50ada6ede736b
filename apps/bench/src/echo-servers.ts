// The servers of the echo benchmark: ours, ws, and the least Node can do with bytes that come back.

import { createServer } from 'node:net';
import { serve } from '@framewire/node-server';
import { WebSocketServer } from 'ws';

export const SERVERS = ['framewire', 'ws', 'net'] as const;
export type ServerName = (typeof SERVERS)[number];

const HOST = '127.0.0.1';

/** Starts a server on a free port, which it returns. It lives as long as its process. */
export function startServer(name: ServerName): Promise<number> {
  if (name === 'framewire') return startFramewire();
  return name === 'ws' ? startWs() : startNet();
}

async function startFramewire(): Promise<number> {
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
  return portOf(server.address);
}

function startWs(): Promise<number> {
  return new Promise((resolve) => {
    const server: WebSocketServer = new WebSocketServer({ host: HOST, port: 0 }, () =>
      resolve(portOf(server.address())),
    );
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
  });
}

function startNet(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => socket.write(chunk));
    });
    server.listen(0, HOST, () => resolve(portOf(server.address())));
  });
}

function portOf(address: { readonly port: number } | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
