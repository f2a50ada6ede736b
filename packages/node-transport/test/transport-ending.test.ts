// However a connection ends, it ends once, and everybody learns why.

import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Closure } from '@framewire/connection';
import { ConnectionClosedError, ProtocolError } from '@framewire/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../src/settings.ts';
import { Transport } from '../src/transport.ts';
import { FakeSocket } from './support/fake-socket.ts';
import { KINDS, tcpPair } from './support/pairs.ts';
import { type Rig, rig } from './support/rig.ts';
import { readFrames, Wire } from './support/wire.ts';

const wire = new Wire('server');
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await nextTurn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** Lets everything that was set going come to its end, and checks what must hold of every end. */
async function expectOneEnd({ transport, clock, closures }: Rig): Promise<Closure> {
  for (let i = 0; i < 5; i++) await nextTurn();
  clock.advance(10 * 60_000);
  for (let i = 0; i < 5; i++) await nextTurn();
  expect(closures.length).toBe(1);
  const [closure] = closures as [Closure];
  expect(await transport.closed).toBe(closure);
  expect(transport.state).toBe('closed');
  expect(transport.bufferedAmount).toBe(0);
  expect(transport.send('late')).toBe(false);
  await expect(transport.drained()).rejects.toBeInstanceOf(ConnectionClosedError);
  await expect(transport.measureRoundTrip()).rejects.toBeInstanceOf(ConnectionClosedError);
  expect(clock.pending, 'timers left').toBe(0);
  return closure;
}

const EVENTS = ['end', 'error', 'close'] as const;
type Event = (typeof EVENTS)[number];

/** Every sequence of distinct events, the empty one included. */
function* sequences(events: readonly Event[] = EVENTS): Generator<Event[]> {
  yield [];
  for (const event of events) {
    for (const rest of sequences(events.filter((other) => other !== event))) yield [event, ...rest];
  }
}

describe('the events of a socket, in any order', () => {
  const BEFORE: readonly {
    readonly name: string;
    readonly clean?: true;
    /** Whether it takes an event to end it: a peer we do not read cannot be told from one that waits for us. */
    readonly patient?: true;
    bring(rig: Rig, socket: FakeSocket): void;
  }[] = [
    { name: 'an open connection', bring: () => {} },
    { name: 'our Close', bring: ({ transport }) => void transport.close(1000, '') },
    {
      name: "the peer's Close",
      clean: true,
      bring: (_, socket) => socket.push(wire.close(1000)),
    },
    {
      name: 'both Closes',
      clean: true,
      bring: ({ transport }, socket) => {
        void transport.close(1000, '');
        socket.push(wire.close(1000));
      },
    },
    { name: 'terminate', bring: ({ transport }) => transport.terminate() },
    { name: 'a violation', bring: (_, socket) => socket.push(Uint8Array.of(0xff, 0x80)) },
    {
      name: 'messages nobody read',
      patient: true,
      bring: ({ transport }, socket) => {
        transport.inbox.push('unread');
        socket.push(wire.repeat(wire.text('x'.repeat(100)), 5000));
      },
    },
  ];
  const cases = BEFORE.flatMap((before) =>
    [...sequences()]
      .slice(before.patient ? 1 : 0)
      .flatMap((events) => [true, false].map((together) => ({ before, events, together }))),
  );

  it.each(cases)(
    'end once: $before.name, then $events, in one turn: $together',
    async ({ before, events, together }) => {
      const socket = new FakeSocket({ tellsItsEnd: false });
      const one = rig(socket, { listens: false });
      before.bring(one, socket);
      await nextTurn();
      for (const event of events) {
        socket.emit(event, ...(event === 'error' ? [reset] : []));
        if (!together) await nextTurn();
      }
      // A peer that only falls silent is found by the keepalive.
      const closure = await expectOneEnd(one);
      expect(closure.clean).toBe(before.clean ?? false);
      for (const event of EVENTS) socket.emit(event, ...(event === 'error' ? [reset] : []));
      expect(one.closures.length).toBe(1);
    },
  );
});

