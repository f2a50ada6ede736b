// What a plain socket costs that sends back the very bytes it gets: no WebSocket server on Node's sockets is expected to do better.

import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { announce } from './control.mjs';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => socket.write(chunk));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

announce(server.address().port, `Node ${process.versions.node}`);
