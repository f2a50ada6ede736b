import { ConnectionClosedError, type HandshakeError, handshakeError, UsageError } from '@framewire/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection, Message } from '../src/connection.ts';
import type { Delivery } from '../src/outbox.ts';
import { type ReconnectingConnection, reconnect } from '../src/reconnect.ts';
import type { ReconnectChange, ReconnectOptions } from '../src/reconnect-options.ts';
import { ScriptedConnection } from './scripted-connection.ts';
import { seeded } from './seeded.ts';
import { timersClock } from './timers-clock.ts';

/** One call of `open`, which the test answers. */
interface Attempt {
  readonly signal: AbortSignal;
  readonly at: number;
  succeed(connection?: ScriptedConnection): ScriptedConnection;
  fail(error?: unknown): void;
}

interface Setup {
  readonly live: ReconnectingConnection;
  readonly attempts: Attempt[];
  readonly changes: ReconnectChange[];
  /** The attempt under way, or the last one. */
  last(): Attempt;
}

/** A reconnecting connection whose delays are all half of their bounds. */
function setUp(options: ReconnectOptions = {}, random: () => number = () => 0.5): Setup {
  const attempts: Attempt[] = [];
  const changes: ReconnectChange[] = [];
  const open = (signal: AbortSignal): Promise<Connection> =>
    new Promise((resolve, reject) => {
      attempts.push({
        signal,
        at: timersClock.now(),
        succeed: (connection = new ScriptedConnection()) => {
          resolve(connection);
          return connection;
        },
        fail: reject,
      });
    });
  const live = reconnect(
    open,
    { onStateChange: (change) => void changes.push(change), ...options },
    { clock: timersClock, random },
  );
  const last = (): Attempt => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error('There was no attempt.');
    return attempt;
  };
  return { live, attempts, changes, last };
}

const turn = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Reads all there is, into an array to look at, and tells how it ended. */
function read(live: ReconnectingConnection): { got: Message[]; end: Promise<unknown> } {
  const got: Message[] = [];
  const end = (async () => {
    for await (const message of live) got.push(message);
    return 'ended';
  })().catch((error: unknown) => error);
  return { got, end };
}

