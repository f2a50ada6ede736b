// A client that plays its part on each of its URLs, one after the other. First argument: the library, or `native` for the runtime's own
// WebSocket. Runs on Node, Bun and Deno.

import './end-with-parent.mjs';
import { browserLike, MOST_FRAGMENTS } from './acts.mjs';

const [kind, ...urls] = globalThis.Deno?.args ?? process.argv.slice(2);
const open = await clientOf(kind);
for (const url of urls) console.log(JSON.stringify(await open(new URL(url).pathname, url)));
(globalThis.Deno ?? process).exit(0);

async function clientOf(library) {
  if (library === 'native') {
    return (path, url) => {
      const socket = new WebSocket(url);
      // Bun's can ping.
      return browserLike(path, socket, { ping: (text) => socket.ping(text) });
    };
  }
  if (library === 'undici') {
    const undici = await import('undici');
    return (path, url) => {
      const socket = new undici.WebSocket(url);
      return browserLike(path, socket, { ping: (text) => undici.ping(socket, Buffer.from(text)) });
    };
  }
  const libraries = await import('./libraries.mjs');
  if (library === 'ws') {
    const { WebSocket } = await import('ws');
    return (path, url) => libraries.ofWs(path, new WebSocket(url, { maxFragments: MOST_FRAGMENTS }));
  }
  if (library === 'faye-websocket') {
    const { default: faye } = await import('faye-websocket');
    const { default: deflate } = await import('permessage-deflate');
    return (path, url) => libraries.ofFaye(path, new faye.Client(url, [], { extensions: [deflate] }));
  }
  if (library === 'websocket') {
    const { default: websocket } = await import('websocket');
    return (path, url) =>
      new Promise((resolve) => {
        const client = new websocket.client(libraries.OPTIONS_OF_WEBSOCKET);
        client.on('connect', (connection) => resolve(libraries.ofWebsocket(path, connection)));
        client.on('connectFailed', ({ message }) => resolve({ path, code: 1006, reason: '', error: message }));
        client.connect(url);
      });
  }
  throw new Error(`There is no client of ${library} here.`);
}
