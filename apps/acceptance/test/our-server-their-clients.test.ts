// Our server with the clients people have: everything they send comes back unchanged, and each side sees how the other closed.

import { type Closure, type Server, serve } from '@framewire/node-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENTS, runClient } from '../src/peers.ts';
import { isHere } from '../src/runtimes.ts';

let server: Server;
let closed: Promise<Closure> | undefined;

beforeAll(async () => {
  server = await serve(
    async (connection) => {
      closed = connection.closed;
      for await (const message of connection) if (!connection.send(message)) await connection.drained();
    },
    // The browsers' Origin is not the matter here: Deno and Bun send none, Node's WebSocket none either.
    { host: '127.0.0.1', port: 0, maxMessageSize: 8 * 1024 * 1024, maxSendQueue: 64 * 1024 * 1024 },
  );
});

afterAll(() => server.close({ deadline: 1000 }));

it.for(CLIENTS)('our server echoes every kind and size to $name, and takes leave', async (peer, { skip }) => {
  skip(!isHere(peer));
  closed = undefined;
  const result = await runClient(peer, server.url);
  expect(result).toMatchObject({ ok: true, code: 3001, wasClean: true });
  expect(await closed).toMatchObject({
    clean: true,
    received: { code: 3001, reason: 'fin 👋' },
    receivedFirst: true,
  });
});
