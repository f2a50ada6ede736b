// An echo server for our client: that of Bun, of Deno, or of the package `ws` on Node, whichever runs this. Prints its port.

import './end-with-parent.mjs';

const LARGEST = 8 * 1024 * 1024;

if (globalThis.Bun) {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response('upgrade', { status: 426 })),
    websocket: {
      maxPayloadLength: LARGEST,
      backpressureLimit: 64 * LARGEST,
      message: (socket, message) => void socket.send(message),
    },
  });
  console.log(server.port);
} else if (globalThis.Deno) {
  Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
} else {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: LARGEST }, () =>
    console.log(server.address().port),
  );
  server.on('connection', (socket) => socket.on('message', (message, binary) => socket.send(message, { binary })));
}
