// An echo server with uWebSockets.js. Its messages are ArrayBuffers, text as well: the application makes the string.

import uWS from 'uwebsockets';
import { announce } from './control.mjs';
import { versionOfUWebSockets } from './version.mjs';

const limit = 32 * 1024 * 1024;

uWS
  .App()
  .ws('/*', {
    maxPayloadLength: limit,
    maxBackpressure: 4 * limit,
    message: (socket, message, isBinary) => {
      if (isBinary) socket.send(message, true);
      else socket.send(Buffer.from(message).toString(), false);
    },
  })
  .listen('127.0.0.1', 0, (token) => {
    if (token === false) throw new Error('It cannot listen.');
    announce(uWS.us_socket_local_port(token), versionOfUWebSockets());
  });
