// An echo server with Bun's own API: text comes as strings, binary as Buffers.

import { announce } from './control.mjs';

const limit = 32 * 1024 * 1024;

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
  websocket: {
    maxPayloadLength: limit,
    backpressureLimit: 4 * limit,
    message: (socket, message) => {
      socket.send(message);
    },
  },
});

announce(server.port, Bun.version);
