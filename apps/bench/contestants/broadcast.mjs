// A server that broadcasts. First argument: the library; second: the bytes of a message. What any client sends it cuts into messages, and
// broadcasts them all in the same turn: so the load says when, and what.

import process from 'node:process';
import { announce } from './control.mjs';
import { versionOf, versionOfUWebSockets, versionOfWs } from './version.mjs';

const HOST = '127.0.0.1';
const [, , kind, bytes] = process.argv;
const size = Number(bytes);
const [start, version] = {
  framewire: [framewire, () => versionOf('@framewire/node-server')],
  ws: [() => ws(false), () => versionOfWs(false)],
  'ws-framed': [() => ws(true), () => versionOfWs(false)],
  uwebsockets: [uWebSockets, versionOfUWebSockets],
  bun: [bun, () => Bun.version],
}[kind];

announce(await start(), version());

async function framewire() {
  const { serve } = await import('@framewire/node-server');
  const server = await serve(
    (connection) =>
      connection.listen({
        message(burst) {
          for (const message of cut(burst)) server.broadcast(message);
        },
      }),
    { host: HOST, port: 0 },
  );
  return server.address.port;
}

/** As its documentation says, or with the frame made once for all, as socket.io does: through the sender, which is not documented. */
async function ws(framed) {
  const { Sender, WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ host: HOST, port: 0 });
  const broadcast = (message) => {
    for (const client of server.clients) client.send(message, { binary: true });
  };
  const broadcastFrame = (message) => {
    const frame = Sender.frame(message, { fin: true, rsv1: false, opcode: 2, mask: false, readOnly: true });
    for (const client of server.clients) client._sender.sendFrame(frame);
  };
  server.on('connection', (socket) => {
    socket.on('message', (burst) => {
      for (const message of cut(burst)) (framed ? broadcastFrame : broadcast)(message);
    });
  });
  await new Promise((resolve) => server.on('listening', resolve));
  return server.address().port;
}

async function uWebSockets() {
  const { default: uws } = await import('uwebsockets');
  const app = uws.App().ws('/*', {
    open: (socket) => void socket.subscribe('all'),
    message(_socket, burst) {
      for (const message of cut(new Uint8Array(burst))) app.publish('all', message, true);
    },
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
      open: (socket) => socket.subscribe('all'),
      message(_socket, burst) {
        for (const message of cut(burst)) server.publish('all', message);
      },
    },
  });
  return server.port;
}

function cut(burst) {
  const messages = [];
  for (let at = 0; at < burst.length; at += size) messages.push(burst.subarray(at, at + size));
  return messages;
}
