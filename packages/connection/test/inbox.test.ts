import { ConnectionClosedError, UsageError } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { closureOf } from '../src/closure.ts';
import type { Closure, Message } from '../src/connection.ts';
import { Inbox, type InboxOptions, type InboxPort } from '../src/inbox.ts';
import { messageSize } from '../src/message.ts';

const CLEAN: Closure = closureOf({ received: { code: 1000, reason: '' }, sent: { code: 1000, reason: '' } });
const LOST: Closure = closureOf({});

class Port implements InboxPort {
  readonly log: string[] = [];
  readonly failures: unknown[] = [];
  onResume: () => void = () => {};

  pause(): void {
    this.log.push('pause');
  }
  resume(): void {
    this.log.push('resume');
    this.onResume();
  }
  listenerFailed(error: unknown): void {
    this.failures.push(error);
  }
}

function setUp(options?: InboxOptions): { inbox: Inbox; port: Port } {
  const port = new Port();
  return { inbox: new Inbox(port, options), port };
}

async function collect(messages: AsyncIterable<Message>, into: Message[] = []): Promise<Message[]> {
  for await (const message of messages) into.push(message);
  return into;
}

describe('Inbox', () => {
  it('says what consumer there is, and how many calls of a loop wait', async () => {
    const { inbox } = setUp();
    expect([inbox.hasListener, inbox.awaited]).toEqual([false, undefined]);
    const loop = inbox[Symbol.asyncIterator]();
    expect(inbox.awaited).toBe(0);
    const next = loop.next();
    expect(inbox.awaited).toBe(1);
    inbox.push('a');
    expect(inbox.awaited).toBe(0);
    await next;
    await loop.return?.();
    expect([inbox.hasListener, inbox.awaited]).toEqual([false, undefined]);
    inbox.listen({ message: () => {} });
    expect([inbox.hasListener, inbox.awaited]).toEqual([true, undefined]);
  });
});

describe('Inbox before there is a consumer', () => {
  it('keeps what comes', async () => {
    const { inbox } = setUp();
    inbox.push('a');
    inbox.push(new Uint8Array([1]));
    inbox.end(CLEAN);
    expect(await collect(inbox)).toEqual(['a', new Uint8Array([1])]);
  });

  it('pauses the source when what is unread goes over the high-water mark, once', () => {
    const size = messageSize('aa');
    const { inbox, port } = setUp({ highWater: 2 * size });
    inbox.push('aa');
    inbox.push('aa');
    expect(port.log).toEqual([]);
    inbox.push('aa');
    inbox.push('aa');
    expect(port.log).toEqual(['pause']);
  });

  it('pauses for a flood of empty messages too', () => {
    const { inbox, port } = setUp({ highWater: 10_000 });
    for (let i = 0; i < 1000; i++) inbox.push('');
    expect(port.log).toEqual(['pause']);
  });

  it('lets the source run again when the connection was closed here, and drops what comes', async () => {
    const { inbox, port } = setUp({ highWater: 0 });
    inbox.push('kept');
    inbox.discard();
    expect(port.log).toEqual(['pause', 'resume']);
    inbox.push('dropped');
    inbox.end(CLEAN);
    expect(await collect(inbox)).toEqual(['kept']);
  });

  it('asks nothing of a source that has ended', async () => {
    const { inbox, port } = setUp({ highWater: 0 });
    inbox.push('a');
    inbox.end(CLEAN);
    inbox.push('late');
    inbox.discard();
    expect(await collect(inbox)).toEqual(['a']);
    expect(port.log).toEqual(['pause']);
  });

  it('keeps the first ending', async () => {
    const { inbox } = setUp();
    inbox.end(CLEAN);
    inbox.end(LOST);
    expect(await collect(inbox)).toEqual([]);
  });
});

