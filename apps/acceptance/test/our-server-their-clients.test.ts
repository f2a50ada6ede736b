// Our server with the clients people have: everything they send comes back unchanged, and each side sees how the other closed.

import type { Closure } from '@framewire/node-server';
import { type Server, serve } from '@framewire/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS, isHere, runClient } from '../src/peers.ts';

let server: Server;
const closures: Closure[] = [];

beforeAll(async () => {
  server = await serve(
    async (connection) => {
      connection.closed.then((closure) => closures.push(closure));
      for await (const message of connection) if (!connection.send(message)) await connection.drained();
    },
    // The browsers' Origin is not the matter here: Deno and Bun send none, Node's WebSocket none either.
    { host: '127.0.0.1', port: 0, maxMessageSize: 8 * 1024 * 1024, maxSendQueue: 64 * 1024 * 1024 },
  );
});

afterAll(() => server.close({ deadline: 1000 }));

describe.each(CLIENTS.filter(isHere))('our server with $name', (peer) => {
  it('echoes every kind and size, and takes leave', async () => {
    closures.length = 0;
    const kind = peer.name.startsWith('ws ') ? ['ws'] : [];
    const result = await runClient(peer, server.url, kind);
    expect(result).toMatchObject({ ok: true, code: 3001, wasClean: true });
    const [closure] = closures;
    expect(closure?.received).toEqual({ code: 3001, reason: 'fin 👋' });
    expect(closure).toMatchObject({ clean: true, receivedFirst: true });
  });
});
