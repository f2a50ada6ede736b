import { describe, expect, it } from 'vitest';
import { FakeClock, SeededRandom } from '../../src/index.ts';
import { throughProxy, until } from './through-proxy.ts';

const DATA = Buffer.from(new SeededRandom(11).bytes(100_000));

/** Lets what can happen without the clock happen: some turns with real I/O. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('delay', () => {
  it('holds each segment for so long, to the millisecond', async () => {
    const clock = new FakeClock();
    const { client, server, connection } = await throughProxy({ clock, toServer: { delay: 100 } });
    await client.send('one');
    await until(() => connection.toServer.received === 3);
    clock.advance(40);
    await client.send('two');
    await until(() => connection.toServer.received === 6);
    clock.advance(59);
    await settle();
    expect([server.length, connection.toServer.held]).toEqual([0, 6]);
    clock.advance(1);
    await server.has(3);
    clock.advance(40);
    await server.has(6);
    expect(server.bytes.toString()).toBe('onetwo');
    expect(connection.toServer).toMatchObject({ received: 6, delivered: 6, held: 0, stalled: false });
  });

  it('keeps the order when a later segment would be faster, and delays one direction only', async () => {
    const { client, server } = await throughProxy({ seed: 5, toServer: { delay: { min: 0, max: 5 } } });
    for (let i = 0; i < 50; i++) {
      await client.send(`${i},`);
      await server.send(`${i},`);
    }
    const expected = Array.from({ length: 50 }, (_, i) => `${i},`).join('');
    await Promise.all([server.has(expected.length), client.has(expected.length)]);
    expect([server.bytes.toString(), client.bytes.toString()]).toEqual([expected, expected]);
  });

  it('delays the end as well, and endDelay delays it more', async () => {
    const clock = new FakeClock();
    const { client, server } = await throughProxy({ clock, toServer: { delay: 10, endDelay: 30 } });
    client.socket.end('bye');
    await until(() => clock.pending === 1);
    await settle();
    clock.advance(10);
    await server.has(3);
    await until(() => clock.pending === 1);
    expect(server.ended).toBe(false);
    clock.advance(30);
    await server.until(() => server.ended);
    // The other direction is still open.
    await server.send('and you');
    await client.has(7);
  });
});

describe('split', () => {
  it('cuts into single bytes, each read by itself', async () => {
    const { client, server } = await throughProxy({ toServer: { split: 1 } });
    await client.send(DATA.subarray(0, 300));
    await server.has(300);
    expect(server.bytes).toEqual(DATA.subarray(0, 300));
    expect(server.reads.length).toBeGreaterThan(150);
  });

  it('waits between two pieces for as long as it is told', async () => {
    const clock = new FakeClock();
    const { client, server } = await throughProxy({ clock, toServer: { split: { min: 2, max: 2, gap: 5 } } });
    await client.send('abcde');
    for (const sofar of ['ab', 'abcd', 'abcde']) {
      await server.has(sofar.length);
      await settle();
      expect(server.bytes.toString()).toBe(sofar);
      clock.advance(5);
    }
  });

  it('cuts at the same places for the same seed, however the bytes come', async () => {
    const cuts = async (seed: number, size: number): Promise<number[]> => {
      const clock = new FakeClock();
      const { client, server } = await throughProxy({ seed, clock, toServer: { split: { min: 1, max: 100, gap: 1 } } });
      for (let at = 0; at < 2000; at += size) await client.send(DATA.subarray(at, at + size));
      // The gap is over only when the last piece was seen, so each is read by itself.
      const lengths: number[] = [];
      while (server.length < 2000) {
        await settle();
        lengths.push(server.length);
        clock.advance(1);
      }
      return lengths;
    };
    const whole = await cuts(1, 2000);
    const other = await cuts(2, 2000);
    expect(await cuts(1, 2000)).toEqual(whole);
    expect(other).not.toEqual(whole);
  });
});

describe('join', () => {
  it('writes together what comes in time', async () => {
    const clock = new FakeClock();
    const { client, server, connection } = await throughProxy({ clock, toServer: { join: { within: 50 } } });
    for (const [i, word] of ['a', 'b', 'c'].entries()) {
      await client.send(word);
      await until(() => connection.toServer.received === i + 1);
      clock.advance(10);
    }
    expect(server.length).toBe(0);
    clock.advance(20);
    await server.has(3);
    expect(server.reads).toEqual([3]);
  });

  it('waits no longer when it has enough, or when nobody else comes', async () => {
    const clock = new FakeClock();
    const { client, server, connection } = await throughProxy({ clock, toServer: { join: { within: 50, bytes: 4 } } });
    await client.send('ab');
    await until(() => connection.toServer.received === 2);
    await client.send('cd');
    await server.has(4);
    await client.send('e');
    client.socket.end();
    await server.until(() => server.ended);
    expect([server.bytes.toString(), clock.now()]).toEqual(['abcde', 0]);
  });
});

describe('rate', () => {
  it('lets so many bytes through in a second', async () => {
    const clock = new FakeClock();
    const { client, server } = await throughProxy({ clock, toServer: { rate: 1000 } });
    await client.send(DATA.subarray(0, 500));
    let waited = 0;
    for (; server.length < 500; waited += 10) {
      await settle();
      if (server.length < 500) clock.advance(10);
    }
    // The last slice need not wait behind itself.
    expect(waited).toBeGreaterThanOrEqual(450);
    expect(waited).toBeLessThanOrEqual(520);
    expect(server.bytes).toEqual(DATA.subarray(0, 500));
  });
});

describe('limit', () => {
  it('resets both sides after so many bytes', async () => {
    const { client, server, connection } = await throughProxy({ toServer: { limit: { bytes: 10, action: 'cut' } } });
    await client.send(DATA.subarray(0, 9));
    await server.has(9);
    await client.send(DATA.subarray(9, 100));
    await Promise.all([client.closed, server.closed, connection.closed]);
    expect(client.error?.code).toBe('ECONNRESET');
    expect(connection.toServer.delivered).toBe(10);
    expect(server.length).toBeLessThanOrEqual(10);
  });

  it('ends both sides after so many bytes, all of which arrive', async () => {
    const { client, server, connection } = await throughProxy({ toClient: { limit: { bytes: 10, action: 'end' } } });
    await server.send(DATA.subarray(0, 100));
    await Promise.all([client.until(() => client.ended), server.until(() => server.ended)]);
    expect(client.bytes).toEqual(DATA.subarray(0, 10));
    client.socket.end();
    server.socket.end();
    await connection.closed;
    expect([client.error, server.error]).toEqual([undefined, undefined]);
  });

  it('stalls after so many bytes', async () => {
    const limit = { bytes: { min: 5, max: 50 }, action: 'stall' } as const;
    const { client, server, connection } = await throughProxy({ seed: 3, toServer: { limit } });
    await client.send(DATA.subarray(0, 100));
    await until(() => connection.toServer.stalled && connection.toClient.stalled);
    const { delivered } = connection.toServer;
    expect(delivered >= 5 && delivered <= 50).toBe(true);
    await server.has(delivered);
    await settle();
    expect(server.length).toBe(delivered);
    connection.resume();
    await server.has(100);
    expect(server.bytes).toEqual(DATA.subarray(0, 100));
  });

  it('counts anew when it is set again', async () => {
    const { client, server, connection } = await throughProxy();
    await client.send('12345');
    await server.has(5);
    connection.set({ toServer: { limit: { bytes: 3, action: 'cut' } } });
    await client.send('67');
    await server.has(7);
    expect(connection.toServer.delivered).toBe(7);
    await client.send('89');
    await connection.closed;
    expect(connection.toServer.delivered).toBe(8);
  });
});

describe('backpressure', () => {
  const MAX = 64 * 1024;
  /** What the kernels on the way, and Node's own buffers, may hold beside the proxy. */
  const MUCH = Buffer.alloc(32 * 1024 * 1024, 'x');

  it('stops the sender when the receiver does not read, and loses nothing', async () => {
    const { client, server, connection } = await throughProxy({ maxBuffered: MAX });
    server.socket.pause();
    const sent = client.send(MUCH);
    let received = -1;
    while (received !== connection.toServer.received || received === 0) {
      received = connection.toServer.received;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(received).toBeLessThan(MUCH.length);
    expect(connection.toServer.held).toBeLessThanOrEqual(MAX + 65_536);
    server.socket.resume();
    await Promise.all([sent, server.has(MUCH.length)]);
    expect(server.length).toBe(MUCH.length);
  });

  it('reads nothing more when stalled', async () => {
    const { client, server, connection } = await throughProxy({ maxBuffered: MAX });
    connection.stall();
    const sent = client.send(DATA);
    await settle();
    expect([connection.toServer.received, connection.toServer.held]).toEqual([0, 0]);
    connection.resume();
    await Promise.all([sent, server.has(DATA.length)]);
    expect(server.bytes).toEqual(DATA);
  });

  it('counts the cost of single bytes that are delayed', async () => {
    const clock = new FakeClock();
    const { client, connection } = await throughProxy({ clock, maxBuffered: 1290, toServer: { delay: 1000 } });
    for (let i = 1; i <= 10; i++) {
      await client.send('x');
      await until(() => connection.toServer.received === i);
    }
    await client.send('x');
    await settle();
    expect(connection.toServer.received).toBe(10);
    clock.advance(1000);
    await until(() => connection.toServer.received === 11);
  });
});
