// An echo server of ours. Arguments: plain, tls or upgrade, and a kind of compression (options.mjs). Prints its URL.

import { createServer } from 'node:http';
import { serve, upgrade } from '@framewire/node-server';
import { selfSigned } from '../../../packages/node-server/test/support/self-signed.ts';
import '../peers/end-with-parent.mjs';
import { COMPRESSION, LIMITS } from './options.mjs';

const [, , kind, compression] = process.argv;
const options = { ...LIMITS, ...COMPRESSION[compression] };

async function echo(connection) {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}

if (kind === 'upgrade') {
  const http = createServer((_request, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
  upgrade(http, echo, options);
  http.listen(0, '127.0.0.1', () => console.log(`ws://127.0.0.1:${http.address().port}/`));
} else {
  const tls = kind === 'tls' ? { tls: selfSigned() } : {};
  const server = await serve(echo, { host: '127.0.0.1', port: 0, ...tls, ...options });
  console.log(`${server.url}/`);
}
