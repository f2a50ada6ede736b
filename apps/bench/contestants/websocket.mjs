// An echo server with `websocket`, which always uses bufferutil where it is installed. Limits as large as the largest message, and replies in
// one frame, as everybody else's are.

import { once } from 'node:events';
import { createServer } from 'node:http';
import websocket from 'websocket';
import { announce } from './control.mjs';
import { usesBufferutil, versionOf } from './version.mjs';

const limit = 32 * 1024 * 1024;
const httpServer = createServer();
httpServer.listen(0, '127.0.0.1');
await once(httpServer, 'listening');

const server = new websocket.server({
  httpServer,
  autoAcceptConnections: true,
  maxReceivedFrameSize: limit,
  maxReceivedMessageSize: limit,
  fragmentOutgoingMessages: false,
});
server.on('connect', (connection) => {
  connection.on('error', () => undefined);
  connection.on('message', (message) => {
    if (message.type === 'binary') connection.sendBytes(message.binaryData);
    else connection.sendUTF(message.utf8Data);
  });
});

announce(httpServer.address().port, `${versionOf('websocket')} ${usesBufferutil() ? 'with' : 'without'} bufferutil`);
