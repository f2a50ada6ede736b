// Our own reconnecting through the chaos proxy of @framewire/testing: whatever the network does, nothing comes twice or out of order, what was
// said of each message is true, and nothing is left on either side.

import type { Delivery } from '@framewire/connection';
import { connect, reconnect } from '@framewire/node-client';
import { type KeepaliveOptions, type ServeOptions, type Server, serve } from '@framewire/node-server';
import { FakeClock, SeededRandom } from '@framewire/testing';
import { type ChaosProxy, type ChaosProxyOptions, chaosProxy, type Faults } from '@framewire/testing/chaos-proxy';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BROWSERS, isBrowserHere } from '../src/browsers.ts';
import { NumberedClient, NumberedServer } from '../src/numbered.ts';
import { inPage } from '../src/page.ts';
import { at } from '../src/runtimes.ts';

/** Short, for tests in which a connection dies in silence. */
const IMPATIENT: KeepaliveOptions = { interval: 200, deadline: 400 };

interface World {
  readonly server: Server;
  readonly proxy: ChaosProxy;
  readonly numbered: NumberedServer;
  readonly client: NumberedClient;
  /** Says goodbye, and checks what must hold whatever has happened. */
  judge(): Promise<Delivery[]>;
}

async function world(chaos: Partial<ChaosProxyOptions> = {}, keepalive: KeepaliveOptions = {}): Promise<World> {
  const numbered = new NumberedServer();
  const options: ServeOptions = { host: '127.0.0.1', port: 0, keepalive, handshakeTimeout: 500 };
  const server = await serve(numbered.handler, options);
  const proxy = await chaosProxy({ ...chaos, target: server.url });
  const client = new NumberedClient(
    reconnect(proxy.url, {
      baseDelay: 2,
      maxDelay: 20,
      connect: { keepalive, handshakeTimeout: 500, closeTimeout: 500 },
    }),
  );
  onTestFinished(async () => {
    await client.connection.close();
    await proxy.close();
    await server.close({ deadline: 0 });
  });
  const judge = async (): Promise<Delivery[]> => {
    await client.throughAgain();
    const end = await client.connection.close();
    expect(end).toEqual({ why: 'closed' });
    await client.finished;
    const deliveries = await Promise.all(client.deliveries);
    // Nobody is left on the server, nor in between.
    while (server.connections.size > 0) await Promise.all([...server.connections].map(({ closed }) => closed));
    await Promise.all(proxy.connections.map(({ closed }) => closed));
    expect(proxy.connections).toEqual([]);

    const heard = numbered.heard.flat();
    expect(new Set(heard).size).toBe(heard.length);
    for (const numbers of numbered.heard) {
      // Each connection carried a run of numbers, in order and without a gap.
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    }
    // What was not sent has not come.
    for (const number of heard) expect(['sent', 'uncertain']).toContain(deliveries[number]);
    // The same the other way: one conversation after the other, each from its beginning, without a gap.
    const { answers } = client;
    for (const [i, { conversation, index, number }] of answers.entries()) {
      const before = answers[i - 1];
      if (before?.conversation === conversation) expect(index).toBe(before.index + 1);
      else expect(index).toBe(0);
      expect(number).toBe(numbered.heard[conversation]?.[index]);
    }
    const conversations = answers.map(({ conversation }) => conversation);
    expect(new Set(conversations).size).toBe(conversations.filter((one, i) => one !== conversations[i - 1]).length);
    return deliveries;
  };
  return { server, proxy, numbered, client, judge };
}

/** Until the client has noticed that its connection is gone. */
async function lost({ client }: World): Promise<void> {
  while (client.connection.state === 'open') await new Promise((resolve) => setTimeout(resolve, 1));
}

const RANDOM_DELAY: Faults = { delay: { min: 0, max: 5 } };

