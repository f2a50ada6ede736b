// A server of ws for the loads to talk to: what they must understand is what others send, not what we do.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

/** Starts one that ends with the test. Resolves with its port. */
export async function wsServer(
  connected: (socket: WebSocket, server: WebSocketServer) => void,
  options: ServerOptions = {},
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    connected(socket, server);
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
