// Out of file descriptors. Node then takes whoever wants to connect and hangs up at once, and tells nobody: no error comes to `onError`, and none
// could. The server stays, those who are there go on, and when some have left, others are let in. (`maxConnections` below the limit of the process
// refuses with 503 instead, and tells.) A client rejects with a typed error.

import { describe, expect, it, type TestContext } from 'vitest';
import type { Command } from '../../src/child.ts';
import { type FaultOptions, FaultProcess } from '../../src/fault-process.ts';
import { chance, SEED } from '../../src/seed.ts';

const DESCRIPTORS: number = chance().integer(50, 100);
/** More than there is room for. */
const CLIENTS: number = DESCRIPTORS + 20;
/** The shell becomes the program. Both limits are set, for Node raises the soft one to the hard one. */
const through: Command = ['sh', '-c', `ulimit -n ${DESCRIPTORS}; exec setpriv --pdeathsig KILL "$0" "$@"`];

function start({ onTestFinished }: TestContext, script: string, options: FaultOptions = {}): FaultProcess {
  const started = new FaultProcess(script, options);
  onTestFinished(() => started.kill());
  return started;
}

/** Connects that many, and resolves with the ids of those who got in, and the errors of the others. */
async function crowd(
  client: FaultProcess,
  port: number,
  first: number,
  count: number,
): Promise<{ inside: number[]; errors: object[] }> {
  for (let id = first; id < first + count; id++) {
    client.tell({ do: 'connect', id, url: `ws://127.0.0.1:${port}/numbers`, talk: 'idle' });
  }
  const inside: number[] = [];
  const errors: object[] = [];
  for (let i = 0; i < count; i++) {
    const said = await client.hears(['opened', 'refused']);
    if (said.kind === 'opened') inside.push(said.id);
    else errors.push(said.error);
  }
  return { inside, errors };
}

async function leave(client: FaultProcess, ids: readonly number[]): Promise<void> {
  for (const id of ids) client.tell({ do: 'close', id });
  for (const _ of ids) expect((await client.hears('closed')).closure).toMatchObject({ code: 1000, clean: true });
}

describe.concurrent(`EMFILE, seed ${SEED}`, () => {
  it('of a server: it stays, those inside go on, and when some have left, others come in', async (context) => {
    const server = start(context, 'fault-server.mjs', { through });
    const client = start(context, 'fault-client.mjs');
    const { port } = await server.hears('ready');
    await client.hears('ready');
    client.tell({ do: 'connect', id: 1000, url: `ws://127.0.0.1:${port}/numbers`, talk: 'numbers' });
    await client.hears('opened');
    await client.hears('mark');

    const { inside, errors } = await crowd(client, port, 0, CLIENTS);
    expect(inside.length).toBeGreaterThan(DESCRIPTORS / 4);
    expect(errors.length).toBeGreaterThan(CLIENTS - DESCRIPTORS);
    for (const error of errors) expect(error).toMatchObject({ name: 'HandshakeError', code: 'NOT_SWITCHED' });
    const full = await server.until(({ connections }) => connections === inside.length + 1, 'It counts others');
    expect(full.sockets).toBe(full.connections);

    const { count } = await client.hears('mark');
    await client.hears('mark', 20_000, (mark) => mark.count > count + 1_000);
    const leaving = inside.slice(0, 5);
    await leave(client, leaving);
    await server.until(({ sockets }) => sockets === full.sockets - leaving.length, 'They are still there');
    const others = await crowd(client, port, 2000, leaving.length);
    expect(others.errors).toEqual([]);
    expect(server.unheard('failed')).toEqual([]);
    expect(server.printed).toBe('');
    expect(client.unheard('closed')).toEqual([]);
  });

  it('of a client: it rejects with a typed error, and connects when there is room again', async (context) => {
    const server = start(context, 'fault-server.mjs');
    const client = start(context, 'fault-client.mjs', { through });
    const { port } = await server.hears('ready');
    await client.hears('ready');
    const { inside, errors } = await crowd(client, port, 0, CLIENTS);
    expect(inside.length).toBeGreaterThan(DESCRIPTORS / 4);
    expect(errors.length).toBeGreaterThan(CLIENTS - DESCRIPTORS);
    for (const error of errors) {
      expect(error).toMatchObject({
        name: 'HandshakeError',
        code: 'NOT_CONNECTED',
        phase: 'connect',
        cause: { code: 'EMFILE' },
      });
    }
    const leaving = inside.slice(0, 5);
    await leave(client, leaving);
    expect((await crowd(client, port, 1000, leaving.length)).errors).toEqual([]);
    expect(client.printed).toBe('');
    expect(client.unheard('closed')).toEqual([]);
    const { connections } = await server.until((census) => census.connections === inside.length, 'It counts others');
    expect(connections).toBe(inside.length);
  });
});
