import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MESSAGE_OVERHEAD, messageSize } from '../src/message.ts';
import { type Delivery, Outbox, type OutboxLimits } from '../src/outbox.ts';
import { ScriptedConnection } from './scripted-connection.ts';
import { timersClock } from './timers-clock.ts';

const LIMITS: OutboxLimits = {
  maxWaitingBytes: 10_000,
  maxWaitingMessages: 10,
  whenFull: 'refuse-newest',
  maxAge: Number.POSITIVE_INFINITY,
};

function setUp(limits: Partial<OutboxLimits> = {}): { outbox: Outbox; fates: string[]; send(message: string): void } {
  const outbox = new Outbox(timersClock, { ...LIMITS, ...limits });
  const fates: string[] = [];
  return {
    outbox,
    /** `message:delivery`, in the order they became known. */
    fates,
    send: (message) => void outbox.send(message).then((delivery) => fates.push(`${message}:${delivery}`)),
  };
}

const turn = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('Outbox with a connection', () => {
  it('sends at once, and says so when the connection holds nothing back', async () => {
    const { outbox, fates, send } = setUp();
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    send('a');
    expect(connection.sent).toEqual(['a']);
    expect(outbox.waiting).toBe(0);
    await turn();
    expect(fates).toEqual(['a:sent']);
  });

  it('passes on how each message is to be sent, now and later', async () => {
    const { outbox } = setUp();
    const waited = outbox.send('a', { compress: false });
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    const sent = [waited, outbox.send('b', { compress: true }), outbox.send('c')];
    await turn();
    expect(await Promise.all(sent)).toEqual(['sent', 'sent', 'sent']);
    expect(connection.sentOptions).toEqual([{ compress: false }, { compress: true }, undefined]);
  });

  it('says sent only when all that was given has left', async () => {
    const { outbox, fates, send } = setUp();
    const connection = new ScriptedConnection();
    connection.writesAtOnce = false;
    outbox.attach(connection);
    send('a');
    send('b');
    await turn(500);
    expect(fates).toEqual([]);
    connection.flush();
    await turn(64);
    expect(fates).toEqual(['a:sent', 'b:sent']);
  });

  it('sends a message that would not fit among those that wait', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingBytes: 0 });
    outbox.attach(new ScriptedConnection());
    send('a');
    await turn();
    expect(fates).toEqual(['a:sent']);
  });

  it('holds back while the connection is over its high-water mark', async () => {
    const { outbox, fates, send } = setUp();
    const connection = new ScriptedConnection({ sendHighWater: 1 });
    connection.writesAtOnce = false;
    outbox.attach(connection);
    for (const message of ['a', 'b', 'c', 'd']) send(message);
    expect(connection.sent).toEqual(['a', 'b']);
    expect(outbox.waiting).toBe(2);
    connection.flush();
    await turn(64);
    expect(connection.sent).toEqual(['a', 'b', 'c', 'd']);
    connection.flush();
    await turn(64);
    expect(fates).toEqual(['a:sent', 'b:sent', 'c:sent', 'd:sent']);
  });

  it('takes a burst of small messages, however few may wait for a connection', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingMessages: 0 });
    const connection = new ScriptedConnection({ sendHighWater: 10_000 });
    connection.writesAtOnce = false;
    outbox.attach(connection);
    for (let i = 0; i < 5000; i++) send('a');
    expect(connection.sent).toHaveLength(5000);
    connection.flush();
    await turn(64);
    expect(fates).toEqual(Array.from({ length: 5000 }, () => 'a:sent'));
  });

  it('holds back when too many messages were given and not seen to leave', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingMessages: 2 });
    const connection = new ScriptedConnection({ sendHighWater: Number.POSITIVE_INFINITY });
    connection.writesAtOnce = false;
    outbox.attach(connection);
    const mostGiven = 64 * 1024;
    for (let i = 0; i < mostGiven; i++) send('a');
    for (const message of ['b', 'c', 'd']) send(message);
    expect(connection.sent).toHaveLength(mostGiven);
    expect(outbox.waiting).toBe(2);
    connection.writesAtOnce = true;
    connection.flush();
    await turn(64);
    expect(connection.sent.slice(mostGiven)).toEqual(['b', 'c']);
    expect(fates.filter((fate) => fate !== 'a:sent')).toEqual(['d:overflowed', 'b:sent', 'c:sent']);
  });

  it('calls uncertain what a lost connection may have carried, and gives the rest to the next', async () => {
    const { outbox, fates, send } = setUp();
    const first = new ScriptedConnection({ sendHighWater: 0 });
    first.writesAtOnce = false;
    outbox.attach(first);
    send('a');
    send('b');
    first.lose();
    // An emptied queue of a lost connection proves nothing.
    first.bufferedAmount = 0;
    await turn(500);
    outbox.detach('uncertain');
    await turn();
    expect(fates).toEqual(['a:uncertain']);
    const second = new ScriptedConnection();
    outbox.attach(second);
    await turn();
    expect(second.sent).toEqual(['b']);
    expect(fates).toEqual(['a:uncertain', 'b:sent']);
  });

  it('does not give to the next connection because the last one drained', async () => {
    const { outbox, send } = setUp();
    const first = new ScriptedConnection({ sendHighWater: 0 });
    const second = new ScriptedConnection({ sendHighWater: 0 });
    first.writesAtOnce = false;
    second.writesAtOnce = false;
    outbox.attach(first);
    send('a');
    outbox.detach('uncertain');
    outbox.attach(second);
    send('b');
    send('c');
    first.flush();
    await turn(64);
    expect(second.sent).toEqual(['b']);
    outbox.detach('uncertain');
    outbox.abandon();
  });

  it('does not say sent of what the connection drops, or ends instead of sending', async () => {
    const { outbox, fates, send } = setUp();
    const connection = Object.assign(new ScriptedConnection({ sendHighWater: 1 }), { droppedMessages: 0 });
    connection.writesAtOnce = false;
    outbox.attach(connection);
    for (const message of ['a', 'b', 'c', 'd', 'e']) send(message);
    const take = connection.send.bind(connection);
    connection.send = (message) => {
      if (message === 'c') connection.droppedMessages++;
      else if (message === 'd') connection.state = 'closing';
      else return take(message);
      return false;
    };
    outbox.giveAll();
    await turn();
    expect(fates).toEqual(['c:overflowed', 'd:uncertain']);
    outbox.abandon();
    outbox.detach('sent');
    await turn();
    expect(fates.slice(2)).toEqual(['e:abandoned', 'a:sent', 'b:sent']);
    expect(connection.sent).toEqual(['a', 'b']);
  });

  it('waits when the connection is no longer open', async () => {
    const { outbox, fates, send } = setUp();
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    connection.state = 'closing';
    send('a');
    expect(connection.sent).toEqual([]);
    expect(outbox.waiting).toBe(1);
    outbox.detach('uncertain');
    outbox.abandon();
    await turn();
    expect(fates).toEqual(['a:abandoned']);
  });

  it('gives all that waits before a close', async () => {
    const { outbox, fates, send } = setUp();
    const connection = new ScriptedConnection({ sendHighWater: 0 });
    connection.writesAtOnce = false;
    outbox.attach(connection);
    for (const message of ['a', 'b', 'c']) send(message);
    expect(connection.sent).toEqual(['a']);
    outbox.giveAll();
    expect(connection.sent).toEqual(['a', 'b', 'c']);
    await connection.close();
    outbox.detach('sent');
    await turn();
    expect(fates).toEqual(['a:sent', 'b:sent', 'c:sent']);
  });
});

