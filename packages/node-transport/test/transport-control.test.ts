// Pings and pongs: answered, counted, measured, and no way to make us work or hold memory for free.

import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FakeSocket } from './support/fake-socket.ts';
import { tcpPair } from './support/pairs.ts';
import { rig } from './support/rig.ts';
import { readFrames, Wire } from './support/wire.ts';

const wire = new Wire('server');

describe('control frames of the peer', () => {
  it('are answered, 100 in 10 s; the 101st closes with 1008', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near);
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    for (let i = 0; i < 101; i++) {
      far.write(wire.ping(String(i)));
      while (readFrames(chunks, 'server').length <= i) await nextTurn();
    }
    const frames = readFrames(chunks, 'server');
    expect(frames.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => `pong ${i}`));
    // The Pong for the 101st is on its way before it is counted.
    while (!readFrames(chunks, 'server').at(-1)?.startsWith('close')) await nextTurn();
    expect(readFrames(chunks, 'server').at(-1)).toMatch(/^close 1008/);
    far.end();
    const closure = await one.transport.closed;
    expect(closure.error).toMatchObject({ code: 'VIOLATED', cause: { code: 'TOO_MANY_CONTROL_FRAMES' } });
  });

  it('may be sent for ever at a lower rate', async () => {
    const socket = new FakeSocket();
    const one = rig(socket);
    await nextTurn();
    for (let i = 0; i < 1000; i++) {
      socket.push(wire.pong('unasked'));
      one.clock.advance(100);
      if (i % 50 === 0) await nextTurn();
    }
    expect(one.transport.state).toBe('open');
    one.transport.terminate();
  });

  it('do not count when they answer our own pings', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { maxControlFrames: { count: 1, window: 10_000 } });
    await nextTurn();
    for (let i = 0; i < 300; i++) {
      const roundTrip = one.transport.measureRoundTrip();
      await nextTurn();
      const ping = socket.frames('server').at(-1)?.payload as Uint8Array;
      one.clock.advance(3);
      socket.push(wire.pong(ping));
      expect(await roundTrip).toBe(3);
    }
    expect(one.transport.state).toBe('open');
    expect(one.transport.roundTripTime).toBe(3);
    // The same answer twice is not asked for.
    const last = socket.frames('server').at(-1)?.payload as Uint8Array;
    socket.push(wire.pong(last));
    expect(one.transport.state).toBe('open');
    socket.push(wire.pong(last));
    expect(one.transport.state).toBe('closing');
    one.transport.terminate();
  });

  it('bound what we hold when a peer pings a million times and reads nothing', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { maxControlFrames: { count: 2_000_000, window: 10_000 } });
    await nextTurn();
    const chunk = wire.repeat(wire.ping('x'.repeat(125)), 1000);
    let most = 0;
    for (let i = 0; i < 1000; i++) {
      one.transport.received(Buffer.from(chunk));
      while (one.transport.deaf) await nextTurn();
      most = Math.max(most, one.transport.bufferedAmount);
    }
    // 16 Pongs of 127 bytes wait, and one is owed.
    expect(most).toBeLessThanOrEqual(16 * 127);
    socket.push(wire.ping('the latest'));
    await nextTurn();
    socket.release();
    await nextTurn();
    await nextTurn();
    const frames = readFrames(socket.written, 'server');
    expect(frames.length).toBe(17);
    expect(frames.at(-1)).toBe('pong the latest');
    one.transport.terminate();
  }, 30_000);

  it('do not stop data from being answered while pongs wait', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { onMessage: (message, transport) => transport.send(message) });
    await nextTurn();
    socket.push(Buffer.concat([wire.repeat(wire.ping(), 40), wire.text('hello')]));
    await nextTurn();
    socket.release();
    await nextTurn();
    await nextTurn();
    expect(readFrames(socket.written, 'server')).toContain('text hello');
    one.transport.terminate();
  });
});

describe('measureRoundTrip', () => {
  it('resolves with the time until the Pong', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near);
    expect(one.transport.roundTripTime).toBe(undefined);
    const roundTrip = one.transport.measureRoundTrip();
    const [chunk] = (await once(far, 'data')) as [Uint8Array];
    one.clock.advance(40);
    far.write(wire.pong(chunk.subarray(2)));
    expect(await roundTrip).toBe(40);
    expect(one.transport.roundTripTime).toBe(40);
    one.transport.terminate();
  });

  it('ends with its signal, and the connection lives', async () => {
    const socket = new FakeSocket();
    const one = rig(socket);
    const controller = new AbortController();
    const roundTrip = one.transport.measureRoundTrip(controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(roundTrip).rejects.toBe(reason);
    await expect(one.transport.measureRoundTrip(controller.signal)).rejects.toBe(reason);
    expect(one.transport.state).toBe('open');
    one.transport.terminate();
  });

  it('ends no process when nobody looks at its failure', async () => {
    const seen: unknown[] = [];
    const note = (error: unknown): void => void seen.push(error);
    process.on('unhandledRejection', note);
    const one = rig(new FakeSocket());
    void one.transport.measureRoundTrip();
    void one.transport.measureRoundTrip(AbortSignal.abort());
    one.transport.terminate();
    void one.transport.measureRoundTrip();
    await nextTurn();
    await nextTurn();
    process.off('unhandledRejection', note);
    expect(seen).toEqual([]);
  });
});

describe('the keepalive', () => {
  it('pings a quiet peer and measures its answer', async () => {
    const socket = new FakeSocket();
    const one = rig(socket);
    await nextTurn();
    one.clock.advance(26_000);
    await nextTurn();
    const [ping] = socket.frames('server');
    one.clock.advance(7);
    socket.push(wire.pong(ping?.payload));
    expect(one.transport.roundTripTime).toBe(7);
    one.clock.advance(20_000);
    expect(one.transport.state).toBe('open');
    one.transport.terminate();
  });

  it('lets a peer live that gives any byte, even half a header', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { keepalive: { interval: 1000, deadline: 1000 } });
    await nextTurn();
    const frame = wire.text('x'.repeat(50));
    for (const byte of frame) {
      one.clock.advance(1500);
      socket.push(Uint8Array.of(byte));
    }
    expect(one.messages).toEqual(['x'.repeat(50)]);
    one.transport.terminate();
  });

  it('does not blame a peer for what we do not read', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { listens: false, receiveHighWater: 100 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('hello'), 10));
    expect(one.transport.deaf).toBe(true);
    // Each time to the tick at which a peer that is heard would be given up.
    for (let i = 0; i < 4; i++) one.clock.advance(46_000);
    expect(one.transport.state).toBe('open');
    const taken: unknown[] = [];
    for await (const message of one.transport.inbox) {
      taken.push(message);
      if (taken.length === 10) break;
    }
    // It has the whole time again, since its answers may only now be read.
    one.clock.advance(45_000);
    expect(one.transport.state).toBe('open');
    one.clock.advance(1000);
    expect((await one.transport.closed).error).toMatchObject({
      code: 'PONG_TIMEOUT',
      cause: { option: 'keepalive.deadline', limit: 20_000 },
    });
  });

  it('may be turned off', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { keepalive: false });
    expect(one.clock.pending).toBe(0);
    one.clock.advance(24 * 3_600_000);
    expect(one.transport.state).toBe('open');
    one.transport.terminate();
  });
});
