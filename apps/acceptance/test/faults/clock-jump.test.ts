// The wall clock is set an hour forward or back, by NTP or by hand, in a process with connections: nobody is closed for it, nobody is kept longer,
// and a round trip takes as long as it took. All that is timed here is timed by a monotonic clock.

import { describe, expect, it, type TestContext } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { openedAt } from '../../src/raw-handshake.ts';
import { RawSocket } from '../../src/raw-socket.ts';
import { at } from '../../src/runtimes.ts';
import { chance, SEED } from '../../src/seed.ts';

/** Up to an hour. */
const FAR: number = chance().integer(300_000, 3_600_000);
/** Shorter than that, and longer than a machine under load makes anybody wait. */
const LATEST = 60_000;
const nodeOptions = ['--import', at('peers/jumping-clock.mjs')];

function start({ onTestFinished }: TestContext, script: string, settings: object = {}): FaultProcess {
  const started = new FaultProcess(script, { nodeOptions, settings });
  onTestFinished(() => started.kill());
  return started;
}

describe.concurrent(`a wall clock that jumps ${FAR} ms, seed ${SEED}`, () => {
  it.for([
    ['forward', FAR],
    ['back', -FAR],
  ] as const)('%s', async ([, by], context) => {
    const keepalive = { interval: 800, deadline: 20_000 };
    const server = start(context, 'fault-server.mjs', { keepalive, handshakeTimeout: 3_000, closeTimeout: 2_000 });
    const client = start(context, 'fault-client.mjs');
    const { port } = await server.hears('ready');
    // A peer that pings need not be pinged: some clients do, and from others it is the server.
    const connect = (id: number, talk: string, options: object): void =>
      client.tell({ do: 'connect', id, url: `ws://127.0.0.1:${port}/${talk}`, options, talk });
    for (let id = 0; id < 2; id++) connect(id, 'idle', { keepalive: false });
    for (let id = 2; id < 5; id++) connect(id, 'idle', { keepalive: { interval: 200, deadline: 20_000 } });
    connect(5, 'numbers', {});
    await client.hears('mark');
    for (let id = 0; id < 6; id++) await client.hears('opened');

    // Everything that has a time to run: an opening handshake, a closing one, and a wait to reconnect.
    const opening = await RawSocket.to(port);
    await opening.send(Buffer.from('GET / HTTP/1.1\r\n'));
    const closing = await openedAt(port, '/bye');
    await closing.until(() => closing.rest.length > 0);
    client.tell({
      do: 'reconnect',
      id: 6,
      url: 'ws://127.0.0.1:1/marks',
      options: { baseDelay: 1_000, maxDelay: 1_000 },
    });
    await client.hears('waiting');
    const begin = performance.now();
    for (const side of [server, client]) side.tell({ do: 'jump', by });

    await opening.finished;
    expect(opening.received.toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    const closed = await server.hears('closed', LATEST);
    expect(closed).toMatchObject({ path: '/bye', closure: { code: 1006, error: { code: 'CLOSE_TIMEOUT' } } });
    await client.hears('waiting', LATEST);
    // Both were begun before the jump; a timer that took it for time passed would have run out at once.
    expect(performance.now() - begin).toBeGreaterThan(1_000);

    // Pings went on, and their round trips are no hours.
    for (const [side, pings] of [
      [server, 2],
      [client, 3],
    ] as const) {
      const isPinged = (time: number | undefined): boolean => time !== undefined && time >= 0 && time < LATEST;
      const { roundTripTimes, wallClockReads } = await side.until(
        (census) => census.roundTripTimes.filter(isPinged).length >= pings,
        'Nobody was pinged',
      );
      expect(roundTripTimes.filter((time) => time !== undefined).every(isPinged)).toBe(true);
      expect(wallClockReads).toEqual([]);
    }
    const { count } = await client.hears('mark');
    await client.hears('mark', LATEST, (mark) => mark.count > count + 1_000);
    for (const side of [server, client]) {
      expect(side.unheard('closed')).toEqual([]);
      expect(side.printed).toBe('');
    }
    closing.destroy();
  });
});
