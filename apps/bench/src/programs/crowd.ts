// Holds connections that idle, after each has sent a message and got it back, or has never said anything.

import { randomBytes } from 'node:crypto';
import { answer } from '../answer.ts';
import { ByteCycle } from '../byte-cycle.ts';
import { replyFrame, requestFrame } from '../load-frames.ts';
import { openMany, type RawClient } from '../raw-client.ts';

interface CrowdOptions {
  readonly port: number;
  readonly count: number;
  readonly webSocket: boolean;
  /** Bytes of the message; 0 for silence. */
  readonly size: number;
}

let crowd: RawClient[] = [];
let lost = 0;

answer({
  /** Lets so many more in. */
  join: async ({ port, count, webSocket, size }: CrowdOptions) => {
    const clients = await openMany(count, () => ({ port, webSocket }));
    if (size > 0) await Promise.all(clients.map((client) => talk(client, size, webSocket)));
    for (const client of clients) client.listen({ received: ignore, ended: () => lost++ });
    crowd.push(...clients);
  },
  /** How many the server has sent away. */
  lost: () => lost,
  leave: () => {
    for (const client of crowd) client.destroy();
    crowd = [];
    lost = 0;
  },
});

function talk(client: RawClient, size: number, webSocket: boolean): Promise<void> {
  const payload = randomBytes(size);
  const cycle = new ByteCycle(webSocket ? replyFrame(payload) : payload);
  return new Promise((resolve, reject) => {
    client.listen({
      received: (chunk) => {
        try {
          cycle.push(chunk);
        } catch (error) {
          reject(error);
        }
        if (cycle.rounds === 1) resolve();
      },
      ended: (error) => reject(error ?? new Error('The server ended a connection.')),
    });
    client.write(webSocket ? requestFrame(payload) : payload);
  });
}

function ignore(): void {
  // Pings, perhaps.
}
