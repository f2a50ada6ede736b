import type { Connection, Message } from '@framewire/connection';
import { withStreams } from '@framewire/connection';
import type { FakeClock } from '@framewire/testing';
import { describe, expect, it, vi } from 'vitest';
import { type ProbeOptions, settleProbe } from '../src/probe-options.ts';
import { ProbedConnection } from '../src/probed-connection.ts';
import { openScripted, type ScriptedWebSocket } from './scripted-websocket.ts';

interface Setup {
  readonly inner: Connection;
  readonly connection: ProbedConnection;
  readonly socket: ScriptedWebSocket;
  readonly clock: FakeClock;
  readonly wake: () => void;
  readonly isHeeding: () => boolean;
}

const PROBE: ProbeOptions = {
  message: 'ping',
  isAnswer: (message) => message === 'pong',
  interval: 10_000,
  deadline: 5000,
  wakeDeadline: 1000,
};

/** A clock of which some time is lost on its timers, as in a page that was frozen. */
async function setUp(options: Partial<ProbeOptions> = {}, frozen: () => number = () => 0): Promise<Setup> {
  const { connection: inner, socket, clock } = await openScripted();
  let woken: (() => void) | undefined;
  const connection = new ProbedConnection(inner, settleProbe({ ...PROBE, ...options }), {
    clock: { now: () => clock.now() + frozen(), schedule: clock.schedule.bind(clock) },
    wakeUps: (callback) => {
      woken = callback;
      return () => {
        woken = undefined;
      };
    },
  });
  return { inner, connection, socket, clock, wake: () => woken?.(), isHeeding: () => woken !== undefined };
}

function listen(connection: Connection): Message[] {
  const got: Message[] = [];
  connection.listen({ message: (message) => void got.push(message) });
  return got;
}

