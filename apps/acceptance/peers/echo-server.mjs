// A server that plays its part on each connection. First argument: the library, or `native` for the server of Bun or Deno, whichever runs this.

import './end-with-parent.mjs';
import { begin, browserLike, LARGEST, MOST_FRAGMENTS, pieces } from './acts.mjs';

const [kind] = globalThis.Deno?.args ?? process.argv.slice(2);
const ended = (seen) => console.log(JSON.stringify(seen));
const listening = (port) => console.log(port);

if (kind === 'native' && globalThis.Bun) bun();
else if (kind === 'native' && globalThis.Deno) deno();
else if (kind === 'uwebsockets') uWebSockets((await import('uwebsockets')).default);
else await onNode(await serverOf(kind));

function bun() {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, bun) {
      const { pathname: path } = new URL(request.url);
      return bun.upgrade(request, { data: { path } }) ? undefined : new Response('upgrade', { status: 426 });
    },
    websocket: {
      maxPayloadLength: LARGEST,
      backpressureLimit: 8 * LARGEST,
      perMessageDeflate: true,
      open(socket) {
        socket.data.reply = begin(socket.data.path, {
          send: (message) => socket.send(message, true),
          ping: (text) => socket.ping(text),
          close: (code, reason) => socket.close(code, reason),
        });
      },
      message: (socket, message) => void socket.data.reply(message),
      close: (socket, code, reason) => ended({ path: socket.data.path, code, reason }),
    },
  });
  listening(server.port);
}

function deno() {
  Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => listening(port) }, (request) => {
    // First what may throw: Deno ends the process when an upgrade is begun and not answered.
    const path = new URL(request.url).pathname;
    const { socket, response } = Deno.upgradeWebSocket(request);
    void browserLike(path, socket).then(ended);
    return response;
  });
}

function uWebSockets({ App, SHARED_COMPRESSOR, us_socket_local_port }) {
  const sendPieces = (socket, message, binary) => {
    const all = pieces(new Uint8Array(message));
    socket.sendFirstFragment(all[0], binary);
    for (const piece of all.slice(1, -1)) socket.sendFragment(piece);
    socket.sendLastFragment(all.at(-1));
  };
  App()
    .ws('/*', {
      maxPayloadLength: LARGEST,
      maxBackpressure: 8 * LARGEST,
      compression: SHARED_COMPRESSOR,
      upgrade(response, request, context) {
        const [key, protocols, extensions] = ['key', 'protocol', 'extensions'].map((name) =>
          request.getHeader(`sec-websocket-${name}`),
        );
        response.upgrade({ path: request.getUrl() }, key, protocols, extensions, context);
      },
      open(socket) {
        const data = socket.getUserData();
        data.reply = begin(data.path, {
          send: (message, binary) => socket.send(message, binary, true),
          sendInFragments: (message, binary) => sendPieces(socket, message, binary),
          ping: (text) => socket.ping(text),
          close: (code, reason) => socket.end(code, reason),
        });
      },
      message: (socket, message, binary) => void socket.getUserData().reply(message, binary),
      close: (socket, code, reason) =>
        ended({ path: socket.getUserData().path, code, reason: Buffer.from(reason).toString() }),
    })
    .listen('127.0.0.1', 0, (socket) => listening(us_socket_local_port(socket)));
}

/** A library that takes the upgrades of an HTTP server of Node, or ours, which listens itself. */
async function serverOf(library) {
  const libraries = await import('./libraries.mjs');
  if (library === 'framewire') {
    const { serve } = await import('@framewire/node-server');
    const options = { host: '127.0.0.1', port: 0, ...libraries.OPTIONS_OF_OURS };
    const server = await serve((connection, { path }) => libraries.ofOurs(path, connection).then(ended), options);
    return () => server.address.port;
  }
  if (library === 'ws') {
    const { WebSocketServer } = await import('ws');
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: LARGEST,
      maxFragments: MOST_FRAGMENTS,
      perMessageDeflate: true,
    });
    return (http) =>
      http.on('upgrade', (request, socket, head) =>
        server.handleUpgrade(request, socket, head, (opened) => libraries.ofWs(request.url, opened).then(ended)),
      );
  }
  if (library === 'faye-websocket') {
    const { default: Faye } = await import('faye-websocket');
    const { default: deflate } = await import('permessage-deflate');
    return (http) =>
      http.on('upgrade', (request, socket, head) => {
        const opened = new Faye(request, socket, head, [], { maxLength: LARGEST, extensions: [deflate] });
        libraries.ofFaye(request.url, opened).then(ended);
      });
  }
  if (library === 'websocket') {
    const { default: websocket } = await import('websocket');
    return (httpServer) => {
      const server = new websocket.server({ ...libraries.OPTIONS_OF_WEBSOCKET, httpServer });
      server.on('request', (request) => libraries.ofWebsocket(request.resource, request.accept()).then(ended));
    };
  }
  throw new Error(`There is no server of ${library} here.`);
}

async function onNode(attach) {
  const { createServer } = await import('node:http');
  // Whoever does not ask for WebSocket gets an answer, as from any server.
  const http = createServer((_request, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
  const port = attach(http);
  if (typeof port === 'number') return listening(port);
  http.listen(0, '127.0.0.1', () => listening(http.address().port));
}
