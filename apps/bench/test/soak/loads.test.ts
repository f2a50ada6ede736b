// The loads against our server, in one process and in small.

import type { AddressInfo } from 'node:net';
import { type Server, serve } from '@framewire/node-server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BroadcastReaders } from '../../src/soak/broadcast-readers.ts';
import { ChurnLoad } from '../../src/soak/churn-load.ts';
import { Flooder } from '../../src/soak/flooder.ts';
import { IdleCrowd } from '../../src/soak/idle-crowd.ts';
import { QuietClient } from '../../src/soak/quiet-client.ts';
import { type ServerKind, type SoakServer, startServer } from '../../src/soak/server-kinds.ts';
import { readMessage, TrafficLoad, writeMessage } from '../../src/soak/traffic-load.ts';

const open: Pick<Server, 'close'>[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close({ deadline: 0 })));
});

async function start(kind: ServerKind): Promise<SoakServer> {
  const started = await startServer(kind);
  open.push(started.server);
  return started;
}

describe('traffic', () => {
  const options = { connections: 3, rate: 2000, size: 64 };

  it('loses nothing with our server, and says how long it took', async () => {
    const { port } = await start('echo');
    const load = await TrafficLoad.connect({ ...options, port });
    load.start();
    await vi.waitUntil(() => load.window().received > 5, 10_000);
    const totals = await load.stop();
    expect(totals).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, corrupted: 0, ended: {} });
    expect(totals.sent).toBeGreaterThan(5);
    expect(totals.received).toBe(totals.sent);
    expect(totals.p99).toBeGreaterThanOrEqual(totals.p50);
  });

  it('notices what a bad server does', async () => {
    let messages = 0;
    const server = await serve(
      (connection) => {
        const kept: (string | Uint8Array)[] = [];
        connection.listen({
          message: (message) => {
            messages++;
            kept.push(message);
            // Twice, the wrong way round, one changed; and the last of them with nothing behind it.
            if (kept.length < 4) return;
            const [first, second, third, fourth] = kept.splice(0);
            for (const one of [second, first, first, new Uint8Array(64), fourth]) connection.send(one ?? '');
            connection.send(third ?? '');
          },
        });
      },
      { host: '127.0.0.1', port: 0 },
    );
    open.push(server);
    const load = await TrafficLoad.connect({ ...options, connections: 1, port: (server.address as AddressInfo).port });
    load.start();
    await vi.waitUntil(() => messages >= 8, 10_000);
    const { duplicated, reordered, corrupted } = await load.stop();
    expect(duplicated).toBeGreaterThanOrEqual(2);
    expect(reordered).toBeGreaterThanOrEqual(4);
    expect(corrupted).toBeGreaterThanOrEqual(2);
  });

  it('knows its messages: whose they are, their number, and every byte', () => {
    const message = Buffer.alloc(64);
    writeMessage(message, 7, 3_000_000_000);
    expect(readMessage(message, 7, 64)).toBe(3_000_000_000);
    expect(readMessage(message, 8, 64)).toBeUndefined();
    expect(readMessage(message, 7, 63)).toBeUndefined();
    expect(readMessage('text', 7, 64)).toBeUndefined();
    message[63] = (message[63] ?? 0) ^ 1;
    expect(readMessage(message, 7, 64)).toBeUndefined();
  });
});

