import { createServer } from 'node:http';
import { CLOSE_CAUSES } from '@framewire/connection';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { upgrade } from '../src/index.ts';
import type { ServerMetrics } from '../src/metrics.ts';
import { makeHub } from './support/hubs.ts';
import { closeFrame, type RawClient, request, textFrame } from './support/raw-client.ts';
import { deferred, echo, later, listen, rawClient, start, until } from './support/servers.ts';

type Measured = Pick<Awaited<ReturnType<typeof start>>, 'address' | 'metrics'>;

async function opened(server: Pick<Measured, 'address'>): Promise<RawClient> {
  const client = await rawClient(server);
  client.send(request());
  await client.head();
  return client;
}

/** Every number of it that may only grow. */
function counters(metrics: ServerMetrics): number[] {
  const { handshakes, connections, ...rest } = metrics;
  const { pending: _, ...ended } = handshakes;
  const { open: __, ...gone } = connections;
  const numbers: number[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit([ended, gone.opened, gone.closed, gone.causes, gone.duration, rest]);
  return numbers;
}

describe('metrics', () => {
  it('are plain data, frozen all the way down, and zero at first', () => {
    const metrics = makeHub().tally.snapshot();
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
    const visit = (value: object): void => {
      expect(Object.isFrozen(value)).toBe(true);
      for (const part of Object.values(value)) if (typeof part === 'object') visit(part);
    };
    visit(metrics);
    expect(Object.keys(metrics.connections.causes)).toEqual([...CLOSE_CAUSES]);
    expect(metrics.handshakes.refused).toMatchObject({ KEY_INVALID: 0, UNAVAILABLE: 0 });
    expect(metrics.handshakes.refused).not.toHaveProperty('ACCEPT_MISMATCH');
    expect(metrics.limits).toMatchObject({ maxMessageSize: 0, 'keepalive.deadline': 0, maxConnections: 0 });
    expect(metrics.connections.codes).toEqual({});
  });

  it('count a conversation', async () => {
    const server = await start();
    const client = await opened(server);
    client.send(textFrame('hello'));
    await until(() => server.metrics().messages.sent === 1);
    client.send(textFrame('x'.repeat(100)));
    await until(() => server.metrics().messages.sent === 2);
    const during = server.metrics();
    expect(during.connections).toMatchObject({ open: 1, opened: 1, closed: 0 });
    expect(during.handshakes).toMatchObject({ started: 1, pending: 0, accepted: 1, handedOver: 0, abandoned: 0 });
    expect(during.handshakes.duration.count).toBe(1);
    expect(during.messages).toMatchObject({ received: 2, sent: 2, dropped: 0 });
    expect(during.messages.size).toMatchObject({ count: 2, sum: 105 });
    expect(during.messages.size.buckets.slice(0, 2)).toEqual([
      { le: 64, count: 1 },
      { le: 256, count: 2 },
    ]);
    client.send(closeFrame(1000));
    await until(() => server.metrics().connections.closed === 1);
    const after = server.metrics();
    expect(after.connections).toMatchObject({ open: 0, opened: 1, closed: 1, codes: { 1000: 1 } });
    expect(after.connections.causes).toMatchObject({ 'peer-closed': 1, lost: 0 });
    expect(after.connections.duration.count).toBe(1);
    expect(after.bytes).toEqual({ received: 6 + 5 + 6 + 100 + 8, sent: 2 + 5 + 2 + 100 + 4 });
    const before = counters(during);
    counters(after).forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(before[i] as number);
    });
  });

  it('take the size of one message of each read', async () => {
    const server = await start();
    const client = await opened(server);
    client.send(Buffer.concat(['one', 'three', 'four'].map(textFrame)));
    await until(() => server.metrics().messages.received === 3);
    const { count, sum } = server.metrics().messages.size;
    // The segment may come in parts.
    expect(count).toBeLessThanOrEqual(3);
    expect(count === 1 ? sum : 3).toBe(3);
  });

  it('count a broadcast once for each who gets it', async () => {
    const server = await start();
    await opened(server);
    await opened(server);
    server.broadcast('hello');
    expect(server.metrics().messages.sent).toBe(2);
    await until(() => server.metrics().bytes.sent === 14);
  });

  it('put codes that peers make up under two names, so that nobody can make the metrics longer', async () => {
    const server = await start();
    for (const code of [3000, 3999, 4000, 4999, 1001]) (await opened(server)).send(closeFrame(code));
    (await opened(server)).reset();
    await until(() => server.metrics().connections.closed === 6);
    expect(server.metrics().connections.codes).toEqual({ '1001': 1, '1006': 1, '3xxx': 2, '4xxx': 2 });
    expect(server.metrics().connections.causes).toMatchObject({ 'peer-closed': 4, 'peer-going-away': 1, lost: 1 });
  });

  it('count how handshakes end, and what is still under way', async () => {
    const verdict = deferred<undefined>();
    const http = createServer((_, response) => response.end('hello'));
    later(() => http.closeAllConnections());
    const server = await start(echo, {
      http,
      authorize: ({ path }) => (path === '/wait' ? verdict.promise : undefined),
    });
    const refused = await rawClient(server);
    refused.send(request({ 'Sec-WebSocket-Key': 'short' }));
    await refused.finished;
    const page = await rawClient(server);
    page.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await page.head();
    const silent = await rawClient(server);
    silent.socket.end();
    await silent.finished;
    await opened(server);
    const waiting = await rawClient(server);
    waiting.send(request({}, 'GET /wait HTTP/1.1'));
    await until(() => server.metrics().handshakes.started === 5 && server.metrics().handshakes.abandoned === 1);
    const { handshakes } = server.metrics();
    expect(handshakes).toMatchObject({ pending: 1, accepted: 1, handedOver: 1, abandoned: 1 });
    expect(handshakes.refused).toMatchObject({ KEY_INVALID: 1, REFUSED: 0 });
    expect(handshakes.duration.count).toBe(1);
    verdict.resolve(undefined);
    await until(() => server.metrics().handshakes.pending === 0);
    expect(server.metrics().handshakes.accepted).toBe(2);
  });

  it('count the limits that were met', async () => {
    const server = await start(echo, { maxConnections: 1, maxMessageSize: 4 });
    const client = await opened(server);
    const second = await rawClient(server);
    second.send(request());
    expect(await second.head()).toMatch(/^HTTP\/1\.1 503 /);
    client.send(textFrame('too long'));
    await until(() => server.metrics().connections.closed === 1);
    expect(server.metrics().limits).toMatchObject({ maxConnections: 1, maxMessageSize: 1, maxFragments: 0 });
    expect(server.metrics().connections.causes.limit).toBe(1);
    expect(server.metrics().handshakes.refused.UNAVAILABLE).toBe(1);
  });

  it('count sockets that are turned away before they say anything as started and refused', async () => {
    const verdict = deferred<undefined>();
    later(() => verdict.resolve(undefined));
    const server = await start(echo, {
      maxPendingHandshakes: 1,
      authorize: () => verdict.promise,
      onRefused: () => {},
    });
    const waiting = await rawClient(server);
    waiting.send(request());
    await until(() => server.metrics().handshakes.pending === 1);
    // It is reset, which it may hear before it is connected.
    await rawClient(server).catch(() => {});
    await until(() => server.metrics().handshakes.started === 2);
    expect(server.metrics().handshakes).toMatchObject({ started: 2, pending: 1, refused: { UNAVAILABLE: 1 } });
    expect(server.metrics().limits.maxPendingHandshakes).toBe(1);
  });

  it('count errors of the application', async () => {
    const errors: unknown[] = [];
    const server = await start(
      () => {
        throw new Error('broken');
      },
      { onError: (error) => errors.push(error) },
    );
    const client = await opened(server);
    client.send(closeFrame());
    await until(() => server.metrics().connections.closed === 1);
    expect(errors).toHaveLength(1);
    expect(server.metrics().errors).toBe(1);
    expect(server.metrics().connections.causes['handler-failed']).toBe(1);
  });

  it('tell who was there at the deadline of a closing server', async () => {
    const server = await start();
    const polite = await opened(server);
    await opened(server);
    polite.send(closeFrame());
    await server.close({ deadline: 0 });
    const { causes } = server.metrics().connections;
    expect(causes['peer-closed'] + causes['going-away'] + causes['shutdown-forced']).toBe(2);
    expect(causes['shutdown-forced']).toBeGreaterThanOrEqual(1);
  });

  it('take times from the clock, in steps of 10 ms for connections', async () => {
    const clock = new FakeClock();
    // Soon the 30 bits that are kept of a connection's time begin again.
    clock.advance(2 ** 30 * 10 - 2000);
    const verdict = deferred<undefined>();
    const server = await start(echo, { clock, keepalive: false, authorize: () => verdict.promise });
    const client = await rawClient(server);
    client.send(request());
    await until(() => server.metrics().handshakes.started === 1);
    clock.advance(40);
    verdict.resolve(undefined);
    await client.head();
    expect(server.metrics().handshakes.duration).toMatchObject({ count: 1, sum: 40 });
    clock.advance(5000);
    client.send(closeFrame());
    await until(() => server.metrics().connections.closed === 1);
    const { sum, buckets } = server.metrics().connections.duration;
    expect(Math.abs(sum - 5000)).toBeLessThanOrEqual(10);
    expect(buckets.find(({ le }) => le === 1000)?.count).toBe(0);
    expect(buckets.find(({ le }) => le === 10_000)?.count).toBe(1);
  });

  it('are there for a server of upgrade(), which starts with the request', async () => {
    const http = createServer();
    const attached = upgrade(http, echo);
    later(() => attached.close({ deadline: 0 }));
    const where = await listen(http);
    const silent = await rawClient(where);
    silent.socket.end();
    await silent.finished;
    expect(attached.metrics().handshakes.started).toBe(0);
    await opened(where);
    expect(attached.metrics()).toMatchObject({ handshakes: { started: 1, accepted: 1 }, connections: { open: 1 } });
  });
});