describe('Outbox without a connection', () => {
  it('keeps messages for the next one, in order', async () => {
    const { outbox, fates, send } = setUp();
    for (const message of ['a', 'b', 'c']) send(message);
    expect(outbox.waiting).toBe(3);
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    await turn();
    expect(connection.sent).toEqual(['a', 'b', 'c']);
    expect(fates).toEqual(['a:sent', 'b:sent', 'c:sent']);
  });

  it('refuses what does not fit in number', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingMessages: 2 });
    for (const message of ['a', 'b', 'c']) send(message);
    await turn();
    expect(fates).toEqual(['c:overflowed']);
    outbox.abandon();
  });

  it('refuses what does not fit in bytes', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingBytes: 2 * messageSize('a') });
    for (const message of ['a', 'b', 'c']) send(message);
    await turn();
    expect(fates).toEqual(['c:overflowed']);
    outbox.abandon();
  });

  it('drops the oldest instead, if asked to', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingMessages: 2, whenFull: 'drop-oldest' });
    for (const message of ['a', 'b', 'c', 'd']) send(message);
    await turn();
    expect(fates).toEqual(['a:overflowed', 'b:overflowed']);
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    expect(connection.sent).toEqual(['c', 'd']);
    await turn();
  });

  it('drops nothing for a message that can never fit', async () => {
    const { outbox, fates, send } = setUp({ maxWaitingBytes: 2 * MESSAGE_OVERHEAD, whenFull: 'drop-oldest' });
    send('a');
    send('x'.repeat(1000));
    await turn();
    expect(fates).toEqual([`${'x'.repeat(1000)}:overflowed`]);
    outbox.abandon();
  });

  it('keeps none when none may wait', async () => {
    const { fates, send } = setUp({ maxWaitingMessages: 0, whenFull: 'drop-oldest' });
    send('a');
    await turn();
    expect(fates).toEqual(['a:overflowed']);
  });

  it('lets a message expire, each in its time', async () => {
    const { outbox, fates, send } = setUp({ maxAge: 100 });
    send('a');
    await turn(60);
    send('b');
    await turn(39);
    expect(fates).toEqual([]);
    await turn(1);
    expect(fates).toEqual(['a:expired']);
    expect(outbox.waiting).toBe(1);
    await turn(60);
    expect(fates).toEqual(['a:expired', 'b:expired']);
  });

  it('goes on counting for the younger messages when the oldest has been dropped', async () => {
    const { fates, send } = setUp({ maxAge: 100, maxWaitingMessages: 1, whenFull: 'drop-oldest' });
    send('a');
    await turn(50);
    send('b');
    await turn(99);
    expect(fates).toEqual(['a:overflowed']);
    await turn(1);
    expect(fates).toEqual(['a:overflowed', 'b:expired']);
  });

  it('does not send what expired at that moment', async () => {
    const { outbox, fates, send } = setUp({ maxAge: 0 });
    send('a');
    const connection = new ScriptedConnection();
    outbox.attach(connection);
    await turn();
    expect(connection.sent).toEqual([]);
    expect(fates).toEqual(['a:expired']);
  });

  it('waits longer than a timer can', async () => {
    const { fates, send } = setUp({ maxAge: 2 ** 31 + 1000 });
    send('a');
    await turn(2 ** 31 - 1);
    expect(fates).toEqual([]);
    await turn(1001);
    expect(fates).toEqual(['a:expired']);
  });
});

