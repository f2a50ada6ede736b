// An echo server with ws. Whether it uses the native addon bufferutil is decided by ws itself, from the environment.

import { once } from 'node:events';
import process from 'node:process';
import { WebSocketServer } from 'ws';
import { announce } from './control.mjs';
import { versionOfWs } from './version.mjs';

const version = versionOfWs(process.argv.includes('bufferutil'));
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.send(data);
    else socket.send(data.toString());
  });
});
await once(server, 'listening');

announce(server.address().port, version);
