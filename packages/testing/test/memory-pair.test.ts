import type { Connection } from '@framewire/connection';
import { describe, expect, it } from 'vitest';
import { memoryPair } from '../src/memory-pair.ts';
import { turn } from '../src/turn.ts';

/** A handler such as a user would test. */
async function echo(connection: Connection): Promise<void> {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}

describe('memoryPair', () => {
  it('joins two connections, so that a handler can be tested without a socket', async () => {
    const { client, server } = memoryPair();
    const done = echo(server);
    client.send('hello');
    client.send(new Uint8Array([1, 2]));
    const got: unknown[] = [];
    for await (const message of client) {
      got.push(message);
      if (got.length === 2) break;
    }
    expect(got).toEqual(['hello', new Uint8Array([1, 2])]);
    const closure = await client.close(4000, 'done');
    expect(closure).toMatchObject({ code: 4000, clean: true, receivedFirst: false });
    await expect(done).rejects.toMatchObject({ received: { code: 4000, reason: 'done' }, receivedFirst: true });
    expect(await server.closed).toMatchObject({ code: 4000, reason: 'done', clean: true });
  });

  it('has defaults, and takes what is set', () => {
    const plain = memoryPair();
    expect([plain.client.url, plain.server.subprotocol]).toEqual(['ws://memory/', '']);
    const { client, server } = memoryPair({ url: 'wss://example.org/chat', subprotocol: 'chat' });
    for (const connection of [client, server]) {
      expect(connection.url).toBe('wss://example.org/chat');
      expect(connection.subprotocol).toBe('chat');
      expect(connection.state).toBe('open');
    }
  });

  it('slows a sender down when the other side does not read', async () => {
    const { client, server } = memoryPair({ sendHighWater: 1000, receiveHighWater: 1000 });
    let sent = 0;
    while (sent < 100 && client.send(new Uint8Array(100))) {
      sent++;
      await turn();
    }
    expect(sent).toBeLessThan(20);
    const drained = client.drained();
    let received = 0;
    server.listen({ message: () => void received++ });
    await drained;
    await turn();
    expect(received).toBe(sent + 1);
    expect(client.bufferedAmount).toBe(0);
  });

  it('holds everything, and lets it go', async () => {
    const { client, server, hold, release } = memoryPair();
    let received = 0;
    server.listen({ message: () => void received++ });
    hold();
    client.send('a');
    await turn();
    expect([received, client.bufferedAmount]).toEqual([0, 1]);
    release();
    await turn();
    expect([received, client.bufferedAmount]).toEqual([1, 0]);
  });

  it('breaks, so that both sides learn why', async () => {
    const { client, server, cut } = memoryPair();
    const cause = new Error('cable');
    cut(cause);
    for (const connection of [client, server]) {
      const { code, error } = await connection.closed;
      expect(code).toBe(1006);
      expect(error?.cause).toBe(cause);
    }
  });

  it('has a client that overflows as in a browser, if asked to', async () => {
    const { client, server } = memoryPair({ browserClient: true, receiveHighWater: 1000 });
    for (let i = 0; i < 20; i++) server.send(new Uint8Array(100));
    expect((await client.closed).error).toMatchObject({ code: 'QUEUE_OVERFLOW' });
    expect((await server.closed).code).toBe(4008);
  });

  it('closes once when both sides close at once', async () => {
    const { client, server } = memoryPair();
    const [one, two] = await Promise.all([client.close(4001), server.close(4002)]);
    expect(one).toMatchObject({ code: 4002, clean: true, receivedFirst: false });
    expect(two).toMatchObject({ code: 4001, clean: true, receivedFirst: false });
  });
});
