// Servers in a process of their own, whose memory is that of their clients' handshakes and of nothing else. It says where they listen, and each
// time it is asked how many bytes are in use, on the heap and outside, when all garbage is gone, and how many requests wait for `authorize`.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ServeOptions, serve } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const never = new Promise<undefined>(() => {});
let waiting = 0;

async function portOf(options: ServeOptions): Promise<number> {
  // It takes a while to come so near to the limits.
  const server = await serve(() => {}, { port: 0, host: '127.0.0.1', handshakeTimeout: 600_000, ...options });
  return (server.address as AddressInfo).port;
}

/** Where the server listens that does this with a request. */
const ports = {
  refuses: await portOf({}),
  'hands over': await portOf({ http: createServer() }),
  authorizes: await portOf({
    authorize: () => {
      waiting++;
      return never;
    },
  }),
};

process.on('message', () => {
  for (let i = 0; i < 4; i++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ inUse: heapUsed + external, waiting });
});
process.on('disconnect', () => process.exit());
process.send?.(ports);
