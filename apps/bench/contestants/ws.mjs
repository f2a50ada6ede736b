// An echo server with ws. Whether it uses the native addon bufferutil is decided by ws itself, from the environment; it must be as the name
// says, or the figure is another contestant's.

import { once } from 'node:events';
import process from 'node:process';
import { WebSocketServer } from 'ws';
import { announce } from './control.mjs';
import { usesBufferutil, versionOf } from './version.mjs';

const wanted = process.argv.includes('bufferutil');
if (usesBufferutil() !== wanted)
  throw new Error(`It runs ${wanted ? 'without' : 'with'} bufferutil, against its name.`);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.send(data);
    else socket.send(data.toString());
  });
});
await once(server, 'listening');

const version = versionOf('ws');
announce(server.address().port, wanted ? `${version} with bufferutil ${versionOf('bufferutil')}` : version);
