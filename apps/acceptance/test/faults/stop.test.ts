// SIGSTOP: a process that is there and does nothing, as after a swap storm, under a debugger or on a laptop that sleeps. The other side finds it
// dead within interval and deadline of its keepalive; waking, it learns so and goes on. A stop shorter than that loses nothing.
//
// Here the keepalive is quick. FRAMEWIRE_LONG_FAULTS=1 stops for 30 s, with the ratio of the defaults.

import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { chance, SEED } from '../../src/seed.ts';

const IS_LONG = process.env.FRAMEWIRE_LONG_FAULTS === '1';
/** 25 to 20, as the defaults. */
const KEEPALIVE = IS_LONG ? { interval: 15_000, deadline: 12_000 } : { interval: 1_000, deadline: 800 };
const STOP = IS_LONG ? 30_000 : 3_000;
const CONNECTIONS = 5;
/** A machine under load may itself be a second late. */
const ATTEMPTS = { retry: 2, timeout: 3 * 60_000 };

interface Both {
  readonly server: FaultProcess;
  readonly client: FaultProcess;
  readonly port: number;
}

/** Both sides, and connections between them; all but the first have traffic. Who is stopped does not look whether the other lives. */
async function startBoth(
  { onTestFinished }: TestContext,
  keepalive: { readonly server: object | false; readonly client: object | false },
): Promise<Both> {
  const server = new FaultProcess('fault-server.mjs', { settings: { keepalive: keepalive.server } });
  const client = new FaultProcess('fault-client.mjs');
  onTestFinished(async () => {
    await Promise.all([server.kill(), client.kill()]);
  });
  const { port } = await server.hears('ready');
  const options = { keepalive: keepalive.client };
  for (let id = 0; id < CONNECTIONS; id++) {
    const [path, talk] = id === 0 ? ['idle', 'idle'] : ['numbers', 'numbers'];
    client.tell({ do: 'connect', id, url: `ws://127.0.0.1:${port}/${path}`, options, talk });
  }
  for (let id = 1; id < CONNECTIONS; id++) await client.hears('mark', 20_000, (mark) => mark.id === id);
  // Some moment of the traffic.
  for (let marks = chance().integer(0, 30); marks > 0; marks--) await client.hears('mark');
  return { server, client, port };
}

describe.concurrent(`SIGSTOP, seed ${SEED}`, () => {
  it.for(['client', 'server'] as const)(
    'of the %s: found dead in time, and it learns so when it wakes',
    ATTEMPTS,
    async (stopped, context) => {
      const watching = stopped === 'client' ? 'server' : 'client';
      const both = await startBoth(context, { server: false, client: false, [watching]: KEEPALIVE });
      const start = performance.now();
      both[stopped].signal('SIGSTOP');
      for (let i = 0; i < CONNECTIONS; i++) {
        const { closure } = await both[watching].hears('closed', STOP + 10_000);
        expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'PONG_TIMEOUT' } });
      }
      const found = performance.now() - start;
      expect(found).toBeLessThan(KEEPALIVE.interval + KEEPALIVE.deadline + 1_000);
      await both[watching].empty();

      await setTimeout(Math.max(0, STOP - found));
      expect(both[stopped].unheard('closed')).toEqual([]);
      both[stopped].signal('SIGCONT');
      for (let i = 0; i < CONNECTIONS; i++) {
        const { closure, misplaced } = await both[stopped].hears('closed');
        expect(closure).toMatchObject({ code: 1006, clean: false });
        expect(misplaced).toBe(0);
      }
      await both[stopped].empty();
      for (const side of ['server', 'client'] as const) {
        expect(both[side].unheard('closed')).toEqual([]);
        expect(both[side].printed).toBe('');
      }
      // It is as good as new.
      both.client.tell({ do: 'connect', id: 99, url: `ws://127.0.0.1:${both.port}/numbers`, talk: 'numbers' });
      await both.client.hears('mark', 20_000, (mark) => mark.id === 99);
    },
  );

  it.for(['client', 'server'] as const)(
    'of the %s, longer than the interval and shorter than the deadline: nothing is lost',
    async (stopped, context) => {
      const patient = { interval: 300, deadline: 30_000 };
      const both = await startBoth(context, { server: patient, client: patient });
      both[stopped].signal('SIGSTOP');
      await setTimeout(1_500);
      both[stopped].signal('SIGCONT');
      for (let id = 1; id < CONNECTIONS; id++) {
        // Two thousand more than before.
        const { count } = await both.client.hears('mark', 20_000, (mark) => mark.id === id);
        await both.client.hears('mark', 20_000, (mark) => mark.id === id && mark.count >= count + 2_000);
      }
      expect([...both.server.unheard('closed'), ...both.client.unheard('closed')]).toEqual([]);
      for (let id = 0; id < CONNECTIONS; id++) both.client.tell({ do: 'close', id });
      for (const side of ['server', 'client'] as const) {
        for (let i = 0; i < CONNECTIONS; i++) {
          const { closure, misplaced } = await both[side].hears('closed');
          expect(closure).toMatchObject({ code: 1000, clean: true });
          expect(misplaced).toBe(0);
        }
        expect(both[side].printed).toBe('');
      }
    },
  );
});