describe('Inbox with a loop', () => {
  it('delivers what waits and what comes, in order, and ends after a clean close', async () => {
    const { inbox } = setUp();
    inbox.push('1');
    const all = collect(inbox);
    inbox.push('2');
    await Promise.resolve();
    inbox.push('3');
    inbox.push('4');
    inbox.end(CLEAN);
    expect(await all).toEqual(['1', '2', '3', '4']);
  });

  it('throws what ended the connection, after the last message', async () => {
    const { inbox } = setUp();
    inbox.push('1');
    inbox.push('2');
    inbox.end(LOST);
    const got: Message[] = [];
    await expect(collect(inbox, got)).rejects.toBe(LOST.error);
    expect(got).toEqual(['1', '2']);
  });

  it('throws to a loop that waits', async () => {
    const { inbox } = setUp();
    const all = collect(inbox);
    await Promise.resolve();
    inbox.end(LOST);
    await expect(all).rejects.toBe(LOST.error);
  });

  it('ends in the same way for a loop that starts later, and for one after that', async () => {
    const { inbox } = setUp();
    inbox.end(LOST);
    await expect(collect(inbox)).rejects.toBe(LOST.error);
    await expect(collect(inbox)).rejects.toBe(LOST.error);
    const clean = setUp().inbox;
    clean.end(CLEAN);
    expect(await collect(clean)).toEqual([]);
    expect(await collect(clean)).toEqual([]);
  });

  it('goes on in a later loop when one is left', async () => {
    const { inbox } = setUp();
    for (const message of ['1', '2', '3']) inbox.push(message);
    for await (const message of inbox) {
      expect(message).toBe('1');
      break;
    }
    inbox.end(CLEAN);
    expect(await collect(inbox)).toEqual(['2', '3']);
  });

  it('lets a listener take over when the loop is left', async () => {
    const { inbox } = setUp();
    inbox.push('1');
    inbox.push('2');
    for await (const _ of inbox) break;
    const got: Message[] = [];
    inbox.listen({ message: (message) => void got.push(message) });
    inbox.push('3');
    expect(got).toEqual(['2', '3']);
  });

  it('refuses a second consumer while a loop runs', async () => {
    const { inbox } = setUp();
    inbox.push('1');
    for await (const _ of inbox) {
      expect(() => inbox[Symbol.asyncIterator]()).toThrow(UsageError);
      expect(() => inbox.listen({ message: () => {} })).toThrow(expect.objectContaining({ code: 'ALREADY_CONSUMED' }));
      break;
    }
    expect(inbox.hasListener).toBe(false);
  });

  it('answers several calls of next() in the order of the calls', async () => {
    const { inbox } = setUp();
    const iterator = inbox[Symbol.asyncIterator]();
    const calls = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    inbox.push('1');
    inbox.push('2');
    inbox.end(CLEAN);
    expect(await Promise.all(calls)).toEqual([
      { value: '1', done: false },
      { value: '2', done: false },
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
  });

  it('throws once to several calls of next(), as a generator does', async () => {
    const { inbox } = setUp();
    const iterator = inbox[Symbol.asyncIterator]();
    const calls = [iterator.next(), iterator.next()];
    inbox.end(LOST);
    await expect(calls[0]).rejects.toBe(LOST.error);
    expect(await calls[1]).toEqual({ value: undefined, done: true });
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it('lets calls that wait go when the loop is left, and keeps the messages', async () => {
    const { inbox } = setUp();
    const iterator = inbox[Symbol.asyncIterator]();
    const call = iterator.next();
    expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(await call).toEqual({ value: undefined, done: true });
    inbox.push('1');
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    // A second return() must not end somebody else's loop.
    const later = inbox[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await later.next()).toEqual({ value: '1', done: false });
  });

  it('has an iterator that can be looped over', async () => {
    const { inbox } = setUp();
    inbox.push('1');
    inbox.end(CLEAN);
    expect(await collect(inbox[Symbol.asyncIterator]())).toEqual(['1']);
  });

  it('resumes the source at the low-water mark', async () => {
    const size = messageSize('');
    const { inbox, port } = setUp({ highWater: 4 * size });
    for (let i = 0; i < 5; i++) inbox.push('');
    expect(port.log).toEqual(['pause']);
    const iterator = inbox[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) await iterator.next();
    expect(port.log).toEqual(['pause']);
    await iterator.next();
    expect(port.log).toEqual(['pause', 'resume']);
  });

  it('keeps the order when the source pushes while it is resumed', async () => {
    const { inbox, port } = setUp({ highWater: 0 });
    port.onResume = () => {
      port.onResume = () => {};
      inbox.push('2');
      inbox.push('3');
      inbox.end(CLEAN);
    };
    inbox.push('1');
    expect(await collect(inbox)).toEqual(['1', '2', '3']);
  });

  it('lets a failing call of next() be forgotten', async () => {
    // vitest fails the run on an unhandled rejection.
    const { inbox } = setUp();
    void inbox[Symbol.asyncIterator]().next();
    inbox.end(LOST);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await expect(collect(inbox)).rejects.toBe(LOST.error);
  });
});

describe('Inbox with a listener', () => {
  it('hands over what waits before listen() returns, then each message as it comes', () => {
    const { inbox } = setUp();
    const got: Message[] = [];
    inbox.push('1');
    inbox.listen({ message: (message) => void got.push(message) });
    expect(got).toEqual(['1']);
    inbox.push('2');
    expect(got).toEqual(['1', '2']);
    expect(inbox.hasListener).toBe(true);
  });

  it('refuses a second consumer for good', () => {
    const { inbox } = setUp();
    inbox.listen({ message: () => {} });
    inbox.end(CLEAN);
    expect(() => inbox.listen({ message: () => {} })).toThrow(expect.objectContaining({ code: 'ALREADY_CONSUMED' }));
    expect(() => inbox[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'ALREADY_CONSUMED' }));
  });

  it.each([[undefined], [null], [{}], [() => {}]])('refuses %s as a listener', (listener) => {
    const { inbox } = setUp();
    expect(() => inbox.listen(listener as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    inbox.listen({ message: () => {} });
  });

  it('tells the end once, after the last message', () => {
    const { inbox } = setUp();
    const log: unknown[] = [];
    inbox.push('1');
    inbox.listen({ message: (message) => void log.push(message), closed: (closure) => void log.push(closure) });
    inbox.push('2');
    inbox.end(LOST);
    inbox.end(CLEAN);
    inbox.push('3');
    expect(log).toEqual(['1', '2', LOST]);
  });

  it('tells the end to a listener that comes after it', () => {
    const { inbox } = setUp();
    const log: unknown[] = [];
    inbox.push('1');
    inbox.end(CLEAN);
    inbox.listen({ message: (message) => void log.push(message), closed: (closure) => void log.push(closure) });
    expect(log).toEqual(['1', CLEAN]);
  });

  it('needs no method but message', () => {
    const { inbox, port } = setUp();
    inbox.listen({ message: () => {} });
    inbox.drained();
    inbox.end(LOST);
    expect(port.failures).toEqual([]);
  });

  it('keeps the order when messages come and the connection ends while it hands over what waited', () => {
    const { inbox, port } = setUp({ highWater: 0 });
    const log: unknown[] = [];
    port.onResume = () => inbox.push('3');
    inbox.push('1');
    inbox.listen({
      message: (message) => {
        log.push(message);
        if (message === '1') inbox.push('2');
        if (message === '3') inbox.end(CLEAN);
      },
      closed: (closure) => void log.push(closure),
    });
    expect(log).toEqual(['1', '3', '2', CLEAN]);
    expect(port.failures).toEqual([]);
  });

  it('still gets what waited when it closes the connection, and nothing that comes after', () => {
    const { inbox } = setUp();
    const log: unknown[] = [];
    inbox.push('1');
    inbox.push('2');
    inbox.listen({
      message: (message) => {
        log.push(message);
        inbox.discard();
        inbox.push('late');
      },
      closed: (closure) => void log.push(closure),
    });
    inbox.push('later');
    expect(log).toEqual(['1', '2']);
    inbox.end(CLEAN);
    expect(log).toEqual(['1', '2', CLEAN]);
  });

  it('gets nothing more when it closes the connection as a message comes', () => {
    const { inbox } = setUp();
    const got: Message[] = [];
    inbox.listen({
      message: (message) => {
        got.push(message);
        inbox.discard();
      },
    });
    inbox.push('1');
    inbox.push('2');
    expect(got).toEqual(['1']);
  });

  it('hears of drained, and no more after the end', () => {
    const { inbox } = setUp();
    inbox.drained();
    const drained = vi.fn();
    inbox.listen({ message: () => {}, drained });
    inbox.drained();
    expect(drained).toHaveBeenCalledTimes(1);
    inbox.end(CLEAN);
    inbox.drained();
    expect(drained).toHaveBeenCalledTimes(1);
  });
});

describe('Inbox with a listener that throws', () => {
  const error = new Error('in the listener');

  it('reports it once, drops the rest, and still tells the end', () => {
    const { inbox, port } = setUp({ highWater: 0 });
    const log: unknown[] = [];
    inbox.push('1');
    inbox.push('2');
    inbox.listen({
      message: (message) => {
        log.push(message);
        throw error;
      },
      drained: () => void log.push('drained'),
      closed: (closure) => void log.push(closure),
    });
    inbox.push('3');
    inbox.drained();
    expect(port.failures).toEqual([error]);
    // The source runs on, so that the peer's Close can come.
    expect(port.log).toEqual(['pause', 'resume']);
    inbox.end(LOST);
    expect(log).toEqual(['1', LOST]);
  });

  it('reports it when a message comes', () => {
    const { inbox, port } = setUp();
    inbox.listen({
      message: () => {
        throw error;
      },
    });
    inbox.push('1');
    inbox.push('2');
    expect(port.failures).toEqual([error]);
  });

  it('reports what drained throws', () => {
    const { inbox, port } = setUp();
    const got: Message[] = [];
    inbox.listen({
      message: (message) => void got.push(message),
      drained: () => {
        throw error;
      },
    });
    inbox.drained();
    inbox.push('1');
    expect(port.failures).toEqual([error]);
    expect(got).toEqual([]);
  });

  it('reports what closed throws', () => {
    const { inbox, port } = setUp();
    inbox.listen({
      message: () => {},
      closed: () => {
        throw error;
      },
    });
    inbox.end(CLEAN);
    expect(port.failures).toEqual([error]);
  });

  it('reports the first failure only', () => {
    const { inbox, port } = setUp();
    inbox.listen({
      message: () => {
        throw error;
      },
      closed: () => {
        throw new Error('second');
      },
    });
    inbox.push('1');
    inbox.end(LOST);
    expect(port.failures).toEqual([error]);
  });

  it('takes a promise that an async method returned and that rejects in the same way', async () => {
    const { inbox, port } = setUp();
    inbox.listen({ message: (() => Promise.reject(error)) as () => void });
    inbox.push('1');
    inbox.push('2');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(port.failures).toEqual([error]);
    expect(new ConnectionClosedError('LISTENER_FAILED', { cause: port.failures[0] }).cause).toBe(error);
  });
});

describe('Inbox, whatever the order of events', () => {
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ push: fc.nat(200) }) },
    { weight: 4, arbitrary: fc.constant('next') },
    { weight: 1, arbitrary: fc.constant('leave') },
    { weight: 1, arbitrary: fc.constant('turn') },
  );

  it('delivers each message once, in order, to whoever consumes, and bounds what is unread', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.boolean(), fc.boolean(), async (events, listen, lost) => {
        const { inbox, port } = setUp({ highWater: 1000 });
        const sent: string[] = [];
        const got: Message[] = [];
        let unread = 0;
        let iterator: AsyncIterator<Message> | undefined;
        let calls: Promise<unknown>[] = [];
        const take = async (call: Promise<IteratorResult<Message>>): Promise<void> => {
          const { done, value } = await call;
          if (done !== true) got.push(value);
        };
        for (const step of events) {
          if (typeof step === 'object') {
            // A source that respects pause never makes more unread than the mark and one message.
            if (port.log.at(-1) === 'pause') continue;
            const message = `${sent.length}:${'x'.repeat(step.push)}`;
            sent.push(message);
            inbox.push(message);
          } else if (step === 'next') {
            iterator ??= inbox[Symbol.asyncIterator]();
            calls.push(take(iterator.next()));
          } else if (step === 'leave') {
            await iterator?.return?.();
            await Promise.all(calls);
            calls = [];
            iterator = undefined;
          } else {
            await Promise.resolve();
          }
        }
        inbox.end(lost ? LOST : CLEAN);
        await Promise.allSettled(calls);
        await iterator?.return?.();
        unread = sent.length - got.length;
        expect(got).toEqual(sent.slice(0, got.length));
        if (listen) {
          const endings: Closure[] = [];
          inbox.listen({
            message: (message) => void got.push(message),
            closed: (closure) => void endings.push(closure),
          });
          expect(endings).toEqual([lost ? LOST : CLEAN]);
        } else {
          const before = got.length;
          const rest = collect(inbox, got);
          if (lost) await expect(rest).rejects.toBe(LOST.error);
          else await rest;
          expect(got.length - before).toBe(unread);
        }
        expect(got).toEqual(sent);
        // pause and resume take turns.
        expect(port.log.filter((call, i) => call !== (i % 2 === 0 ? 'pause' : 'resume'))).toEqual([]);
      }),
    );
  });
});