describe.each(KINDS)('a connection over $name', ({ open }) => {
  it.each(['server', 'client'] as const)('closes cleanly as a %s when the peer asks for it', async (role) => {
    const { near, far } = await open();
    const one = rig(near, { role });
    far.write(new Wire(role).close(4000, 'bye'));
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    // The server ends the stream, the client waits for it (RFC 6455, section 7.1.1).
    if (role === 'client') {
      while (readFrames(chunks, role).length === 0) await nextTurn();
      expect(near.writableEnded).toBe(false);
      far.end();
    }
    await once(far, 'end');
    far.end();
    const closure = await one.transport.closed;
    expect(readFrames(chunks, role)).toEqual(['close 4000']);
    expect(closure).toMatchObject({
      code: 4000,
      reason: 'bye',
      clean: true,
      received: { code: 4000, reason: 'bye' },
      sent: { code: 4000, reason: '' },
      receivedFirst: true,
    });
    await expectOneEnd(one);
  });

  it('closes cleanly when asked here', async () => {
    const { near, far } = await open();
    const one = rig(near);
    const closing = one.transport.close(1000, 'done');
    expect(one.transport.state).toBe('closing');
    const [chunk] = (await once(far, 'data')) as [Uint8Array];
    expect(readFrames([chunk], 'server')).toEqual(['close 1000 done']);
    far.end(wire.close(1000));
    const closure = await closing;
    expect(closure).toMatchObject({ code: 1000, clean: true, receivedFirst: false });
    expect(closure.error).toBe(undefined);
    await expectOneEnd(one);
  });

  it('is lost when the peer ends the stream without a Close', async () => {
    const { near, far } = await open();
    const one = rig(near);
    far.resume().end(wire.text('last words'));
    const closure = await one.transport.closed;
    expect(one.messages).toEqual(['last words']);
    expect(closure).toMatchObject({ code: 1006, reason: '', clean: false, error: { code: 'LOST' } });
    await expectOneEnd(one);
  });

  it('sends what is queued, and its Close, to a peer that ends its side of the stream after its Close', async () => {
    const { near, far } = await open();
    const one = rig(near, { sendHighWater: 1, maxSendQueue: 32 * 1024 * 1024 });
    const sent = Buffer.alloc(16 * 1024 * 1024, 'x');
    one.transport.send(sent);
    one.transport.send('last');
    await nextTurn();
    // Half closed: it still reads, if late.
    far.end(wire.close(1000));
    for (let i = 0; i < 10; i++) await nextTurn();
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    await once(far, 'end');
    expect(readFrames(chunks, 'server')).toEqual([`binary ${sent.length}`, 'text last', 'close 1000']);
    expect((await one.transport.closed).clean).toBe(true);
    await expectOneEnd(one);
  });

  it('ends at once when it is terminated', async () => {
    const { near, far } = await open();
    const one = rig(near);
    far.resume();
    one.transport.send('never sent');
    const waiting = [one.transport.measureRoundTrip(), one.transport.closed];
    one.transport.terminate();
    expect(one.transport.state).toBe('closing');
    expect(one.transport.bufferedAmount).toBe(0);
    expect(one.transport.send('x')).toBe(false);
    await expect(waiting[0]).rejects.toMatchObject({ code: 'TERMINATED' });
    expect(await waiting[1]).toMatchObject({ code: 1006, clean: false, error: { code: 'TERMINATED' } });
    await expectOneEnd(one);
    one.transport.terminate();
  });
});