const refused = (status: number): HandshakeError => handshakeError('NOT_SWITCHED', undefined, { status });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('reconnect: keeping a connection', () => {
  it('begins the first attempt at once', () => {
    const { live, attempts } = setUp();
    expect(attempts).toHaveLength(1);
    expect(live.state).toBe('connecting');
  });

  it('throws what open throws at its first call', () => {
    const open = (): never => {
      throw new UsageError('INVALID_URL', 'not a URL');
    };
    expect(() => reconnect(open, undefined, { clock: timersClock, random: Math.random })).toThrow('not a URL');
  });

  it('throws when an option is wrong', () => {
    expect(() => setUp({ baseDelay: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('opens another connection when one is lost, after a delay', async () => {
    const { live, attempts, changes, last } = setUp();
    const first = last().succeed();
    await turn();
    expect(live.state).toBe('open');
    first.lose();
    await turn();
    expect(live.state).toBe('waiting');
    await turn(499);
    expect(attempts).toHaveLength(1);
    await turn(1);
    expect(live.state).toBe('connecting');
    last().succeed();
    await turn();
    expect(changes).toEqual([
      { state: 'open', attempt: 1 },
      { state: 'waiting', attempt: 2, delay: 500, setback: { closure: await first.closed } },
      { state: 'connecting', attempt: 2 },
      { state: 'open', attempt: 2 },
    ]);
  });

  it('waits longer after each attempt that fails, up to the most', async () => {
    const { attempts, last } = setUp({ baseDelay: 100, maxDelay: 400 });
    const delays = [50, 100, 200, 200, 200];
    for (const delay of delays) {
      last().fail(new Error('no'));
      await turn(delay);
    }
    expect(attempts.map(({ at }, i) => at - (attempts[i - 1]?.at ?? at))).toEqual([0, ...delays]);
  });

  it('starts the count again after a stable connection, and only then', async () => {
    const { changes, last } = setUp({ baseDelay: 100, stableAfter: 5000 });
    last().fail();
    await turn(50);
    const short = last().succeed();
    await turn(4999);
    short.lose();
    await turn(100);
    const stable = last().succeed();
    await turn(5000);
    stable.lose();
    await turn();
    expect(changes.filter(({ state }) => state === 'waiting')).toMatchObject([
      { attempt: 2, delay: 50 },
      { attempt: 3, delay: 100 },
      { attempt: 1, delay: 50 },
    ]);
  });

  it('treats what open throws later as a setback', async () => {
    let calls = 0;
    const changes: ReconnectChange[] = [];
    const error = new Error('thrown');
    const open = (): Promise<Connection> => {
      if (++calls === 2) throw error;
      return Promise.reject(new Error('rejected'));
    };
    reconnect(open, { onStateChange: (change) => void changes.push(change) }, { clock: timersClock, random: () => 0 });
    await turn();
    await turn();
    expect(changes).toContainEqual({ state: 'waiting', attempt: 3, delay: 0, setback: { error } });
  });

  it('goes on after a clean close with any code but 1000', async () => {
    const { live, last } = setUp();
    const first = last().succeed();
    await turn();
    first.peerCloses(1001);
    await turn();
    expect(live.state).toBe('waiting');
  });

  it('takes up a connection that was lost before it was handed over', async () => {
    const { live, last } = setUp();
    const connection = new ScriptedConnection();
    connection.receive('last words');
    connection.lose();
    last().succeed(connection);
    const { got } = read(live);
    await turn();
    expect(got).toEqual(['last words']);
    expect(live.state).toBe('waiting');
  });
});

describe('reconnect: receiving', () => {
  it('gives the messages of all connections as one sequence', async () => {
    const { live, last } = setUp();
    const { got } = read(live);
    const first = last().succeed();
    await turn();
    first.receive('1');
    first.receive('2');
    first.lose();
    await turn(500);
    const second = last().succeed();
    second.receive('3');
    await turn();
    expect(got).toEqual(['1', '2', '3']);
  });

  it('keeps messages for a consumer that comes late', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    connection.receive('1');
    await turn();
    connection.receive('2');
    await turn();
    const { got } = read(live);
    await turn();
    expect(got).toEqual(['1', '2']);
  });

  it('refuses a second loop, and lets a later one go on', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    connection.receive('1');
    connection.receive('2');
    for await (const message of live) {
      expect(message).toBe('1');
      expect(() => live[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'ALREADY_CONSUMED' }));
      break;
    }
    const { got } = read(live);
    await turn();
    expect(got).toEqual(['2']);
  });

  it('lets the connection slow its peer down while nobody reads', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    const large = 'x'.repeat(50_000);
    for (let i = 0; i < 10; i++) connection.receive(large);
    await turn();
    // Three of them are over the mark of 256 KiB here, and those that are left over the connection's own.
    expect(connection.flow).toEqual(['pause']);
    const { got } = read(live);
    await turn();
    expect(connection.flow).toEqual(['pause', 'resume']);
    expect(got).toHaveLength(10);
  });

  it('takes what a lost connection still holds, but opens no other while the consumer is behind', async () => {
    const { live, attempts, last } = setUp();
    const first = last().succeed();
    await turn();
    for (let i = 0; i < 4; i++) first.receive(`${i}${'x'.repeat(50_000)}`);
    await turn();
    first.lose();
    await turn(60_000);
    expect(live.state).toBe('waiting');
    expect(attempts).toHaveLength(1);
    const { got } = read(live);
    await turn();
    expect(got).toHaveLength(4);
    expect(attempts).toHaveLength(2);
  });

  it('does not shorten the delay because the consumer catches up', async () => {
    const { live, attempts, last } = setUp();
    const first = last().succeed();
    await turn();
    for (let i = 0; i < 4; i++) first.receive('x'.repeat(50_000));
    await turn();
    first.lose();
    await turn();
    read(live);
    await turn(499);
    expect(attempts).toHaveLength(1);
    await turn(1);
    expect(attempts).toHaveLength(2);
  });

  it('fails when open gives a connection that has another consumer', async () => {
    const { live, last } = setUp();
    const connection = new ScriptedConnection();
    connection.listen({ message: () => {} });
    last().succeed(connection);
    await expect(live.closed).resolves.toMatchObject({ why: 'failed', error: { code: 'ALREADY_CONSUMED' } });
    expect(connection.closeStatus).toEqual({ code: 4011, reason: '' });
  });
});

describe('reconnect: sending', () => {
  it('throws at once on what cannot be sent', () => {
    const { live } = setUp();
    expect(() => live.send(1 as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('keeps messages until there is a connection, and says when they were sent', async () => {
    const { live, last } = setUp();
    const deliveries = Promise.all([live.send('a'), live.send('b')]);
    expect(live.waitingMessages).toBe(2);
    const connection = last().succeed();
    expect(await deliveries).toEqual(['sent', 'sent']);
    expect(connection.sent).toEqual(['a', 'b']);
    expect(live.waitingMessages).toBe(0);
  });

  it('calls uncertain what a lost connection took, and does not send it again', async () => {
    const { live, last } = setUp();
    const first = last().succeed();
    first.writesAtOnce = false;
    await turn();
    const a = live.send('a');
    first.lose();
    const b = live.send('b');
    expect(await a).toBe('uncertain');
    await turn(500);
    const second = last().succeed();
    expect(await b).toBe('sent');
    expect(second.sent).toEqual(['b']);
  });

  it('calls abandoned what is sent after the end', async () => {
    const { live } = setUp();
    void live.close();
    expect(await live.send('a')).toBe('abandoned');
  });

  it('has its bounds', async () => {
    const { live } = setUp({ maxWaitingMessages: 1, maxAge: 100 });
    const first = live.send('a');
    expect(await live.send('b')).toBe('overflowed');
    await turn(100);
    expect(await first).toBe('expired');
  });
});

describe('reconnect: closing', () => {
  it('closes the connection and opens no other', async () => {
    const { live, attempts, changes, last } = setUp();
    const { end } = read(live);
    const connection = last().succeed();
    await turn();
    const closing = live.close(4001, 'bye');
    expect(live.state).toBe('closed');
    expect(await closing).toEqual({ why: 'closed' });
    expect(connection.closeStatus).toEqual({ code: 4001, reason: 'bye' });
    expect(await end).toBe('ended');
    await turn(60_000);
    expect(attempts).toHaveLength(1);
    expect(changes.at(-1)).toEqual({ state: 'closed', end: { why: 'closed' } });
    expect(await live.close()).toEqual({ why: 'closed' });
  });

  it('sends what waits first, and says so', async () => {
    const { live, last } = setUp();
    const connection = new ScriptedConnection({ sendHighWater: 0 });
    connection.writesAtOnce = false;
    last().succeed(connection);
    await turn();
    const deliveries = ['a', 'b', 'c'].map((message) => live.send(message));
    expect(connection.sent).toEqual(['a']);
    await live.close();
    expect(connection.sent).toEqual(['a', 'b', 'c']);
    expect(await Promise.all(deliveries)).toEqual(['sent', 'sent', 'sent']);
  });

  it('calls uncertain what the peer may not have read because it closed first', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    connection.writesAtOnce = false;
    connection.answersClose = false;
    await turn();
    const delivery = live.send('a');
    void live.close();
    connection.peerCloses(1000);
    expect(await delivery).toBe('uncertain');
  });

  it('calls uncertain what was on its way when the peer did not answer the Close', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    connection.writesAtOnce = false;
    connection.answersClose = false;
    await turn();
    const delivery = live.send('a');
    const closing = live.close();
    connection.lose();
    expect(await delivery).toBe('uncertain');
    expect(await closing).toEqual({ why: 'closed' });
  });

  it('delivers what had come, and then ends', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    for (let i = 0; i < 8; i++) connection.receive(`${i}${'x'.repeat(50_000)}`);
    await turn();
    await live.close();
    const { got, end } = read(live);
    expect(await end).toBe('ended');
    expect(got.map((message) => message[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('abandons what waits when there is no connection, and the attempt under way', async () => {
    const { live, last } = setUp();
    const delivery = live.send('a');
    const closing = live.close();
    expect(last().signal.aborted).toBe(true);
    expect(await delivery).toBe('abandoned');
    expect(await closing).toEqual({ why: 'closed' });
  });

  it('closes a connection that comes in spite of that', async () => {
    const { live, last } = setUp();
    await live.close();
    const late = last().succeed();
    await turn();
    expect(late.state).toBe('closed');
    expect(late.closeStatus).toEqual({ code: 1000, reason: '' });
  });

  it('lets an attempt fail unheard that was no longer wanted', async () => {
    // vitest fails the run on an unhandled rejection.
    const { live, last } = setUp();
    await live.close();
    last().fail(new Error('too late'));
    await turn();
    expect(live.state).toBe('closed');
  });

  it('closes a connection that comes in the same turn', async () => {
    const { live, last } = setUp();
    const connection = last().succeed();
    await Promise.resolve();
    await live.close();
    expect(connection.state).toBe('closed');
  });

  it('ends the wait for the next attempt', async () => {
    const { live, attempts, last } = setUp();
    last().fail();
    await turn();
    expect(live.state).toBe('waiting');
    expect(await live.close()).toEqual({ why: 'closed' });
    expect(vi.getTimerCount()).toBe(0);
    expect(attempts).toHaveLength(1);
  });

  it('refuses a code or reason that cannot be sent, and stays', () => {
    const { live } = setUp();
    expect(() => live.close(1001)).toThrow(expect.objectContaining({ code: 'INVALID_CLOSE_CODE' }));
    expect(() => live.close(1000, 'x'.repeat(124))).toThrow(expect.objectContaining({ code: 'CLOSE_REASON_TOO_LONG' }));
    expect(live.state).toBe('connecting');
  });
});

describe('reconnect: giving up', () => {
  it.each([undefined, 5, {}])('says so when its function opens no connection: %s', async (nothing) => {
    const open = (() => Promise.resolve(nothing)) as unknown as Parameters<typeof reconnect>[0];
    const conversation = reconnect(open, {}, { clock: timersClock, random: () => 0 });
    const delivery = conversation.send('x');
    await expect(conversation[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await delivery).toBe('abandoned');
  });

  it('ends without an error when the peer closes with 1000', async () => {
    const { live, last } = setUp();
    const { got, end } = read(live);
    const connection = last().succeed();
    connection.receive('1');
    await turn();
    connection.peerCloses(1000);
    expect(await live.closed).toEqual({ why: 'declined' });
    expect(await end).toBe('ended');
    expect(got).toEqual(['1']);
  });

  it('throws the refusal when the server will never take it', async () => {
    const { live, changes, last } = setUp();
    const { end } = read(live);
    const waiting = live.send('a');
    const error = refused(401);
    last().fail(error);
    expect(await live.closed).toEqual({ why: 'declined', error });
    expect(await end).toBe(error);
    expect(await waiting).toBe('abandoned');
    expect(changes).toEqual([{ state: 'closed', end: { why: 'declined', error } }]);
  });

  it('asks shouldRetry instead, if there is one', async () => {
    const shouldRetry = vi.fn(() => true);
    const { live, last } = setUp({ shouldRetry });
    const error = refused(401);
    last().fail(error);
    await turn();
    expect(live.state).toBe('waiting');
    expect(shouldRetry).toHaveBeenCalledExactlyOnceWith({ error });
  });

  it('gives up after maxAttempts without a stable connection', async () => {
    const { live, attempts, last } = setUp({ maxAttempts: 2 });
    last().fail(new Error('first'));
    await turn(500);
    const error = new Error('second');
    last().fail(error);
    expect(await live.closed).toEqual({ why: 'exhausted', error });
    expect(attempts).toHaveLength(2);
  });

  it('has an error to throw even when the last connection closed cleanly', async () => {
    const { live, last } = setUp({ maxAttempts: 1 });
    const { end } = read(live);
    const connection = last().succeed();
    await turn();
    connection.peerCloses(1001);
    expect(await live.closed).toMatchObject({ why: 'exhausted', error: { received: { code: 1001 } } });
    expect(await end).toBeInstanceOf(ConnectionClosedError);
  });

  it('has an error to throw even when open rejected with nothing', async () => {
    const { live, last } = setUp({ maxAttempts: 1 });
    last().fail();
    expect(await live.closed).toMatchObject({ why: 'exhausted', error: { code: 'LOST' } });
  });

  it('fails when shouldRetry throws', async () => {
    const error = new Error('in shouldRetry');
    const { live, last } = setUp({
      shouldRetry: () => {
        throw error;
      },
    });
    last().fail();
    expect(await live.closed).toEqual({ why: 'failed', error });
  });

  it('may be closed from shouldRetry', async () => {
    const { live, last } = setUp({
      shouldRetry: () => {
        void live.close();
        return true;
      },
    });
    last().fail();
    expect(await live.closed).toEqual({ why: 'closed' });
  });

  it('fails when onStateChange throws, and closes the connection', async () => {
    const error = new Error('in onStateChange');
    const { live, last } = setUp({
      onStateChange: ({ state }) => {
        if (state === 'open') throw error;
      },
    });
    const connection = last().succeed();
    expect(await live.closed).toEqual({ why: 'failed', error });
    expect(connection.closeStatus).toEqual({ code: 4011, reason: '' });
  });

  it('says what onStateChange threw at the very end', async () => {
    const error = new Error('in onStateChange');
    const { live } = setUp({
      onStateChange: () => {
        throw error;
      },
    });
    expect(await live.close()).toEqual({ why: 'closed', error });
  });

  it.each(['open', 'waiting', 'connecting'] as const)('may be closed from onStateChange at %s', async (when) => {
    const { live, attempts, changes, last } = setUp({
      onStateChange: (change) => {
        changes.push(change);
        if (change.state === when) void live.close();
      },
    });
    const connection = last().succeed();
    await turn();
    connection.lose();
    await turn(60_000);
    expect(await live.closed).toEqual({ why: 'closed' });
    expect(attempts).toHaveLength(1);
    expect(changes.at(-1)).toEqual({ state: 'closed', end: { why: 'closed' } });
    expect(changes.filter(({ state }) => state === 'closed')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('reconnect: what the server asks for', () => {
  it('is waited for, whether it was said by a refusal or by a Close', async () => {
    const { attempts, changes, last } = setUp();
    last().fail(Object.assign(refused(503), { retryAfter: 4000 }));
    await turn(6000);
    expect(attempts).toHaveLength(2);
    const connection = last().succeed();
    await turn();
    const status = { code: 1012, reason: 'retry-after=2' };
    connection.end({ received: status, sent: status, receivedFirst: true });
    await turn(3000);
    expect(attempts).toHaveLength(3);
    expect(changes.filter(({ state }) => state === 'waiting')).toMatchObject([{ delay: 6000 }, { delay: 3000 }]);
  });

  it('has a bound', async () => {
    const { changes, last } = setUp({ maxRetryAfter: 1000, maxDelay: 0 });
    last().fail(Object.assign(refused(429), { retryAfter: 3_600_000 }));
    await turn();
    expect(changes).toMatchObject([{ state: 'waiting', delay: 1000 }]);
  });

  it('does not bring a thousand clients back in one second', async () => {
    const random = seeded(20_261);
    const arrivals: number[] = [];
    const begun = timersClock.now();
    const clients = Array.from({ length: 1000 }, () => {
      const client = setUp({}, random);
      client.last().fail(Object.assign(refused(503), { retryAfter: 5000 }));
      return client;
    });
    await turn(20_000);
    for (const { live, attempts } of clients) {
      expect(attempts).toHaveLength(2);
      arrivals.push((attempts[1]?.at ?? 0) - begun);
      void live.close();
    }
    expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(5000);
    const perSecond = [5, 6, 7, 8, 9].map((second) => arrivals.filter((at) => Math.floor(at / 1000) === second).length);
    expect(perSecond.reduce((sum, count) => sum + count)).toBe(1000);
    expect(Math.max(...perSecond)).toBeLessThan(260);
  });
});

describe('reconnect: wake-ups', () => {
  function wakeable(options: ReconnectOptions = {}) {
    const changes: ReconnectChange[] = [];
    let woken: (() => void) | undefined;
    const wakeUps = (callback: () => void): (() => void) => {
      woken = callback;
      return () => {
        woken = undefined;
      };
    };
    const open = (): Promise<Connection> => Promise.reject(new Error('no network'));
    const live = reconnect(
      open,
      { baseDelay: 20_000, onStateChange: (change) => void changes.push(change), ...options },
      { clock: timersClock, random: () => 0.5, wakeUps },
    );
    return { live, changes, wake: () => woken?.(), isHeard: () => woken !== undefined };
  }

  it('hasten the next attempt, and tell the new delay', async () => {
    const { live, changes, wake } = wakeable();
    await turn(1000);
    wake();
    await turn(250);
    expect(changes).toMatchObject([
      { state: 'waiting', delay: 10_000, attempt: 2 },
      { state: 'waiting', delay: 250, attempt: 2 },
      { state: 'connecting', attempt: 2 },
      { state: 'waiting', attempt: 3 },
    ]);
    await live.close();
  });

  it('are minded from the first attempt to the end, and not when there is no attempt', async () => {
    const { live, isHeard } = wakeable();
    expect(isHeard()).toBe(true);
    await live.close();
    expect(isHeard()).toBe(false);
    expect(wakeable({ signal: AbortSignal.abort() }).isHeard()).toBe(false);
    const none = { clock: timersClock, random: () => 0.5, wakeUps: vi.fn() };
    const open = (): never => {
      throw new UsageError('INVALID_URL', 'not a URL');
    };
    expect(() => reconnect(open, {}, none)).toThrow('not a URL');
    expect(none.wakeUps).not.toHaveBeenCalled();
  });
});

describe('reconnect: its signal', () => {
  const reason = new Error('enough');

  it('ends everything, and iteration throws its reason', async () => {
    const controller = new AbortController();
    const { live, last } = setUp({ signal: controller.signal });
    const { end } = read(live);
    const connection = last().succeed();
    await turn();
    controller.abort(reason);
    expect(await live.closed).toEqual({ why: 'aborted', error: reason });
    expect(connection.closeStatus).toEqual({ code: 1000, reason: '' });
    expect(await end).toBe(reason);
  });

  it('makes no attempt when it was aborted before', async () => {
    const { live, attempts } = setUp({ signal: AbortSignal.abort(reason) });
    expect(attempts).toHaveLength(0);
    expect(live.state).toBe('closed');
    expect(await live.closed).toEqual({ why: 'aborted', error: reason });
    expect(await live.send('a')).toBe('abandoned');
    expect(await read(live).end).toBe(reason);
  });

  it('is heard when the first attempt itself aborts it', async () => {
    const controller = new AbortController();
    const open = (): Promise<Connection> => {
      controller.abort(reason);
      return Promise.resolve(new ScriptedConnection());
    };
    const live = reconnect(open, { signal: controller.signal }, { clock: timersClock, random: () => 0.5 });
    await turn();
    expect(live.state).toBe('closed');
    expect(await live.closed).toEqual({ why: 'aborted', error: reason });
  });

  it('is let go of at the end', async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const { live, changes } = setUp({ signal: controller.signal });
    await live.close();
    expect(removed).toHaveBeenCalledTimes(1);
    controller.abort(reason);
    expect(changes).toEqual([{ state: 'closed', end: { why: 'closed' } }]);
  });
});

describe('reconnect, whatever happens', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('send' as const) },
    { weight: 4, arbitrary: fc.constant('receive' as const) },
    { weight: 4, arbitrary: fc.constant('succeed' as const) },
    { weight: 1, arbitrary: fc.constant('fail' as const) },
    { weight: 2, arbitrary: fc.constant('lose' as const) },
    { weight: 2, arbitrary: fc.constant('flush' as const) },
    { weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 400 }) }) },
  );

  it('keeps delays in their bounds, all messages in order, and gives each sent message one fate', async () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), random, fc.nat(3), async (steps, jitter, sendHighWater) => {
        const options: ReconnectOptions = {
          baseDelay: 50,
          maxDelay: 300,
          maxAge: 500,
          maxWaitingMessages: 5,
          whenFull: jitter < 0.5 ? 'refuse-newest' : 'drop-oldest',
        };
        const { live, attempts, changes, last } = setUp(options, () => jitter);
        const { got, end } = read(live);
        const fates: Delivery[][] = [];
        const received: string[] = [];
        const connections: ScriptedConnection[] = [];
        for (const step of steps) {
          const connection = connections.at(-1);
          if (step === 'send') {
            const fate: Delivery[] = [];
            const message = String(fates.push(fate) - 1);
            void live.send(message).then((delivery) => fate.push(delivery));
          } else if (step === 'receive' && connection?.state === 'open') {
            received.push(`${received.length}`);
            connection.receive(`${received.length - 1}`);
          } else if (step === 'succeed' && live.state === 'connecting') {
            const next = new ScriptedConnection({ sendHighWater });
            next.writesAtOnce = fates.length % 2 === 0;
            connections.push(last().succeed(next));
            await turn();
          } else if (step === 'fail' && live.state === 'connecting') {
            last().fail(new Error('no'));
            await turn();
          } else if (step === 'lose' && connection?.state === 'open') connection.lose();
          else if (step === 'flush') connection?.flush();
          else if (typeof step === 'object') await turn(step.wait);
        }
        await live.close();
        await turn();
        expect(await end).toBe('ended');
        expect(got).toEqual(received);
        const carried = connections.flatMap(({ sent }) => sent).map(Number);
        expect(carried).toEqual([...new Set(carried)].sort((a, b) => a - b));
        for (const [message, fate] of fates.entries()) {
          expect(fate).toHaveLength(1);
          expect(carried.includes(message)).toBe(fate[0] === 'sent' || fate[0] === 'uncertain');
        }
        for (const change of changes) {
          if (change.state !== 'waiting') continue;
          const bound = Math.min(300, 50 * 2 ** Math.max(0, change.attempt - 2));
          expect(change.delay).toBe(jitter * bound);
        }
        expect(attempts.length).toBeGreaterThanOrEqual(1);
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  });
});
