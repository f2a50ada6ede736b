import type { SocketConnection } from '@framewire/node-transport';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { Drain, settleClose } from '../src/drain.ts';
import { type CloseOptions, UsageError } from '../src/index.ts';

/** A server of so many connections, and what is done to them, each told by its number. */
function crowd(count: number) {
  const told: { readonly at: number; readonly code: number; readonly reason: string }[] = [];
  const terminated: number[] = [];
  const connections = new Set<SocketConnection>();
  const clock = new FakeClock();
  for (let number = 0; number < count; number++) {
    connections.add({
      closeWith: (code: number, reason: string) => told.push({ at: clock.now(), code, reason }),
      terminate: () => terminated.push(number),
    } as unknown as SocketConnection);
  }
  const drained = { connections, underWay: () => [], deadlinePassed: () => {} };
  const drain = (options: CloseOptions) => {
    const settings = settleClose(options);
    const begun = new Drain(drained, clock, settings);
    begun.begin(settings.deadline);
    return begun;
  };
  return { told, terminated, connections, clock, drain };
}

describe('a server that closes', () => {
  it('tells everybody at once by default', () => {
    const { told, drain } = crowd(100);
    drain({ reason: 'maintenance' }).finish();
    expect(told).toHaveLength(100);
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set([1001]));
    expect(told[0]?.reason).toBe('maintenance');
  });

  it('tells no more in a second than it was asked to', () => {
    const { told, clock, drain } = crowd(1000);
    drain({ rate: 100, deadline: 60_000 });
    clock.advance(999);
    for (let second = 1; second < 10; second++) {
      expect(told).toHaveLength(second * 100);
      clock.advance(1000);
    }
    clock.advance(1000);
    expect(told).toHaveLength(1000);
  });

  it('keeps to a rate that is less than one in a turn', () => {
    const { told, clock, drain } = crowd(5);
    drain({ rate: 1, deadline: 60_000 });
    expect(told).toHaveLength(1);
    clock.advance(10_000);
    expect(told.map(({ at }) => Math.round(at / 1000))).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells all in half of the deadline, faster than asked if need be', () => {
    const { told, terminated, clock, drain } = crowd(1000);
    drain({ rate: 1, deadline: 4000 });
    clock.advance(2000);
    expect(told).toHaveLength(1000);
    expect(terminated).toEqual([]);
    clock.advance(2000);
    expect(terminated).toHaveLength(1000);
  });

  it('does not tell who has left before', () => {
    const { told, connections, clock, drain } = crowd(10);
    drain({ rate: 1, deadline: 60_000 });
    const [, second] = connections;
    connections.delete(second as SocketConnection);
    clock.advance(60_000);
    expect(told).toHaveLength(9);
  });

  it('hastens when asked again with an earlier deadline', () => {
    const { told, terminated, clock, drain } = crowd(100);
    const begun = drain({ rate: 1, deadline: 60_000 });
    begun.hasten(1000);
    clock.advance(600);
    expect(told).toHaveLength(100);
    clock.advance(400);
    expect(terminated).toHaveLength(100);
  });

  it('tells everybody before it ends them, however short the new deadline is', () => {
    const { told, terminated, clock, drain } = crowd(100);
    const begun = drain({ rate: 1, deadline: 60_000 });
    clock.advance(60);
    begun.hasten(30);
    expect(told).toHaveLength(100);
    clock.advance(29);
    expect(terminated).toEqual([]);
    clock.advance(1);
    expect(terminated).toHaveLength(100);
  });

  it('keeps its pace when asked again with a later deadline', () => {
    const { told, clock, drain } = crowd(100);
    const begun = drain({ rate: 10, deadline: 60_000 });
    for (let i = 0; i < 10; i++) begun.hasten(60_000);
    clock.advance(999);
    expect(told).toHaveLength(10);
    expect(clock.pending).toBe(2);
  });

  it('leaves no timer behind', async () => {
    const { clock, drain } = crowd(100);
    const begun = drain({ rate: 1 });
    begun.finish();
    await begun.done;
    expect(clock.pending).toBe(0);
    begun.hasten(10);
    expect(clock.pending).toBe(0);
  });

  it('stops waiting a while after the deadline, whatever sockets do', async () => {
    const { clock, drain } = crowd(1);
    const begun = drain({ deadline: 100 });
    clock.advance(100);
    clock.advance(1000);
    await begun.done;
    expect(clock.pending).toBe(0);
  });
});

describe('the options of a close', () => {
  it('have defaults', () => {
    expect(settleClose({})).toEqual({ deadline: 10_000, reason: '', rate: Number.MAX_SAFE_INTEGER });
  });

  it('put the hint when to come back before the reason, in whole seconds', () => {
    expect(settleClose({ retryAfter: 4001 }).reason).toBe('retry-after=5');
    expect(settleClose({ retryAfter: 0, reason: 'moving' }).reason).toBe('retry-after=0 moving');
  });

  it.each([
    [{ rate: 0 }, 'rate must be a whole number from 1'],
    [{ rate: Number.NaN }, 'rate must be'],
    [{ retryAfter: -1 }, 'retryAfter must be a whole number from 0'],
    [{ retryAfter: 2 ** 31 }, 'retryAfter must be at most 2147483647 milliseconds'],
    [{ deadline: 2 ** 31 }, 'deadline must be at most'],
    [{ reason: 'x'.repeat(110), retryAfter: 5000 }, 'A close reason has at most 123 bytes'],
    [{ timeout: 5000 } as CloseOptions, 'close() has no option timeout.'],
    [(() => {}) as CloseOptions, 'The options must be an object, not () => {'],
  ])('are checked: %o', (options, message) => {
    expect(() => settleClose(options)).toThrow(UsageError);
    expect(() => settleClose(options)).toThrow(message);
  });
});
