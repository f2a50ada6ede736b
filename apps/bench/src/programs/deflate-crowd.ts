// Holds connections that have had compressed messages, or the same uncompressed, echoed, and idle now. Clients are those of ws: they inflate with
// a context that is taken over as well as without.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answer } from '../answer.ts';
import { jsonText } from '../json-text.ts';

interface CrowdOptions {
  readonly port: number;
  readonly count: number;
  readonly compress: boolean;
  /** Whether either side may refer to messages before. */
  readonly takeover: boolean;
  /** Bytes of a message, before it is compressed. */
  readonly size: number;
  /** How many each client sends. */
  readonly messages: number;
}

/** Clients that talk at the same time. */
const AT_ONCE = 20;

let crowd: WebSocket[] = [];

answer({
  join: async (options: CrowdOptions) => {
    for (let from = 0; from < options.count; from += AT_ONCE) {
      const some = Math.min(AT_ONCE, options.count - from);
      crowd.push(...(await Promise.all(Array.from({ length: some }, (_, n) => talk(options, from + n)))));
    }
  },
  leave: () => {
    for (const socket of crowd) socket.terminate();
    crowd = [];
  },
});

async function talk({ port, compress, takeover, size, messages }: CrowdOptions, seed: number): Promise<WebSocket> {
  const perMessageDeflate = compress && {
    threshold: 0,
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
  };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate });
  await once(socket, 'open');
  if (compress !== socket.extensions.includes('permessage-deflate')) throw new Error('It does not compress.');
  for (let n = 0; n < messages; n++) {
    const message = jsonText(seed * messages + n, size);
    socket.send(message);
    const [came] = (await once(socket, 'message')) as [Buffer];
    if (came.toString() !== message) throw new Error('A message came back changed.');
  }
  return socket;
}