describe('a probe', () => {
  it('is sent when the server has been quiet for the interval, and its answer is for nobody else', async () => {
    const { connection, socket, clock } = await setUp();
    const got = listen(connection);
    clock.advance(9999);
    expect(socket.sent).toEqual([]);
    clock.advance(1);
    expect(socket.sent).toEqual(['ping']);
    clock.advance(4999);
    socket.deliver('pong');
    clock.advance(9999);
    expect(socket.sent).toEqual(['ping']);
    clock.advance(1);
    expect(socket.sent).toEqual(['ping', 'ping']);
    expect(got).toEqual([]);
    expect(connection.state).toBe('open');
  });

  it('is not sent to a server that says something, which need not be an answer', async () => {
    const { connection, socket, clock } = await setUp();
    const got = listen(connection);
    for (let i = 0; i < 10; i++) {
      clock.advance(9000);
      socket.deliver(`news ${i}`);
    }
    expect(socket.sent).toEqual([]);
    clock.advance(10_000);
    expect(socket.sent).toEqual(['ping']);
    socket.deliver('late news');
    clock.advance(9999);
    expect(connection.state).toBe('open');
    expect(got).toHaveLength(11);
  });

  it('gives up a server that stays silent, at once', async () => {
    const { connection, inner, socket, clock, isHeeding } = await setUp();
    const end = connection[Symbol.asyncIterator]().next();
    connection.send('last words');
    clock.advance(15_000);
    const closure = await connection.closed;
    expect(closure).toMatchObject({ code: 1006, reason: '', clean: false, sent: { code: 4006, reason: '' } });
    expect(closure.error).toMatchObject({ name: 'ConnectionClosedError', code: 'PONG_TIMEOUT' });
    await expect(end).rejects.toBe(closure.error);
    expect(connection.state).toBe('closed');
    expect(connection.bufferedAmount).toBe(0);
    expect(connection.send('too late')).toBe(false);
    await expect(connection.drained()).rejects.toMatchObject({ code: 'PONG_TIMEOUT' });
    expect(isHeeding()).toBe(false);
    // The engine has been told to close, and may take the time it takes.
    expect(socket.closes).toEqual([[4006, '']]);
    expect(inner.state).toBe('closing');
    clock.advance(5000);
    expect((await inner.closed).error?.code).toBe('CLOSE_TIMEOUT');
    expect(await connection.closed).toBe(closure);
    expect(clock.pending).toBe(0);
  });

  it('gives up no server that only has no chance to be heard, for the network still takes what lies before the probe', async () => {
    const { connection, socket, clock } = await setUp();
    socket.bufferedAmount = 1_000_000;
    clock.advance(10_000);
    expect(socket.sent).toEqual(['ping']);
    for (let left = 900_000; left >= 0; left -= 300_000) {
      socket.bufferedAmount = left;
      clock.advance(5000);
      expect(connection.state).toBe('open');
    }
    clock.advance(5000);
    expect((await connection.closed).error?.code).toBe('PONG_TIMEOUT');
    expect(socket.sent).toEqual(['ping']);
  });

  it('does not take what is sent after it for what still lies before it', async () => {
    const { connection, socket, clock } = await setUp();
    // As in browsers: what is sent is unsent at first.
    socket.check = (message) => {
      socket.bufferedAmount += (message as string).length;
    };
    socket.bufferedAmount = 1_000_000;
    clock.advance(10_000);
    // The application sends as fast as the network takes it, so as much as ever is unsent.
    for (let left = 700_000; left > 0; left -= 300_000) {
      socket.bufferedAmount -= 300_000;
      connection.send('x'.repeat(300_000));
      clock.advance(5000);
      expect(connection.state).toBe('open');
    }
    socket.bufferedAmount -= 300_000;
    connection.send('x'.repeat(300_000));
    clock.advance(5000);
    expect(connection.state).toBe('open');
    // Now the probe has left, and what leaves behind it gives its answer no more time.
    socket.bufferedAmount -= 300_000;
    clock.advance(5000);
    expect((await connection.closed).error?.code).toBe('PONG_TIMEOUT');
  });

  it('may be bytes, and made anew each time', async () => {
    let count = 0;
    const { socket, clock } = await setUp({
      message: () => Uint8Array.of(++count),
      isAnswer: (message) => typeof message !== 'string' && message[0] === count,
    });
    clock.advance(10_000);
    socket.deliver(Uint8Array.of(1).buffer);
    clock.advance(10_000);
    expect(socket.sent).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('fails the connection when making it or knowing its answer throws', async () => {
    const error = new Error('of the application');
    const fail = (): never => {
      throw error;
    };
    const making = await setUp({ message: fail });
    making.clock.advance(10_000);
    expect(making.socket.closes).toEqual([[4011, '']]);
    making.socket.end({ code: 4011, reason: '', wasClean: true });
    const closure = await making.connection.closed;
    expect(closure.error).toMatchObject({ code: 'LISTENER_FAILED', cause: error });
    vi.unstubAllGlobals();
    const knowing = await setUp({ isAnswer: fail });
    knowing.socket.deliver('news');
    expect(knowing.socket.closes).toEqual([[4011, '']]);
    knowing.socket.end({ code: 4011, reason: '', wasClean: true });
    expect((await knowing.connection.closed).error).toMatchObject({ code: 'LISTENER_FAILED', cause: error });
    expect(making.clock.pending + knowing.clock.pending).toBe(0);
  });
});

describe('a page that wakes up', () => {
  it('asks at once, with a short deadline', async () => {
    const { connection, socket, clock, wake } = await setUp();
    clock.advance(100);
    wake();
    expect(socket.sent).toEqual(['ping']);
    clock.advance(1000);
    expect((await connection.closed).error?.code).toBe('PONG_TIMEOUT');
  });

  it('asks once when several events tell of it', async () => {
    const { connection, socket, clock, wake } = await setUp();
    wake();
    wake();
    clock.advance(500);
    wake();
    expect(socket.sent).toEqual(['ping']);
    socket.deliver('pong');
    clock.advance(5000);
    wake();
    expect(socket.sent).toEqual(['ping', 'ping']);
    socket.deliver('pong');
    expect(connection.state).toBe('open');
  });

  it('does not wait for the long deadline of a probe that was under way', async () => {
    const { connection, socket, clock, wake } = await setUp();
    clock.advance(10_000);
    wake();
    expect(socket.sent).toEqual(['ping', 'ping']);
    clock.advance(1000);
    expect((await connection.closed).error?.code).toBe('PONG_TIMEOUT');
  });

  it('goes on as usual when the server answers', async () => {
    const { connection, socket, clock, wake } = await setUp();
    wake();
    clock.advance(999);
    socket.deliver('pong');
    clock.advance(9999);
    expect(socket.sent).toEqual(['ping']);
    clock.advance(1);
    expect(socket.sent).toEqual(['ping', 'ping']);
    expect(connection.state).toBe('open');
  });

  it('gives a server another chance whose answer may wait behind a timer that came late, but only one', async () => {
    let frozen = 0;
    const { connection, socket, clock } = await setUp({}, () => frozen);
    clock.advance(10_000);
    frozen = 3_600_000;
    clock.advance(5000);
    expect(connection.state).toBe('open');
    expect(socket.sent).toEqual(['ping', 'ping']);
    socket.deliver('pong');
    clock.advance(10_000);
    frozen += 3_600_000;
    clock.advance(5000);
    expect(connection.state).toBe('open');
    frozen += 3_600_000;
    clock.advance(1000);
    expect((await connection.closed).error?.code).toBe('PONG_TIMEOUT');
  });

  it('asks nothing on a connection that is closing or closed', async () => {
    const { connection, socket, clock, wake, isHeeding } = await setUp();
    const closing = connection.close(3000, 'bye');
    expect(isHeeding()).toBe(false);
    wake();
    clock.advance(1000);
    expect(socket.sent).toEqual([]);
    socket.end({ code: 3000, reason: 'bye', wasClean: true });
    expect(await closing).toMatchObject({ code: 3000, clean: true });
    expect(clock.pending).toBe(0);
  });

  it('leaves a connection to its engine that is being closed by the server', async () => {
    const { connection, socket, clock, wake } = await setUp();
    clock.advance(10_000);
    socket.readyState = 2;
    wake();
    clock.advance(60_000);
    expect(socket.sent).toEqual(['ping']);
    expect(connection.state).toBe('closing');
    socket.end({ code: 1001, reason: '', wasClean: true });
    expect(await connection.closed).toMatchObject({ code: 1001, clean: true });
    expect((await connection.closed).error).toBe(undefined);
  });
});

describe('the connection around it', () => {
  it('is the one given, but for the answers', async () => {
    const { connection, inner, socket } = await setUp();
    expect([connection.url, connection.subprotocol, connection.state]).toEqual([inner.url, inner.subprotocol, 'open']);
    socket.bufferedAmount = 7;
    expect(connection.bufferedAmount).toBe(7);
    expect(connection.send('x')).toBe(true);
    await connection.drained();
    expect(() => connection.send(5 as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => connection.close(1001)).toThrow(expect.objectContaining({ code: 'INVALID_CLOSE_CODE' }));
    socket.deliver('one');
    socket.deliver('pong');
    socket.deliver('two');
    const got: Message[] = [];
    for await (const message of withStreams(connection)) if (got.push(message) === 2) break;
    expect(got).toEqual(['one', 'two']);
  });

  it('tells its listener of everything', async () => {
    const { connection, socket, clock } = await setUp();
    const log: unknown[] = [];
    connection.listen({
      message: (message) => void log.push(message),
      drained: () => void log.push('drained'),
      closed: ({ code }) => void log.push(code),
    });
    socket.bufferedAmount = 2 ** 21;
    expect(connection.send('x')).toBe(false);
    socket.bufferedAmount = 0;
    clock.advance(8);
    socket.deliver('news');
    socket.end({ code: 1001, reason: '', wasClean: true });
    await connection.closed;
    expect(log).toEqual(['drained', 'news', 1001]);
  });

  it('is closed when more is unread than may be', async () => {
    const { connection, socket } = await setUp({ maxReceiveQueue: 1000 });
    socket.deliver('x'.repeat(600));
    expect(socket.closes).toEqual([[4009, '']]);
    await expect(connection.drained()).rejects.toMatchObject({ code: 'QUEUE_OVERFLOW' });
    socket.end({ code: 4009, reason: '', wasClean: true });
    expect((await connection.closed).error?.code).toBe('QUEUE_OVERFLOW');
    const messages = connection[Symbol.asyncIterator]();
    expect((await messages.next()).value).toHaveLength(600);
    await expect(messages.next()).rejects.toMatchObject({ code: 'QUEUE_OVERFLOW' });
  });

  it('counts what is unread as life', async () => {
    const { connection, socket, clock } = await setUp();
    for (let i = 0; i < 10; i++) {
      clock.advance(9000);
      socket.deliver('news');
    }
    expect(connection.state).toBe('open');
    expect(socket.sent).toEqual([]);
    // A loop that has something to read is resumed.
    let count = 0;
    for await (const _ of connection) if (++count === 10) break;
  });

  it('is told when its listener fails, in whichever method', async () => {
    const error = new Error('of the application');
    const fail = (): never => {
      throw error;
    };
    const { connection, socket } = await setUp();
    connection.listen({ message: fail });
    socket.deliver('news');
    expect(socket.closes).toEqual([[4011, '']]);
    socket.end({ code: 4011, reason: '', wasClean: true });
    expect(await connection.closed).toMatchObject({ error: { code: 'LISTENER_FAILED', cause: error } });
    vi.unstubAllGlobals();
    const late = await setUp();
    late.connection.listen({ message: () => {}, closed: fail });
    late.socket.end({ code: 1000, reason: '', wasClean: true });
    expect(await late.connection.closed).toMatchObject({ error: { code: 'LISTENER_FAILED', cause: error } });
  });

  it('takes up a connection that is over already, and none that has another consumer', async () => {
    const { connection: inner, socket, clock } = await openScripted();
    socket.deliver('last words');
    socket.end({ code: 1006, reason: '', wasClean: false });
    const wakeUps = vi.fn();
    const connection = new ProbedConnection(inner, settleProbe(PROBE), { clock, wakeUps });
    expect(await connection.closed).toMatchObject({ error: { code: 'LOST' } });
    const messages = connection[Symbol.asyncIterator]();
    expect(await messages.next()).toEqual({ value: 'last words', done: false });
    expect(() => new ProbedConnection(inner, settleProbe(PROBE), { clock, wakeUps })).toThrow(
      expect.objectContaining({ code: 'ALREADY_CONSUMED' }),
    );
    expect(wakeUps).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('disturbs nobody who does not look', async () => {
    const { connection, clock, socket } = await setUp();
    socket.bufferedAmount = 2 ** 21;
    connection.send('x');
    void connection.drained();
    const controller = new AbortController();
    const aborted = connection.drained(controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    clock.advance(20_000);
    await connection.closed;
  });
});