describe('a reset connection', () => {
  it('is lost, with the error as the cause', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near);
    const waiting = one.transport.measureRoundTrip();
    await nextTurn();
    far.resetAndDestroy();
    const closure = await one.transport.closed;
    expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'LOST', cause: { code: 'ECONNRESET' } } });
    await expect(waiting).rejects.toMatchObject({ code: 'LOST', cause: { code: 'ECONNRESET' } });
    await expectOneEnd(one);
  });

  it('was clean when both Close frames had been exchanged', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { role: 'client' });
    socket.push(new Wire('client').close(1000));
    await nextTurn();
    socket.destroy(reset);
    const closure = await expectOneEnd(one);
    expect(closure).toMatchObject({ code: 1000, clean: true });
    expect(closure.error).toBe(undefined);
  });

  it('is told of by a write, too', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near, { listens: false, receiveHighWater: 1 });
    far.resetAndDestroy();
    await once(far, 'close');
    const sending = setInterval(() => one.transport.send('x'));
    const closure = await one.transport.closed;
    clearInterval(sending);
    expect(closure).toMatchObject({ clean: false, error: { code: 'LOST' } });
    expect(['ECONNRESET', 'EPIPE']).toContain(Object(closure.error?.cause).code);
    await expectOneEnd(one);
  });
});

describe('messages that came before the end', () => {
  const COUNT = 20_000;

  it.each([1, 64, 1_000_000])(
    'are all delivered, with %i messages a turn, when the stream ends behind them',
    async (messagesPerTurn) => {
      const { near, far } = await tcpPair();
      const one = rig(near, { messagesPerTurn });
      far.resume().end(wire.repeat(wire.text('hello'), COUNT));
      await one.transport.closed;
      expect(one.messages.length).toBe(COUNT);
      await expectOneEnd(one);
    },
  );

  it('are all delivered when the stream ends while others have their turn', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { messagesPerTurn: 10 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('hello'), 1000));
    expect(one.messages.length).toBe(10);
    socket.emit('end');
    expect(one.messages.length).toBe(1000);
    await expectOneEnd(one);
  });

  it('are all delivered when the socket dies while others have their turn', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { messagesPerTurn: 10 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('hello'), 1000));
    socket.destroy(reset);
    const closure = await expectOneEnd(one);
    expect(one.messages.length).toBe(1000);
    expect(closure.error?.cause).toBe(reset);
  });

  it('are kept for a consumer that comes after the end', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { listens: false, receiveHighWater: 1000 });
    socket.push(wire.repeat(wire.text('hello'), 1000));
    socket.push(null);
    socket.destroy();
    await expectOneEnd(one);
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const message of one.transport.inbox) read.push(message);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LOST' });
    expect(read.length).toBe(1000);
  });

  it('are kept also when they are too many for the queue, and the last of them had to wait for their turn', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { listens: false, receiveHighWater: 1000, messagesPerTurn: 1 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('hello'), 100));
    socket.emit('end');
    socket.destroy();
    await expectOneEnd(one);
    let count = 0;
    const reading = (async () => {
      for await (const _ of one.transport.inbox) count++;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LOST' });
    expect(count).toBe(100);
  });

  it('are answered in one write, if the peer still reads', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { messagesPerTurn: 10, onMessage: (message, transport) => transport.send(message) });
    socket.push(wire.repeat(wire.text('hello'), 1000));
    socket.push(null);
    await expectOneEnd(one);
    expect(socket.frames('server').length).toBe(1000);
    expect(socket.written.length).toBeLessThan(20);
  });

  it('are not delivered after terminate, nor is any that is in the same chunk', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { onMessage: (_, transport) => transport.terminate() });
    socket.push(wire.repeat(wire.text('hello'), 1000));
    await expectOneEnd(one);
    expect(one.messages.length).toBe(1);
  });
});

