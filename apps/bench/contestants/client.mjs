// A client under test. First argument: the library, such as `ws` or `ws+bufferutil`, or `native` for the WebSocket of the runtime that runs this. It connects as often as it is
// told to an echo server, and keeps messages under way on each connection.

import process from 'node:process';
import { announce } from './control.mjs';
import { Exchange, messages, start, stop } from './exchanges.mjs';
import { usesBufferutil, versionOf, versionOfWs } from './version.mjs';

const kind = process.argv[2];
const open = await opener();

announce(undefined, version(), {
  async connect({ port, connections, inflight, size }) {
    for (let n = 0; n < connections; n++) await open(`ws://127.0.0.1:${port}/`, size, inflight);
  },
  start,
  stop,
  messages,
});

function version() {
  if (kind === 'framewire') return versionOf('@framewire/node-client');
  if (kind === 'ws' || kind === 'ws+bufferutil') return versionOfWs(kind !== 'ws');
  if (kind === 'websocket') return `${versionOf(kind)} ${usesBufferutil() ? 'with' : 'without'} bufferutil`;
  if (kind === 'undici') return versionOf(kind);
  return globalThis.Bun?.version ?? globalThis.Deno?.version.deno ?? process.versions.node;
}

/** Resolves to what opens one connection and hands its messages to an exchange. */
async function opener() {
  if (kind === 'framewire') {
    const { connect } = await import('@framewire/node-client');
    return async (url, size, inflight) => {
      const connection = await connect(url);
      const exchange = new Exchange((message) => connection.send(message), size, inflight);
      connection.listen({ message: (message) => exchange.received(message), closed: () => exchange.closed() });
    };
  }
  if (kind === 'ws' || kind === 'ws+bufferutil') {
    const { WebSocket } = await import('ws');
    return (url, size, inflight) => {
      const socket = new WebSocket(url);
      const exchange = new Exchange((message) => socket.send(message), size, inflight);
      socket.on('message', (message) => exchange.received(message));
      return opened(exchange, (event, listener) => socket.on(event, listener));
    };
  }
  if (kind === 'websocket') {
    const { default: websocket } = await import('websocket');
    return (url, size, inflight) =>
      new Promise((resolve, reject) => {
        const client = new websocket.client();
        client.on('connectFailed', reject);
        client.on('connect', (connection) => {
          const exchange = new Exchange((message) => connection.sendBytes(message), size, inflight);
          connection.on('message', ({ binaryData }) => exchange.received(binaryData));
          connection.on('close', () => exchange.closed());
          resolve();
        });
        client.connect(url);
      });
  }
  const WebSocket = kind === 'undici' ? (await import('undici')).WebSocket : globalThis.WebSocket;
  return (url, size, inflight) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const exchange = new Exchange((message) => socket.send(message), size, inflight);
    socket.onmessage = ({ data }) => exchange.received(new Uint8Array(data));
    return opened(exchange, (event, listener) => socket.addEventListener(event, listener));
  };
}

function opened(exchange, on) {
  return new Promise((resolve, reject) => {
    on('open', resolve);
    on('error', () => reject(new Error('It cannot connect.')));
    on('close', () => exchange.closed());
  });
}
