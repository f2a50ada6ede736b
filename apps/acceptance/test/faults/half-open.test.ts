// Half-open connections: client and server on hosts of their own, network namespaces, and the link between them taken down. No FIN and no reset
// comes. Each side finds the other gone by its keepalive; a short outage loses nothing.

import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { type CutLink, makeLink, whyNoLinks } from '../../src/cut-link.ts';
import { FaultProcess } from '../../src/fault-process.ts';
import { chance, SEED } from '../../src/seed.ts';

const KEEPALIVE = { interval: 1_000, deadline: 800 };
const CONNECTIONS = 5;
/** A machine under load may itself be a second late. */
const ATTEMPTS = { retry: 2 };

const why = whyNoLinks();
if (why !== undefined) console.log(`Not tested: half-open connections, because ${why}`);

interface Hosts {
  readonly link: CutLink;
  readonly server: FaultProcess;
  readonly client: FaultProcess;
  /** Connects that many clients with one kind of talk, and waits until they talk. */
  connect(talk: 'idle' | 'numbers', first: number, last: number): Promise<void>;
}

async function start({ onTestFinished }: TestContext, keepalive: object): Promise<Hosts> {
  const link = makeLink();
  const settings = { host: '0.0.0.0', keepalive };
  const server = new FaultProcess('fault-server.mjs', { through: link.on.left, settings });
  const client = new FaultProcess('fault-client.mjs', { through: link.on.right });
  onTestFinished(async () => {
    await Promise.all([server.kill(), client.kill()]);
    link.remove();
  });
  const { port } = await server.hears('ready');
  return {
    link,
    server,
    client,
    async connect(talk, first, last) {
      const url = `ws://${link.address}:${port}/${talk}`;
      for (let id = first; id <= last; id++) client.tell({ do: 'connect', id, url, options: { keepalive }, talk });
      for (let id = first; id <= last; id++) await client.hears('opened');
      if (talk === 'numbers')
        await Promise.all(range(first, last).map((id) => client.hears('mark', 20_000, (mark) => mark.id === id)));
    },
  };
}

/** Of the traffic. */
async function someMoment(client: FaultProcess): Promise<void> {
  for (let marks = chance().integer(0, 30); marks > 0; marks--) await client.hears('mark');
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe.skipIf(why !== undefined)(
  `half-open connections, seed ${SEED}${why === undefined ? '' : ` (skipped: ${why})`}`,
  { concurrent: true },
  () => {
    it(
      'are found by both sides within interval and deadline and a second, idle or in traffic',
      ATTEMPTS,
      async (context) => {
        const { link, server, client, connect } = await start(context, KEEPALIVE);
        await connect('idle', 0, 1);
        await connect('numbers', 2, CONNECTIONS - 1);
        await someMoment(client);
        const cut = performance.now();
        link.take('down');
        const found = await Promise.all(
          [server, client].map(async (side) => {
            for (let i = 0; i < CONNECTIONS; i++) {
              const { closure, misplaced } = await side.hears('closed');
              expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'PONG_TIMEOUT' } });
              expect(misplaced).toBe(0);
            }
            return performance.now() - cut;
          }),
        );
        expect(Math.max(...found)).toBeLessThan(KEEPALIVE.interval + KEEPALIVE.deadline + 1_000);
        await Promise.all([server.empty(), client.empty()]);

        // What TCP still wants to say when the link is back raises nobody from the dead.
        link.take('up');
        await connect('numbers', 10, 10);
        for (const side of [server, client]) {
          expect(side.unheard('closed')).toEqual([]);
          expect(side.printed).toBe('');
        }
      },
    );

    it('are none when the link is back before the deadline: nothing is lost', async (context) => {
      const { link, server, client, connect } = await start(context, { interval: 300, deadline: 40_000 });
      await connect('numbers', 0, CONNECTIONS - 1);
      await someMoment(client);
      link.take('down');
      await setTimeout(1_000);
      link.take('up');
      for (const id of range(0, CONNECTIONS - 1)) {
        const { count } = await client.hears('mark', 30_000, (mark) => mark.id === id);
        await client.hears('mark', 30_000, (mark) => mark.id === id && mark.count >= count + 2_000);
        client.tell({ do: 'close', id });
      }
      for (const side of [server, client]) {
        for (let i = 0; i < CONNECTIONS; i++) {
          const { closure, misplaced } = await side.hears('closed');
          expect(closure).toMatchObject({ code: 1000, clean: true });
          expect(misplaced).toBe(0);
        }
        expect(side.printed).toBe('');
      }
    });
  },
);
