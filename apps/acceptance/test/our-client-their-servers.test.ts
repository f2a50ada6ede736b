// Our client with the servers people have: everything we send comes back unchanged while we go on sending, and the closing handshake is clean.

import { connect } from '@framewire/node-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloads, same } from '../peers/payloads.mjs';
import { type RunningServer, SERVERS, startServer } from '../src/peers.ts';
import { isHere } from '../src/runtimes.ts';

describe.each(SERVERS.filter(isHere))('our client with $name', (peer) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(peer);
  });

  afterAll(() => server.stop());

  it('gets back every kind and size, and takes leave', async () => {
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
  });
});
