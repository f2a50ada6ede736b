// A peer that reads nothing while the application goes on sending: what is queued for it is bounded, the slow-consumer policy fires, memory is
// given back, and others notice nothing.

import { connect } from '@framewire/node-client';
import { describe, expect, it, type TestContext } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { answerTo, listenRaw, openedAt } from '../../src/raw-handshake.ts';
import { chance, SEED } from '../../src/seed.ts';
import { within } from '../../src/within.ts';

const MIB = 1024 * 1024;
const LIMITS = { sendHighWater: MIB / 4, maxSendQueue: chance().integer(MIB / 4, 2 * MIB), closeTimeout: 300 };
const SLOW_READERS = 8;
/** One message, and its header. */
const MESSAGE = 64 * 1024 + 10;
/** What may be queued: the message that goes over the limit, and the Close behind it, both with a client's masking key. */
const MOST_QUEUED: number = LIMITS.maxSendQueue + MESSAGE + 4 + 131;

async function start(
  { onTestFinished }: TestContext,
  settings: object,
): Promise<{ server: FaultProcess; client: FaultProcess; port: number }> {
  const server = new FaultProcess('fault-server.mjs', {
    nodeOptions: ['--expose-gc'],
    settings: { ...LIMITS, ...settings },
  });
  const client = new FaultProcess('fault-client.mjs');
  onTestFinished(async () => {
    await Promise.all([server.kill(), client.kill()]);
  });
  const { port } = await server.hears('ready');
  // One that is no worse off for it.
  client.tell({ do: 'connect', id: 0, url: `ws://127.0.0.1:${port}/numbers`, talk: 'numbers' });
  await client.hears('mark');
  return { server, client, port };
}

/** The first numbers of the messages of the flood in these bytes, and whether there was nothing else. */
function numbersIn(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + MESSAGE <= bytes.length; at += MESSAGE) {
    expect(bytes.subarray(at, at + 10).toString('hex')).toBe('827f0000000000010000');
    numbers.push(bytes.readUInt32BE(at + 10));
  }
  return numbers;
}

describe.concurrent(`a slow reader, seed ${SEED}`, () => {
  it('is closed with 1008 when its queue is full; others go on', async (context) => {
    const { server, client, port } = await start(context, {});
    const before = await server.census();
    const peers = await Promise.all(Array.from({ length: SLOW_READERS }, () => openedAt(port, '/flood')));
    for (const peer of peers) peer.pause();
    for (let i = 0; i < SLOW_READERS; i++) {
      const { closure, mostQueued } = await server.hears('closed');
      expect(closure).toMatchObject({
        code: 1006,
        clean: false,
        sent: { code: 1008 },
        error: { code: 'SLOW_CONSUMER' },
      });
      expect(mostQueued).toBeLessThanOrEqual(MOST_QUEUED);
    }
    // Of all it went through nothing is kept.
    await server.until(
      ({ connections, sockets, begun, ended, arrayBuffers }) =>
        connections === 1 && sockets === 1 && begun - ended === 1 && arrayBuffers < before.arrayBuffers + MIB,
      'It keeps something',
    );
    for (const peer of peers) peer.destroy();
    const { count } = await client.hears('mark');
    await client.hears('mark', 20_000, (mark) => mark.count > count + 1_000);
    expect([...client.unheard('closed'), ...server.unheard('closed'), ...server.unheard('failed')]).toEqual([]);
    expect(server.printed).toBe('');
  });

  it('loses what does not fit where slowConsumer is drop, and gets the rest in order when it reads again', async (context) => {
    const { server, port } = await start(context, { slowConsumer: 'drop' });
    const peer = await openedAt(port, '/flood');
    peer.pause();
    const queued = await server.until(({ mostDropped }) => mostDropped > 20, 'It dropped nothing');
    expect(queued.mostQueued).toBeLessThanOrEqual(MOST_QUEUED);
    peer.resume();
    await within(
      peer.until(({ size }) => size > 12 * MIB),
      20_000,
      'It got no more',
    );
    peer.pause();
    const numbers = numbersIn(peer.rest);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers[0]).toBe(0);
    // Whole messages were left out, and only such.
    expect(numbers.at(-1)).toBeGreaterThan(numbers.length - 1);
    peer.reset();
    expect((await server.hears('closed')).closure).toMatchObject({ code: 1006, error: { code: 'LOST' } });
    expect(server.printed).toBe('');
  });

  it('is closed by a client, too', async ({ onTestFinished }) => {
    const server = await listenRaw();
    onTestFinished(() => server.close());
    const opening = connect(`ws://127.0.0.1:${server.port}/`, LIMITS);
    const peer = await server.accepted();
    await peer.send(answerTo(await peer.head()));
    const connection = await opening;
    peer.pause();
    let mostQueued = 0;
    while (connection.state === 'open') {
      connection.send(new Uint8Array(64 * 1024));
      mostQueued = Math.max(mostQueued, connection.bufferedAmount);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(mostQueued).toBeLessThanOrEqual(MOST_QUEUED);
    const closure = await connection.closed;
    expect(closure).toMatchObject({ code: 1006, sent: { code: 1008 }, error: { code: 'SLOW_CONSUMER' } });
    peer.destroy();
  });
});
