// kill -9 of either side in mid-traffic: each connection of the other has exactly one end, soon, everybody is gone from its registry, nothing
// was lost on the way or came twice; and a client that reconnects finds the server that was started again.

import { afterEach, describe, expect, it } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { freePort } from '../../src/free-port.ts';
import { chance, SEED } from '../../src/seed.ts';

const CONNECTIONS = 20;
/** The kernel tells of the end of a process at once; the rest is a machine under load. */
const BOUND = 10_000;

describe(`kill -9, seed ${SEED}`, () => {
  const processes: FaultProcess[] = [];
  afterEach(() => Promise.all(processes.splice(0).map((one) => one.kill())));

  async function start(
    script: 'fault-server.mjs' | 'fault-client.mjs',
    settings: object = {},
  ): Promise<[FaultProcess, number]> {
    const started = new FaultProcess(script, { settings });
    processes.push(started);
    return [started, (await started.hears('ready')).port];
  }

  /** Traffic on every connection, and at some moment of it a death. */
  async function dieAmongTraffic(dies: 'server' | 'client'): Promise<void> {
    const [[server, port], [client]] = await Promise.all([start('fault-server.mjs'), start('fault-client.mjs')]);
    for (let id = 0; id < CONNECTIONS; id++) {
      client.tell({ do: 'connect', id, url: `ws://127.0.0.1:${port}/numbers`, talk: 'numbers' });
    }
    // Each is in the middle of it.
    for (let id = 0; id < CONNECTIONS; id++) await client.hears('mark', BOUND, (mark) => mark.id === id);
    for (let marks = chance().integer(0, 40); marks > 0; marks--) await client.hears('mark');
    const [victim, survivor] = dies === 'server' ? [server, client] : [client, server];
    victim.signal('SIGKILL');
    const ids = new Set<number>();
    for (let i = 0; i < CONNECTIONS; i++) {
      const { id, closure, received, misplaced } = await survivor.hears('closed', BOUND);
      ids.add(id);
      expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'LOST' } });
      expect(closure).not.toHaveProperty('received');
      expect(received).toBeGreaterThanOrEqual(1000);
      expect(misplaced).toBe(0);
    }
    expect(ids.size).toBe(CONNECTIONS);
    await survivor.empty();
    expect(survivor.unheard('closed')).toEqual([]);
    expect(survivor.unheard('failed')).toEqual([]);
    expect(survivor.printed).toBe('');
  }

  it('of the server: each client has one end', () => dieAmongTraffic('server'));

  it('of the clients: the server has one end for each', () => dieAmongTraffic('client'));

  it('of the server: who reconnects finds the next one, and sends nothing twice', async () => {
    const port = await freePort();
    const [[first], [client]] = await Promise.all([start('fault-server.mjs', { port }), start('fault-client.mjs')]);
    client.tell({ do: 'reconnect', id: 0, url: `ws://127.0.0.1:${port}/marks` });
    await client.hears('opened');
    let last = -1;
    /** The next number that came back is none that did before. */
    const goOn = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const mark = await client.hears('mark');
        expect(mark.count).toBeGreaterThan(last);
        last = mark.count;
      }
    };
    await goOn(chance().integer(10, 60));
    await first.kill();
    const seen = first.unheard('mark').map((mark) => mark.count);
    const [second] = await start('fault-server.mjs', { port });
    await client.hears('opened', BOUND);
    await goOn(50);
    // What the servers got, one after the other, grows strictly.
    const all = [...seen, ...second.unheard('mark').map((mark) => mark.count)];
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
    expect(client.printed).toBe('');
  });
});
