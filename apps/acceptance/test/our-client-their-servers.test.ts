// Our client with the servers people have: everything we send comes back unchanged while we go on sending, and the closing handshake is clean.

import { connect } from '@framewire/node-client';
import { expect, it } from 'vitest';
import { payloads, same } from '../peers/payloads.mjs';
import { SERVERS, startServer } from '../src/peers.ts';
import { isHere } from '../src/runtimes.ts';

it.for(SERVERS)('our client gets back every kind and size from $name, and takes leave', async (peer, { skip }) => {
  skip(!isHere(peer));
  const server = await startServer(peer);
  try {
    const connection = await connect(`ws://127.0.0.1:${server.port}/`, { maxSendQueue: 64 * 1024 * 1024 });
    const sent = payloads();
    for (const payload of sent) connection.send(payload);
    let received = 0;
    for await (const message of connection) {
      expect(same(message, sent[received]), `message ${received}`).toBe(true);
      if (++received === sent.length) break;
    }
    expect(await connection.ping()).toBeGreaterThan(0);
    const closure = await connection.close(3001, 'fin 👋');
    expect(closure).toMatchObject({ clean: true, sent: { code: 3001, reason: 'fin 👋' }, receivedFirst: false });
  } finally {
    await server.stop();
  }
});