describe('the close timer', () => {
  it('destroys the socket when the peer does not answer our Close', async () => {
    const { near, far } = await tcpPair();
    far.resume();
    const one = rig(near, { closeTimeout: 3000, keepalive: false });
    const closing = one.transport.close(1000, '');
    expect(one.clock.pending).toBe(1);
    one.clock.advance(2999);
    await nextTurn();
    expect(one.closures).toEqual([]);
    one.clock.advance(1);
    expect(await closing).toMatchObject({
      code: 1006,
      clean: false,
      sent: { code: 1000 },
      error: { code: 'CLOSE_TIMEOUT', cause: { option: 'closeTimeout', limit: 3000 } },
    });
    expect(near.destroyed).toBe(true);
    await expectOneEnd(one);
  });

  it('waits for what is queued as long as some of it moves, and then for the answer', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { closeTimeout: 1000, keepalive: false });
    for (let i = 0; i < 8; i++) one.transport.send(new Uint8Array(300_000));
    const closing = one.transport.close(1000, '');
    await nextTurn();
    for (let queued = one.transport.bufferedAmount; queued > 0; queued = one.transport.bufferedAmount) {
      // Almost six times its time without progress, and then one step.
      for (let waits = 0; waits < 5; waits++) one.clock.advance(1000);
      expect(one.closures).toEqual([]);
      socket.release();
      socket.takes = false;
      await nextTurn();
      expect(one.transport.bufferedAmount).toBeLessThan(queued);
    }
    const sent = socket.frames('server').map(({ payload }) => payload.length);
    expect(sent).toEqual([...Array(8).fill(300_000), 2]);
    one.clock.advance(1000);
    expect(one.closures).toEqual([]);
    one.clock.advance(1000);
    expect(await closing).toMatchObject({ clean: false, error: { code: 'CLOSE_TIMEOUT' } });
  });

  it('gives up a queue that stands still', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { closeTimeout: 1000, keepalive: false });
    one.transport.send(new Uint8Array(300_000));
    const closing = one.transport.close(1000, '');
    await nextTurn();
    for (let waits = 0; waits < 6; waits++) one.clock.advance(1000);
    expect(one.closures).toEqual([]);
    one.clock.advance(1000);
    expect(await closing).toMatchObject({ error: { code: 'CLOSE_TIMEOUT' } });
  });

  it('does not wait for the queue of a peer that broke the protocol', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { closeTimeout: 1000, keepalive: false });
    one.transport.send(new Uint8Array(300_000));
    socket.push(Uint8Array.of(0xff, 0xff));
    await nextTurn();
    one.clock.advance(1000);
    expect(await expectOneEnd(one)).toMatchObject({ error: { code: 'VIOLATED' } });
  });

  it('blames nobody when both Close frames were exchanged and only the stream is late', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { role: 'client' });
    socket.push(new Wire('client').close(1001));
    await nextTurn();
    one.clock.advance(5000);
    const closure = await expectOneEnd(one);
    expect(closure).toMatchObject({ code: 1001, clean: true });
    expect(closure.error).toBe(undefined);
  });

  it('ends a stream that does not tell of its own end, whatever destroyed it', async () => {
    for (const [code, isFinal, destroy] of [
      ['TERMINATED', true, ({ transport }) => transport.terminate()],
      ['LOST', true, (_, socket) => void socket.emit('error', reset)],
      ['LOST', false, (_, socket) => void socket.emit('end')],
      ['PONG_TIMEOUT', true, ({ clock }) => clock.advance(47_000)],
      ['CLOSE_TIMEOUT', false, ({ transport }) => void transport.close(1000, '')],
    ] as readonly (readonly [string, boolean, (one: Rig, socket: FakeSocket) => void])[]) {
      const socket = new FakeSocket({ tellsItsEnd: false });
      const one = rig(socket);
      destroy(one, socket);
      if (isFinal) expect(socket.destroyed).toBe(true);
      await nextTurn();
      expect(one.closures).toEqual([]);
      one.clock.advance(5000);
      expect(one.closures.length).toBe(1);
      expect(socket.destroyed).toBe(true);
      expect((await expectOneEnd(one)).error?.code).toBe(code);
    }
  });
});

