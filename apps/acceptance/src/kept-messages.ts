// Runs in every version of Node and in the other runtimes: messages are kept on both sides of many connections, while the sockets are read into
// one buffer, and compared at the end. Prints what came of it as one line of JSON.

import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { connect } from '@framewire/node-client';
import { serve } from '@framewire/node-server';
import { shareReads } from '@framewire/node-transport';

const CONNECTIONS = 5;
const ROUNDS = 4;
const SIZES = [0, 20, 125, 300, 5000, 40_000, 65_536, 200_000, 20];

const sent = SIZES.map((size, seed) => Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8) + seed) & 255));
const all = Array.from({ length: ROUNDS }, () => sent).flat();
const kept: Uint8Array[][] = [];

/** Keeps what comes, and resolves when that is everything. */
function keep(listen: (message: (message: unknown) => void) => void): Promise<void> {
  const messages: Uint8Array[] = [];
  kept.push(messages);
  return new Promise((resolve) => {
    listen((message) => {
      if (messages.push(message as Uint8Array) === all.length) resolve();
    });
  });
}

const server = await serve(
  (connection) => {
    void keep((message) =>
      connection.listen({
        message(one) {
          message(one);
          connection.send(one);
        },
      }),
    );
  },
  { port: 0, host: '127.0.0.1', unstableSharedRead: true },
);
const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => connect(server.url)));
const heard = clients.map((client) => keep((message) => client.listen({ message })));
for (const message of all) {
  for (const client of clients) if (!client.send(message)) await client.drained();
}
await Promise.all(heard);
const wrong = kept.filter((messages) => messages.some((message, at) => Buffer.compare(message, all[at] as Uint8Array)));
const closures = await Promise.all(clients.map((client) => client.close()));
await server.close();
console.log(
  JSON.stringify({
    shared: await sharesReads(),
    sides: kept.length,
    messages: kept.reduce((count, messages) => count + messages.length, 0),
    wrong: wrong.length,
    clean: closures.every(({ clean }) => clean),
  }),
);

/** Whether this runtime lets accepted sockets be read so. */
async function sharesReads(): Promise<boolean> {
  const plain = createServer().listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const client = connectSocket((plain.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = await once(plain, 'connection');
  const shared = shareReads(socket);
  client.destroy();
  socket.destroy();
  plain.close();
  return shared;
}