describe('reconnecting', () => {
  it.each<[what: string, toClient: Faults, toServer: Faults]>([
    ['single bytes', { split: 1 }, { split: 1 }],
    ['delays', RANDOM_DELAY, RANDOM_DELAY],
    ['delayed bits and pieces', { delay: 2, split: { min: 1, max: 7 } }, { delay: { min: 1, max: 9 }, split: 3 }],
    ['segments put together', { join: { within: 5 } }, { join: { within: 5 } }],
    ['a slow line', { rate: 50_000 }, { rate: 50_000 }],
  ])('need not happen because of %s: one connection carries all', async (_, toClient, toServer) => {
    const { client, numbered, judge } = await world({ toClient, toServer });
    for (let i = 0; i < 100; i++) client.say();
    const deliveries = await judge();
    expect(numbered.heard).toEqual([deliveries.map((_, number) => number)]);
    expect(new Set(deliveries)).toEqual(new Set(['sent']));
    expect(client.answers.length).toBe(deliveries.length);
  });

  it('finds the server again after a cut and after an end, and sends what waited', async () => {
    const one = await world();
    const { client, proxy, numbered, judge } = one;
    for (const breakIt of [() => proxy.cut(), () => proxy.end()]) {
      await client.throughAgain();
      breakIt();
      await lost(one);
      const waited = Array.from({ length: 10 }, () => client.say());
      await client.throughAgain();
      expect(numbered.heard.at(-1)).toEqual(expect.arrayContaining(waited));
    }
    const deliveries = await judge();
    expect(numbered.heard.length).toBe(3);
    expect(deliveries).not.toContain('abandoned');
  });

  it.each(['reset', 'closed', 'silent'] as const)('outlasts a while in which clients are refused: %s', async (how) => {
    const one = await world();
    const { client, proxy, numbered, judge } = one;
    await client.throughAgain();
    await proxy.refuse(how);
    proxy.cut();
    await lost(one);
    const waited = client.say();
    const attempts = proxy.connection();
    if (how === 'silent') await attempts;
    else attempts.catch(() => undefined);
    while (client.connection.state !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 1));
    expect(client.connection.waitingMessages).toBe(1);
    await proxy.accept();
    await client.throughAgain();
    expect(numbered.heard.flat()).toContain(waited);
    await judge();
  });

  it('replaces a connection that is half open, and what was said to it is uncertain or sent, not said again', async () => {
    const one = await world({}, IMPATIENT);
    const { client, proxy, numbered, judge } = one;
    await client.throughAgain();
    proxy.stall();
    const intoTheVoid = client.say();
    await lost(one);
    const waited = client.say();
    proxy.cut();
    proxy.resume();
    await client.throughAgain();
    expect(numbered.heard.flat()).not.toContain(intoTheVoid);
    expect(numbered.heard.flat()).toContain(waited);
    const deliveries = await judge();
    expect(['sent', 'uncertain']).toContain(deliveries[intoTheVoid]);
  });

  it('gives up at once what waits when it is closed without a network', async () => {
    const one = await world();
    const { client, proxy, numbered } = one;
    await client.throughAgain();
    await proxy.refuse('closed');
    proxy.cut();
    await lost(one);
    const number = client.say();
    await client.connection.close();
    expect(await client.deliveries[number]).toBe('abandoned');
    expect(numbered.heard.flat()).not.toContain(number);
  });

  it.each([1, 2, 3, 4, 5, 125])('survives a bad day: seed %i', async (seed) => {
    const random = new SeededRandom(seed);
    const one = await world({ seed }, IMPATIENT);
    const { client, proxy, judge } = one;
    const faults = (): Faults => ({
      ...(random.next() < 0.4 ? RANDOM_DELAY : {}),
      ...(random.next() < 0.4 ? { split: { min: 1, max: 30 } } : {}),
      ...(random.next() < 0.2 ? { join: { within: 3 } } : {}),
      ...(random.next() < 0.3 ? { limit: { bytes: { min: 1, max: 3000 }, action: 'cut' } } : {}),
    });
    const misfortunes: (() => unknown)[] = [
      () => proxy.cut(),
      () => proxy.end(),
      () => proxy.connections.at(-1)?.cut(),
      () => proxy.refuse('reset'),
      () => proxy.refuse('closed'),
      () => proxy.refuse('silent'),
      () => proxy.stall(),
      () => proxy.stall('toServer'),
      () => proxy.stall('toClient'),
      () => proxy.set({ toClient: faults(), toServer: faults() }),
    ];
    for (let round = 0; round < 15; round++) {
      for (let i = random.integer(0, 20); i > 0; i--) client.say();
      await misfortunes[random.integer(0, misfortunes.length - 1)]?.();
      for (let i = random.integer(0, 20); i > 0; i--) client.say();
      await new Promise((resolve) => setTimeout(resolve, random.integer(0, 40)));
      if (random.next() < 0.6) proxy.resume();
      if (random.next() < 0.6) await proxy.accept();
    }
    proxy.set({ toClient: {}, toServer: {} });
    proxy.resume();
    await proxy.accept();
    await judge();
  });
});

describe('a half-open connection', () => {
  it('is found at both ends within ping and pong deadline, and a tick', async () => {
    const clock = new FakeClock();
    const server = await serve(
      async (connection) => {
        await connection.closed;
      },
      { host: '127.0.0.1', port: 0, clock },
    );
    const proxy = await chaosProxy({ target: server.url });
    onTestFinished(async () => {
      await proxy.close();
      await server.close({ deadline: 0 });
    });
    const client = await connect(proxy.url, { clock });
    const [serverSide] = server.connections;
    const ends: { readonly code: number; readonly at: number }[] = [];
    const second = async (): Promise<void> => {
      clock.advance(1000);
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    for (const end of [client, serverSide]) {
      void end?.closed.then(({ code }) => ends.push({ code, at: clock.now() }));
    }
    // Pings and Pongs keep it alive.
    for (let time = 0; time < 120; time++) await second();
    expect(ends).toEqual([]);
    expect(proxy.connections[0]?.toServer.delivered).toBeGreaterThan(0);
    proxy.stall();
    const stalled = clock.now();
    while (ends.length < 2 && clock.now() < stalled + 60_000) await second();
    expect(ends.map(({ code }) => code)).toEqual([1006, 1006]);
    for (const { at: time } of ends) {
      expect(time).toBeGreaterThan(stalled + 20_000 - 1000);
      expect(time).toBeLessThanOrEqual(stalled + 25_000 + 20_000 + 1000);
    }
    expect(server.connections.size).toBe(0);
  });
});

// One browser is enough: what a page does is the same code in all.
it.for(BROWSERS.slice(0, 1))('a page in $name reconnects through the proxy', async (browser, { skip }) => {
  skip(!isBrowserHere(browser));
  const numbered = new NumberedServer();
  const script = async (): Promise<string> => {
    const entryPoints = [at('page/keep-counting.ts')];
    const { outputFiles } = await build({ bundle: true, format: 'esm', entryPoints, write: false });
    return outputFiles[0]?.text ?? '';
  };
  await inPage(browser, { script, handler: numbered.handler }, async (page, port) => {
    await using proxy = await chaosProxy({ target: { port }, toServer: { split: 100 } });
    await page.goto(`http://127.0.0.1:${proxy.port}/`);
    await page.evaluate('begin()');
    for (const [times, breakIt] of [() => undefined, () => proxy.cut(), () => proxy.end()].entries()) {
      breakIt();
      await page.waitForFunction(`hasBeenAnsweredIn(${times + 1})`);
    }
    expect(numbered.heard.length).toBe(3);
    // What it said came in order and once, over all three.
    const heard = numbered.heard.flat();
    expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
  });
});
