// A server that echoes with permessage-deflate, each at the level it ships with, and compressing whatever comes. First argument: the library;
// second: `takeover`, where what is sent may refer back to what was sent before, `fresh`, where it may not, or `plain`, for no compression;
// third, for ws: the level of zlib, where it shall be another than the default.

import process from 'node:process';
import { announce } from './control.mjs';
import { versionOf, versionOfUWebSockets, versionOfWs } from './version.mjs';

const HOST = '127.0.0.1';
const [, , kind, how, level] = process.argv;
const takeover = how === 'takeover';
const [start, version] = {
  framewire: [framewire, () => versionOf('@framewire/node-server')],
  ws: [ws, () => versionOfWs(false)],
  uwebsockets: [uWebSockets, versionOfUWebSockets],
  bun: [bun, () => Bun.version],
}[kind];

announce(await start(), version());

async function framewire() {
  const { serve } = await import('@framewire/node-server');
  const deflate = how !== 'plain' && {
    threshold: 0,
    sendContextTakeover: takeover,
    receiveContextTakeover: takeover,
  };
  const echo = (connection) => connection.listen({ message: (message) => void connection.send(message) });
  const server = await serve(echo, { host: HOST, port: 0, deflate });
  return server.address.port;
}

async function ws() {
  const { WebSocketServer } = await import('ws');
  const perMessageDeflate = how !== 'plain' && {
    threshold: 0,
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    ...(level !== undefined && { zlibDeflateOptions: { level: Number(level) } }),
  };
  const server = new WebSocketServer({ host: HOST, port: 0, perMessageDeflate });
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await new Promise((resolve) => server.on('listening', resolve));
  return server.address().port;
}

async function uWebSockets() {
  const { default: uws } = await import('uwebsockets');
  const app = uws.App().ws('/*', {
    compression: takeover ? uws.DEDICATED_COMPRESSOR_32KB : uws.SHARED_COMPRESSOR,
    message: (socket, message, binary) => void socket.send(message, binary, true),
  });
  return new Promise((resolve) => {
    app.listen(HOST, 0, (listening) => resolve(uws.us_socket_local_port(listening)));
  });
}

async function bun() {
  const server = Bun.serve({
    hostname: HOST,
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('upgrade', { status: 426 })),
    websocket: {
      perMessageDeflate: how !== 'plain' && (takeover ? { compress: 'dedicated', decompress: 'dedicated' } : true),
      message: (socket, message) => void socket.send(message, true),
    },
  });
  return server.port;
}
