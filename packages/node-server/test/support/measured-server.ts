// A server in a process of its own, whose memory is that of its clients' handshakes and of nothing else. It says where it listens, and each
// time it is asked how many bytes are in use, on the heap and outside, when all garbage is gone. First argument: what it does with a request.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ServeOptions, serve } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const never = new Promise<undefined>(() => {});
/** How many requests wait for `authorize`. */
let waiting = 0;
const OPTIONS: Readonly<Record<string, ServeOptions>> = {
  refuses: {},
  'hands over': { http: createServer() },
  authorizes: {
    authorize: () => {
      waiting++;
      return never;
    },
  },
};

const server = await serve(() => {}, {
  port: 0,
  host: '127.0.0.1',
  // It takes a while to come so near to the limits.
  handshakeTimeout: 600_000,
  ...OPTIONS[process.argv[2] ?? ''],
});

process.on('message', () => {
  for (let i = 0; i < 4; i++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ inUse: heapUsed + external, waiting });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: (server.address as AddressInfo).port });
