// A client whose source of randomness is watched: crypto gives bytes that are known, and Math.random throws. Prints what its key and its masks were
// made of, as JSON: whether each of them came from crypto.

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Whatever is asked for is filled with this, counted up, so that no two draws are the same. */
let drawn = 0;
function fill(bytes) {
  for (let i = 0; i < bytes.length; i++) bytes[i] = (drawn >> 8) & 255 || 1;
  drawn += 257;
  return bytes;
}

crypto.randomFillSync = (array) => {
  fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return array;
};
crypto.randomBytes = (size) => fill(Buffer.alloc(size));
syncBuiltinESMExports();
Math.random = () => {
  throw new Error('Math.random is no source of secrets.');
};

const { connect } = await import('@framewire/node-client');
const { createServer } = await import('node:net');
const { acceptKey } = await import('@framewire/protocol');

const bytes = [];
let key;
const server = createServer((socket) => {
  socket.once('data', (head) => {
    key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(head.toString('latin1'))[1];
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...lines, `Sec-WebSocket-Accept: ${acceptKey(key)}`, '', ''].join('\r\n'));
    socket.on('data', (chunk) => bytes.push(chunk));
  });
}).listen(0, '127.0.0.1', async () => {
  const connection = await connect(`ws://127.0.0.1:${server.address().port}/`);
  for (let i = 0; i < 3000; i++) connection.send(new Uint8Array(1));
  while (bytes.reduce((sum, chunk) => sum + chunk.length, 0) < 7 * 3000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const all = Buffer.concat(bytes);
  // Each draw has one value in all of its bytes.
  const same = (mask) => mask.every((byte) => byte === mask[0] && byte !== 0);
  const masks = Array.from({ length: 3000 }, (_, i) => all.subarray(7 * i + 2, 7 * i + 6));
  const nonce = Buffer.from(key, 'base64');
  console.log(
    JSON.stringify({ nonce: nonce.length === 16 && same(nonce), masks: masks.every(same), drawn: drawn > 0 }),
  );
  process.exit();
});