describe('a stream that had ended before it was handed over', () => {
  it('is lost when it was destroyed, with its error', async () => {
    const socket = new FakeSocket();
    socket.on('error', () => {});
    socket.destroy(reset);
    await nextTurn();
    const one = rig(socket);
    expect(one.closures).toEqual([]);
    await nextTurn();
    expect(one.closures.length).toBe(1);
    const closure = await expectOneEnd(one);
    expect(closure.error).toMatchObject({ code: 'LOST', cause: reset });
  });

  it('is lost when the peer had ended it, and what came behind the head is delivered', async () => {
    const { near, far } = await tcpPair();
    near.allowHalfOpen = true;
    far.resume().end();
    near.resume();
    await once(near, 'end');
    const one = rig(near, { first: wire.text('early') });
    const closure = await one.transport.closed;
    expect(one.messages).toEqual(['early']);
    expect(closure.error?.code).toBe('LOST');
    await expectOneEnd(one);
  });
});

describe('silence', () => {
  it('is broken by a Ping, and ends in PONG_TIMEOUT when that is not answered', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near);
    one.clock.advance(27_000);
    const [chunk] = (await once(far, 'data')) as [Uint8Array];
    expect(readFrames([chunk], 'server')[0]).toMatch(/^ping/);
    one.clock.advance(22_000);
    const closure = await one.transport.closed;
    expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'PONG_TIMEOUT' } });
    expect(near.destroyed).toBe(true);
    await expectOneEnd(one);
  });

  it('is not broken by pings of a connection that is closing', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { keepalive: { interval: 1000, deadline: 1000 }, closeTimeout: 60_000 });
    void one.transport.close(1000, '');
    await nextTurn();
    one.clock.advance(5000);
    const closure = await expectOneEnd(one);
    expect(readFrames(socket.written, 'server')).toEqual(['close 1000']);
    expect(closure.error?.code).toBe('PONG_TIMEOUT');
  });
});

describe('a violation', () => {
  it.each([
    ['a reserved opcode', Uint8Array.of(0x83, 0x80, 0, 0, 0, 0), 'RESERVED_OPCODE', 1002],
    ['text that is not UTF-8', wire.frame(1, Uint8Array.of(0xff)), 'TEXT_INVALID', 1007],
    ['a message over the limit', wire.text('x'.repeat(101)), 'MESSAGE_TOO_BIG', 1009],
  ] as const)('is told to the peer and to us: %s', async (_name, bytes, code, closeCode) => {
    const { near, far } = await tcpPair();
    const one = rig(near, { maxMessageSize: 100 });
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    far.write(Buffer.concat([wire.text('before'), bytes, wire.text('after')]));
    await once(far, 'end');
    far.end();
    const closure = await one.transport.closed;
    expect(one.messages).toEqual(['before']);
    expect(readFrames(chunks, 'server')[0]).toMatch(new RegExp(`^close ${closeCode} `));
    expect(closure).toMatchObject({ code: 1006, clean: false, sent: { code: closeCode } });
    expect(closure.error).toMatchObject({ code: 'VIOLATED', cause: { code, closeCode } });
    expect(closure.error?.cause).toBeInstanceOf(ProtocolError);
    await expectOneEnd(one);
  });
});

describe('of several reasons, the one that was found out first counts', () => {
  const broken = Uint8Array.of(0xff, 0x80);

  it('a violation in what came before a reset', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { messagesPerTurn: 1 });
    await nextTurn();
    socket.push(Buffer.concat([wire.text('1'), broken]));
    socket.destroy(reset);
    expect((await expectOneEnd(one)).error).toMatchObject({ code: 'VIOLATED', cause: { code: 'RESERVED_BITS' } });
  });

  it('a listener that threw before a violation', async () => {
    const socket = new FakeSocket();
    const thrown = new Error('in the listener');
    const one = rig(socket, {
      onMessage: () => {
        throw thrown;
      },
    });
    socket.push(Buffer.concat([wire.text('1'), broken]));
    expect((await expectOneEnd(one)).error).toMatchObject({ code: 'LISTENER_FAILED', cause: thrown });
  });
});

