import { FakeClock } from '@framewire/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keepalive, type Watched } from '../src/keepalive.ts';

/** Ticks are sums of fractions. */
const ROUNDING = 1e-6;

class Member implements Watched {
  heard = false;
  quietTicks = 0;
  deaf = false;
  readonly log: string[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  probe(): void {
    this.log.push(`probe ${this.#clock.now()}`);
  }

  lapsed(): void {
    this.log.push(`lapsed ${this.#clock.now()}`);
  }

  /** When something was logged for the first time. */
  time(what: string): number {
    const entry = this.log.find((one) => one.startsWith(what));
    return entry === undefined ? Number.NaN : Number(entry.split(' ')[1]);
  }
}

function watching(interval = 25_000, deadline = 20_000): { clock: FakeClock; keepalive: Keepalive; member: Member } {
  const clock = new FakeClock();
  const keepalive = new Keepalive(interval, deadline, clock);
  const member = new Member(clock);
  keepalive.add(member);
  return { clock, keepalive, member };
}

describe('Keepalive', () => {
  it.each([
    [25_000, 20_000, 1000],
    [1000, 1000, 250],
    [100, 30_000, 25],
    [30_000, 100, 25],
    [1, 1, 0.25],
  ])(
    'pings after %i ms of silence and lapses %i ms after the ping, never early, at most %f ms late',
    (interval, deadline, tick) => {
      const { clock, keepalive, member } = watching(interval, deadline);
      clock.advance(interval);
      expect(member.log).toEqual([]);
      clock.advance(tick);
      expect(member.time('probe')).toBeGreaterThan(interval);
      clock.advance(deadline);
      expect(member.time('lapsed')).toBe(member.time('probe') + deadline);
      keepalive.delete(member);
    },
  );

  it('finds a half-open peer interval and deadline after its last byte, and less than one tick later, whenever that came', () => {
    const wait = fc.integer({ min: 500, max: 40_000 });
    fc.assert(
      fc.property(wait, wait, fc.double({ min: 0, max: 3, noNaN: true }), (interval, deadline, lived) => {
        const { clock, keepalive, member } = watching(interval, deadline);
        const lastByte = lived * interval;
        const tick = Math.min(1000, interval / 4, deadline / 4);
        // Bytes come often enough until the last one.
        for (let at = 0; at < lastByte; at += interval / 2) {
          clock.advance(Math.min(interval / 2, lastByte - at));
          member.heard = true;
        }
        expect(member.log).toEqual([]);
        // Both waits are whole ticks, which adds less than a tick to each of them that is not.
        const wholes = (Math.ceil(interval / tick) + Math.ceil(deadline / tick)) * tick;
        clock.advance(wholes + tick);
        keepalive.delete(member);
        const [first, second] = member.log;
        expect([first, second].map((entry) => entry?.split(' ')[0])).toEqual(['probe', 'lapsed']);
        const found = member.time('lapsed') - lastByte;
        expect(found).toBeGreaterThanOrEqual(interval + deadline - ROUNDING);
        expect(found).toBeLessThanOrEqual(wholes + tick + ROUNDING);
      }),
      { numRuns: 30 },
    );
  });

  it('takes any byte for life, before the ping and after it', () => {
    const { clock, member } = watching();
    for (let i = 0; i < 10; i++) {
      clock.advance(20_000);
      member.heard = true;
    }
    expect(member.log).toEqual([]);
    clock.advance(30_000);
    expect(member.log.length).toBe(1);
    member.heard = true;
    clock.advance(20_000);
    expect(member.log.length).toBe(1);
    clock.advance(10_000);
    expect(member.log.map((entry) => entry.split(' ')[0])).toEqual(['probe', 'probe']);
  });

  it('gives nobody up because the process itself stood still', () => {
    const { clock, keepalive, member } = watching();
    // A clock that jumps while nobody runs: every timer that fell due meanwhile is called once, late.
    const stalled = new Member(clock);
    keepalive.add(stalled);
    let jumped = 0;
    const late = {
      now: () => clock.now() + jumped,
      schedule: clock.schedule.bind(clock),
    };
    const jumping = new Keepalive(25_000, 20_000, late);
    const sleeper = new Member(clock);
    jumping.add(sleeper);
    jumped = 10 * 60_000;
    clock.advance(1000);
    expect(sleeper.log).toEqual([]);
    expect(sleeper.quietTicks).toBe(0);
    expect(member.quietTicks).toBe(1);
    clock.advance(1000);
    expect(sleeper.quietTicks).toBe(1);
  });

  it('hears the answer that waited while the process stood still at the end of the deadline', () => {
    const clock = new FakeClock();
    let jumped = 0;
    const late = { now: () => clock.now() + jumped, schedule: clock.schedule.bind(clock) };
    const member = new Member(clock);
    new Keepalive(4000, 4000, late).add(member);
    clock.advance(8000);
    expect(member.log).toEqual(['probe 5000']);
    // Stopped for a minute just before the last tick: the answer is read after the tick that comes late.
    jumped = 60_000;
    clock.advance(1000);
    member.heard = true;
    clock.advance(3000);
    expect(member.log).toEqual(['probe 5000']);
  });

  it('never gives up a peer we do not read, but pings it now and then', () => {
    const { clock, member } = watching();
    member.deaf = true;
    clock.advance(10 * 60_000);
    expect(member.log.every((entry) => entry.startsWith('probe'))).toBe(true);
    expect(member.log.length).toBeGreaterThan(10);
    member.deaf = false;
    clock.advance(60_000);
    expect(member.log.at(-1)).toMatch(/^lapsed/);
  });

  it('has one timer for all, and none when there is nobody', () => {
    const clock = new FakeClock();
    const keepalive = new Keepalive(25_000, 20_000, clock);
    expect(clock.pending).toBe(0);
    const members = Array.from({ length: 100 }, () => new Member(clock));
    for (const member of members) keepalive.add(member);
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    expect(clock.pending).toBe(1);
    for (const member of members) keepalive.delete(member);
    expect(clock.pending).toBe(0);
    keepalive.delete(members[0] as Member);
    keepalive.add(members[0] as Member);
    expect(clock.pending).toBe(1);
  });

  it('bears that a member leaves, and another comes, while all are visited', () => {
    const { clock, keepalive, member } = watching(1000, 1000);
    const other = new Member(clock);
    const late = new Member(clock);
    keepalive.add(other);
    member.lapsed = () => {
      keepalive.delete(member);
      keepalive.delete(other);
      keepalive.add(late);
    };
    clock.advance(3000);
    expect(other.time('lapsed')).toBe(Number.NaN);
    expect(late.quietTicks).toBeGreaterThan(0);
    keepalive.delete(late);
    expect(clock.pending).toBe(0);
  });

  it('counts from when a member was added, wherever the timer stands', () => {
    const { clock, keepalive } = watching();
    clock.advance(500);
    const late = new Member(clock);
    late.quietTicks = 1000;
    keepalive.add(late);
    clock.advance(25_000);
    expect(late.log).toEqual([]);
    clock.advance(1000);
    expect(late.log.length).toBe(1);
  });

  it('has one timer for a thousand connections that each have settings of their own', () => {
    const clock = new FakeClock();
    const all = Array.from({ length: 1000 }, () => ({
      keepalive: new Keepalive(25_000, 20_000, clock),
      member: new Member(clock),
    }));
    for (const { keepalive, member } of all) keepalive.add(member);
    expect(clock.pending).toBe(1);
    clock.advance(26_000);
    expect(all.filter(({ member }) => member.log.length === 1).length).toBe(1000);
    expect(clock.pending).toBe(1);
    for (const { keepalive, member } of all) keepalive.delete(member);
    expect(clock.pending).toBe(0);
  });

  it('keeps those apart that have another interval, deadline or clock', () => {
    const clock = new FakeClock();
    const [hasty, patient, lenient] = [new Member(clock), new Member(clock), new Member(clock)];
    new Keepalive(1000, 1000, clock).add(hasty);
    new Keepalive(10_000, 1000, clock).add(patient);
    new Keepalive(1000, 10_000, clock).add(lenient);
    expect(clock.pending).toBe(3);
    new Keepalive(1000, 1000, new FakeClock()).add(new Member(clock));
    expect(clock.pending).toBe(3);
    clock.advance(3000);
    expect(hasty.time('lapsed')).toBeGreaterThan(0);
    expect(lenient.log.length).toBe(1);
    expect(patient.log).toEqual([]);
  });
});
