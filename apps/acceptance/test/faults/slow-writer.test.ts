// A peer that sends a byte now and then.
//
// In the head, handshakeTimeout ends it, however many bytes it sends. In a frame there is no such end, and none is promised: any byte counts as
// life, so a peer that dribbles a message for ever keeps its connection, as one that sends nothing but Pongs does. What is promised is that it
// holds no more than twice maxMessageSize and 64 KiB, and keeps nobody else waiting. Whoever wants a limit of time closes the connection.
//
// The byte comes every 100 ms here, with keepalives to match: every 10 s would be slower only for us.

import { setTimeout } from 'node:timers/promises';
import { connect } from '@framewire/node-client';
import { describe, expect, it, type TestContext } from 'vitest';
import { FaultProcess } from '../../src/fault-process.ts';
import { answerTo, frameOf, listenRaw, openedAt, requestFor } from '../../src/raw-handshake.ts';
import { RawSocket } from '../../src/raw-socket.ts';
import { chance, SEED } from '../../src/seed.ts';

const KIB = 1024;
const PACE = 100;
const MAX_MESSAGE = 1024 * KIB;
const DRIBBLERS = 16;

async function start(
  { onTestFinished }: TestContext,
  settings: object,
): Promise<{ server: FaultProcess; port: number }> {
  const server = new FaultProcess('fault-server.mjs', { nodeOptions: ['--expose-gc'], settings });
  onTestFinished(() => server.kill());
  return { server, port: (await server.hears('ready')).port };
}

/** Sends the bytes one by one, until the count is reached or the peer hangs up. */
async function dribble(peer: RawSocket, bytes: Uint8Array, count: number): Promise<void> {
  let isOver = false;
  void peer.finished.then(() => {
    isOver = true;
  });
  for (let at = 0; at < count && !isOver; at++) {
    await peer.send(bytes.subarray(at, at + 1));
    await setTimeout(PACE);
  }
}

describe.concurrent(`a slow writer, seed ${SEED}`, () => {
  it('in the head is refused when its time is up', async (context) => {
    const { server, port } = await start(context, { handshakeTimeout: 1_000 });
    const peer = await RawSocket.to(port);
    const head = requestFor('/idle');
    await dribble(peer, head, head.length);
    await peer.finished;
    expect(peer.received.toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    peer.destroy();
    await server.empty();
    expect(server.unheard('opened')).toEqual([]);
    expect(server.printed).toBe('');
  });

  it('in the response is given up when its time is up', async ({ onTestFinished }) => {
    const server = await listenRaw();
    onTestFinished(() => server.close());
    const opening = connect(`ws://127.0.0.1:${server.port}/`, { handshakeTimeout: 1_000 });
    const peer = await server.accepted();
    const answer = answerTo(await peer.head());
    const error: unknown = await Promise.all([opening, dribble(peer, answer, answer.length)]).catch((reason) => reason);
    expect(error).toMatchObject({ name: 'HandshakeError', code: 'HANDSHAKE_TIMEOUT', phase: 'response' });
    await peer.finished;
    peer.destroy();
  });

  it('in a frame header, then in its payload, is alive, and its message comes in the end', async (context) => {
    const { server, port } = await start(context, { keepalive: { interval: 800, deadline: 800 } });
    const random = chance();
    const peer = await openedAt(port, '/echo');
    const payload = random.bytes(200);
    const frame = frameOf('client', { opcode: 2, payload });
    // Longer than interval and deadline, and never with an answer to a Ping.
    await dribble(peer, frame, 24);
    expect(server.unheard('closed')).toEqual([]);
    await peer.send(frame.subarray(24));
    const echo = frameOf('server', { opcode: 2, payload });
    await peer.until(({ received }) => received.includes(echo));
    // It is the bytes that keep it alive: without, it is dead.
    expect((await server.hears('closed')).closure).toMatchObject({ code: 1006, error: { code: 'PONG_TIMEOUT' } });
    await server.empty();
    peer.destroy();
    expect(server.printed).toBe('');
  });

  it.for([
    ['in one frame', MAX_MESSAGE],
    ['in fragments of 1,000 bytes', 1_000],
    ['in fragments of 100 bytes', 100],
  ] as const)('holds no more than 2 x maxMessageSize and 64 KiB, %s', async ([, size], context) => {
    const { server, port } = await start(context, { maxMessageSize: MAX_MESSAGE, maxFragments: 20_000 });
    // Warm: what one message needs once is no part of what each connection holds.
    const first = await openedAt(port, '/idle');
    await first.send(frameOf('client', { opcode: 2, payload: new Uint8Array(MAX_MESSAGE) }));
    first.reset();
    await server.hears('closed');
    const before = await server.until(({ connections }) => connections === 0, 'It is not empty');

    const peers = await Promise.all(Array.from({ length: DRIBBLERS }, () => openedAt(port, '/echo')));
    // All but its last bytes.
    const fragment = (opcode: 0 | 2): Buffer =>
      frameOf('client', { opcode, fin: false, payload: new Uint8Array(size) });
    const most = Math.floor(MAX_MESSAGE / size);
    const all = Buffer.concat([fragment(2), ...Array.from({ length: most - 1 }, () => fragment(0))]).subarray(0, -64);
    await Promise.all(peers.map((peer) => peer.send(all)));
    await Promise.all(peers.map((peer) => dribble(peer, all, 8)));
    const bound = 2 * MAX_MESSAGE + 64 * KIB;
    // Everything it sent is there by now: it does answer.
    const echo = await openedAt(port, '/echo');
    await echo.send(frameOf('client', { opcode: 1, payload: Buffer.from('here') }));
    await echo.until(({ received }) => received.includes('here'));
    const during = await server.census();
    expect(during.connections).toBe(DRIBBLERS + 1);
    const held = during.heapUsed + during.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(held / DRIBBLERS).toBeLessThanOrEqual(bound);
    expect(held / DRIBBLERS).toBeGreaterThan(MAX_MESSAGE / 2);
    for (const peer of [...peers, echo]) peer.reset();
    await server.empty();
    expect(server.printed).toBe('');
  });
});