describe('churn', () => {
  it('comes and goes in every way, and leaves nobody behind', async () => {
    const { port, server } = await start('echo');
    const load = new ChurnLoad({ port, rate: 400 });
    load.start();
    await vi.waitUntil(() => load.state().begun >= 40, 10_000);
    const { begun, done, failed, underWay } = await load.stop();
    expect(failed).toEqual({});
    expect(underWay).toBe(0);
    expect(Object.values(done).reduce((sum, count) => sum + count, 0)).toBe(begun);
    expect(Math.min(...Object.values(done))).toBeGreaterThanOrEqual(2);
    await vi.waitUntil(() => server.connections.size === 0, 10_000);
  });

  it('lets nobody come for a moment, and makes up for it', async () => {
    const { port } = await start('echo');
    const load = new ChurnLoad({ port, rate: 200 });
    load.start();
    await vi.waitUntil(() => load.state().begun >= 5, 10_000);
    await load.pause();
    const { begun, underWay } = load.state();
    expect(underWay).toBe(0);
    await load.pause();
    expect(load.state().begun).toBe(begun);
    load.resume();
    await vi.waitUntil(() => load.state().begun > begun, 10_000);
    expect((await load.stop()).failed).toEqual({});
  });

  it('says what went wrong, and how often', async () => {
    const server = await serve((connection) => connection.terminate(), { host: '127.0.0.1', port: 0 });
    open.push(server);
    const load = new ChurnLoad({ port: (server.address as AddressInfo).port, rate: 1000 });
    load.start();
    await vi.waitUntil(() => load.state().begun >= 20, 10_000);
    const { failed } = await load.stop();
    expect(Object.keys(failed)).toContain('refused: was let in');
    expect(Object.keys(failed).some((why) => why.startsWith('closed by the client: '))).toBe(true);
  });
});

describe('an idle crowd', () => {
  it.runIf(process.platform === 'linux')('answers Pings, and counts those who were sent away and why', async () => {
    const { port, server } = await start('echo');
    const crowd = new IdleCrowd();
    await crowd.join({ port, localAddress: '127.0.0.31', firstPort: 21_000, count: 3 });
    const [first, second, third] = [...server.connections];
    expect(await first?.ping()).toBeGreaterThan(0);
    expect(crowd.state()).toEqual({ open: 3, ended: {}, pings: 1, unexpected: 0 });
    second?.send('unexpected');
    void second?.close(4001);
    third?.terminate();
    await vi.waitUntil(() => crowd.state().open === 1, 10_000);
    expect(crowd.state()).toMatchObject({ open: 1, unexpected: 1 });
    expect(crowd.state().ended).toMatchObject({ 'Close 4001': 1 });
    crowd.leave();
    expect(crowd.state().open).toBe(0);
  });
});

describe('a quiet client beside a flood', () => {
  it('is answered, and both are told how it went', async () => {
    const { port } = await start('patient-echo');
    const [quiet, flooder] = [await QuietClient.connect(port), await Flooder.connect(port)];
    flooder.start(20);
    const latency = await quiet.measure(100, 5);
    await vi.waitUntil(() => flooder.received > 0, 10_000);
    expect(flooder.stop()).toBeGreaterThan(0);
    flooder.close();
    expect(latency.messages).toBeGreaterThan(0);
    expect(latency.p99).toBeGreaterThanOrEqual(latency.p50);
  });

  it('hears when the server ends the flood', async () => {
    const { port, server } = await start('patient-echo');
    const flooder = await Flooder.connect(port);
    for (const connection of server.connections) connection.terminate();
    await vi.waitUntil(() => flooder.ended, 10_000);
    expect(() => flooder.stop()).toThrow('The server ended the connection of the flooding peer.');
  });
});

describe('readers of a broadcast', () => {
  it.runIf(process.platform === 'linux')('get it as fast as they read, and who stops is closed with 1008', async () => {
    const started = await start('broadcast');
    const { port, broadcast, server } = started;
    const readers = await BroadcastReaders.open({ port, readers: 4, stalling: 2, size: 16_384 });
    broadcast.start(16_384, 2);
    await vi.waitUntil(() => readers.state().delivered > 20, 10_000);
    readers.stall();
    await vi.waitUntil(() => started.slow === 2, 14_000);
    broadcast.stop();
    expect(readers.state().lost).toBe(0);
    expect(server.connections.size).toBeGreaterThanOrEqual(5);
    readers.close();
  });
});
