// An echo server with Deno's own API: text comes as strings, binary as ArrayBuffers.

import { announce } from './control.mjs';

const server = Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: () => undefined }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onerror = () => undefined;
  return response;
});

announce(server.addr.port, Deno.version.deno);
