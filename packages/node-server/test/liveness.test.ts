// Both ends look after a quiet peer by default. Here the server; packages/node-client has the same for the client.

import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import type { NodeConnection } from '../src/index.ts';
import { request, textFrame } from './support/raw-client.ts';
import { deferred, rawClient, start, until } from './support/servers.ts';

/** A connection of a client that says only what the test wants, and its clock. */
async function quietClient() {
  const clock = new FakeClock();
  const opened = deferred<NodeConnection>();
  const messages: unknown[] = [];
  const server = await start(
    (connection) => {
      connection.listen({ message: (message) => void messages.push(message) });
      opened.resolve(connection);
    },
    { clock },
  );
  const client = await rawClient(server);
  client.socket.write(request());
  const connection = await opened.promise;
  await until(() => client.received.includes('\r\n\r\n'));
  client.received = Buffer.alloc(0);
  return { clock, connection, client, messages };
}

describe('a server without options', () => {
  it('finds a half-open client 45 s after its last byte, and less than a second later', async () => {
    const { clock, connection, client } = await quietClient();
    clock.advance(25_000);
    clock.advance(1000);
    await until(() => client.received.length > 0);
    expect(client.received[0]).toBe(0x89);
    clock.advance(19_000 - 1);
    expect(connection.state).toBe('open');
    clock.advance(1001);
    expect(await connection.closed).toMatchObject({ code: 1006, clean: false, error: { code: 'PONG_TIMEOUT' } });
    expect(connection.roundTripTime).toBe(undefined);
  });

  it('takes any byte for life, and knows the round trip when the Ping is answered', async () => {
    const { clock, connection, client, messages } = await quietClient();
    for (let round = 1; round <= 3; round++) {
      client.received = Buffer.alloc(0);
      clock.advance(27_000);
      await until(() => client.received.length === 6);
      // It does not answer the Ping.
      client.socket.write(textFrame('I live'));
      await until(() => messages.length === round);
    }
    expect(connection.state).toBe('open');
    expect(connection.roundTripTime).toBe(undefined);
    clock.advance(12);
    client.socket.write(Buffer.concat([Buffer.of(0x8a, 0x84, 0, 0, 0, 0), client.received.subarray(2)]));
    await until(() => connection.roundTripTime !== undefined);
    expect(connection.roundTripTime).toBeLessThanOrEqual(1012);
    expect(connection.roundTripTime).toBeGreaterThanOrEqual(12);
  });
});
