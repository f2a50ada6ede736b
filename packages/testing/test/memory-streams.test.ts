// What the contract suite does not say of streams in memory; the suite itself runs in contract.test.ts.

import { describe, expect, it } from 'vitest';
import { memoryPair } from '../src/memory-pair.ts';
import { turn } from '../src/turn.ts';

describe('streams in memory', () => {
  it('hold wholes on the side of a browser, and chunks on the other', async () => {
    const { client, server } = memoryPair({ browserClient: true });
    expect([client.buffersStreams, server.buffersStreams]).toEqual([true, false]);
    void server.sendStream(['a', 'b'], { type: 'text' });
    for await (const message of client) {
      expect(message).toBe('ab');
      break;
    }
  });

  it('slow each other down: what one side does not read, the other does not ask its source for', async () => {
    const { client, server } = memoryPair({ sendHighWater: 1000, receiveHighWater: 1000 });
    let asked = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      while (asked++ < 100) yield new Uint8Array(100);
    }
    const sending = client.sendStream(source());
    const { value: stream } = await server.streams().next();
    for (let i = 0; i < 50; i++) await turn();
    expect(asked).toBeLessThan(40);
    expect(await stream?.bytes()).toHaveLength(10_000);
    await sending;
  });

  it('says what a stream failed with in the middle of a message', async () => {
    const { client, server } = memoryPair();
    const error = new Error('disk');
    const failing = (async function* () {
      yield 'a';
      throw error;
    })();
    await expect(client.sendStream(failing)).rejects.toBe(error);
    expect((await client.closed).error).toMatchObject({ code: 'STREAM_FAILED', cause: error });
    expect((await server.closed).code).toBe(1011);
  });

  it('drops what waits when the peer closes', async () => {
    const { client, server } = memoryPair();
    const hanging = client.sendStream(
      (async function* () {
        yield 'a';
        await new Promise(() => {});
      })(),
    );
    client.send('behind');
    expect(client.bufferedAmount).toBe(6);
    const waiting = client.sendStream(['b']);
    void client.close();
    void server.close();
    await expect(hanging).rejects.toMatchObject({ name: 'ConnectionClosedError' });
    await expect(waiting).rejects.toMatchObject({ name: 'ConnectionClosedError' });
    expect(await client.closed).toMatchObject({ code: 1000, clean: true });
  });
});