describe('Outbox, whatever the order of events', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constant('send') },
    { weight: 2, arbitrary: fc.constant('attach') },
    { weight: 2, arbitrary: fc.constant('lose') },
    { weight: 3, arbitrary: fc.constant('flush') },
    { weight: 3, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 200 }) }) },
  );
  const limits = fc.record({
    maxWaitingBytes: fc.integer({ min: 0, max: 1000 }),
    maxWaitingMessages: fc.nat(8),
    whenFull: fc.constantFrom('refuse-newest' as const, 'drop-oldest' as const),
    maxAge: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 300 })),
  });

  it('gives every message one fate, sends in order, and never twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), limits, fc.nat(3), async (steps, limits, sendHighWater) => {
        const outbox = new Outbox(timersClock, limits);
        const fates = new Map<string, Delivery[]>();
        const carried: string[] = [];
        let connection: ScriptedConnection | undefined;
        const lose = (): void => {
          connection?.lose();
          outbox.detach('uncertain');
          carried.push(...((connection?.sent ?? []) as string[]));
          connection = undefined;
        };
        for (const step of steps) {
          if (step === 'send') {
            const message = String(fates.size);
            const fate: Delivery[] = [];
            fates.set(message, fate);
            void outbox.send(message).then((delivery) => fate.push(delivery));
            expect(outbox.waiting).toBeLessThanOrEqual(limits.maxWaitingMessages);
          } else if (step === 'attach' && connection === undefined) {
            connection = new ScriptedConnection({ sendHighWater });
            connection.writesAtOnce = fates.size % 2 === 0;
            outbox.attach(connection);
          } else if (step === 'lose') lose();
          else if (step === 'flush') connection?.flush();
          else if (typeof step === 'object') await turn(step.wait);
        }
        lose();
        outbox.abandon();
        await turn();
        const numbers = carried.map(Number);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const [message, fate] of fates) {
          expect(fate).toHaveLength(1);
          const wasCarried = fate[0] === 'sent' || fate[0] === 'uncertain';
          expect(carried.includes(message)).toBe(wasCarried);
        }
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  });
});
