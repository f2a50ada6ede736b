// The servers of the memory report: they echo, compressed or not, with and without context takeover.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@framewire/node-server';
import { WebSocketServer } from 'ws';

export const DEFLATE_SERVERS = ['framewire', 'ws'] as const;
export type DeflateServerName = (typeof DEFLATE_SERVERS)[number];

const HOST = '127.0.0.1';

/** Starts a server on a free port; every message is compressed if any is. */
export async function startDeflateServer(
  name: DeflateServerName,
  takeover: boolean,
  compress: boolean,
): Promise<{ readonly port: number }> {
  if (name === 'framewire') {
    const deflate = compress && { threshold: 0, sendContextTakeover: takeover, receiveContextTakeover: takeover };
    const server = await serve(
      (connection) => connection.listen({ message: (message) => void connection.send(message) }),
      { host: HOST, port: 0, deflate },
    );
    return { port: (server.address as AddressInfo).port };
  }
  const server = new WebSocketServer({
    host: HOST,
    port: 0,
    perMessageDeflate: compress && {
      threshold: 0,
      serverNoContextTakeover: !takeover,
      clientNoContextTakeover: !takeover,
      zlibDeflateOptions: { level: 1 },
    },
  });
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
