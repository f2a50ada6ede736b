// The least a server of Node does to open and close a WebSocket: it accepts, looks for the key where the load's request has it, answers, and
// answers whatever comes next as a Close frame with 1000. It checks nothing, so nobody may use it; it says what TCP and Node's sockets cost.

import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { announce } from './control.mjs';

const KEY = 'Sec-WebSocket-Key: ';
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ';
const CLOSE = Buffer.from([0x88, 0x02, 0x03, 0xe8]);

const server = createServer((socket) => {
  let open = false;
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    if (open) return socket.end(CLOSE);
    open = true;
    const request = chunk.latin1Slice();
    const at = request.indexOf(KEY) + KEY.length;
    socket.write(`${SWITCHING}${hash('sha1', request.slice(at, at + 24) + GUID, 'base64')}\r\n\r\n`);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

announce(server.address().port, `Node ${process.versions.node}`);