describe('a listener that throws', () => {
  const thrown = new Error('in the listener');

  it('closes with 1011, and is the cause', async () => {
    const { near, far } = await tcpPair();
    const one = rig(near, {
      onMessage: () => {
        throw thrown;
      },
    });
    far.write(Buffer.concat([wire.text('1'), wire.text('2')]));
    const [chunk] = (await once(far, 'data')) as [Uint8Array];
    expect(readFrames([chunk], 'server')).toEqual(['close 1011']);
    far.end(wire.close(1011));
    const closure = await one.transport.closed;
    expect(one.messages).toEqual(['1']);
    expect(closure).toMatchObject({ code: 1011, clean: true, error: { code: 'LISTENER_FAILED' } });
    expect(closure.error?.cause).toBe(thrown);
    await expectOneEnd(one);
  });

  it('is told of when it throws at the end', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { listens: false });
    const told: Closure[] = [];
    one.transport.inbox.listen({
      message: () => {},
      closed: (closure) => {
        told.push(closure);
        throw thrown;
      },
    });
    socket.push(wire.close(1000));
    const closure = await expectOneEnd(one);
    expect(told.length).toBe(1);
    expect(told[0]?.error).toBe(undefined);
    expect(closure).toMatchObject({ code: 1000, clean: true, error: { code: 'LISTENER_FAILED', cause: thrown } });
  });

  it('does not hide why the connection had ended before', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, { listens: false });
    one.transport.inbox.listen({
      message: () => {},
      closed: () => {
        throw thrown;
      },
    });
    socket.destroy(reset);
    expect((await expectOneEnd(one)).error).toMatchObject({ code: 'LOST', cause: reset });
  });

  it('counts as the reason when it throws on what came before a reset', async () => {
    const socket = new FakeSocket();
    const one = rig(socket, {
      messagesPerTurn: 1,
      onMessage: (message) => {
        if (message === '2') throw thrown;
      },
    });
    socket.push(Buffer.concat([wire.text('1'), wire.text('2')]));
    socket.destroy(reset);
    expect((await expectOneEnd(one)).error).toMatchObject({ code: 'LISTENER_FAILED', cause: thrown });
  });
});

describe('while the closing handshake runs', () => {
  it('what waits learns that the connection was closed, and what is asked is refused', async () => {
    const socket = new FakeSocket({ takes: false });
    const one = rig(socket, { sendHighWater: 1 });
    one.transport.send('xx');
    const drained = one.transport.drained();
    const ping = one.transport.measureRoundTrip();
    void one.transport.close(4000, 'bye');
    await expect(drained).rejects.toMatchObject({ code: 'CLOSED', sent: { code: 4000, reason: 'bye' } });
    await expect(ping).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(one.transport.measureRoundTrip()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(one.transport.send('x')).toBe(false);
    socket.release();
    await expectOneEnd(one);
    expect(readFrames(socket.written, 'server').filter((frame) => frame.startsWith('ping'))).toEqual([
      'ping \0\0\0\u0001',
    ]);
  });

  it('a stream that ends without the answer makes it lost', async () => {
    const socket = new FakeSocket({ tellsItsEnd: false });
    const one = rig(socket);
    void one.transport.close(1000, '');
    socket.emit('end');
    await expect(one.transport.drained()).rejects.toMatchObject({ code: 'LOST' });
    await expectOneEnd(one);
  });
});

describe('the memory of ended connections', () => {
  it('is not held by their signals, timers or keepalive', async () => {
    const one = rig(new FakeSocket());
    const { signal } = new AbortController();
    const waiting = one.transport.measureRoundTrip(signal);
    one.transport.terminate();
    await expect(waiting).rejects.toMatchObject({ code: 'TERMINATED' });
    await expectOneEnd(one);
  });

  it('is the same for one that never was started', () => {
    const settings = settle({}, 'server');
    const transport = new Transport(new Duplex({ read() {} }), settings, { ended: () => {} });
    expect(transport.state).toBe('open');
  });
});
