import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { Deadlines, Expiring } from '../src/deadlines.ts';

class Member extends Expiring {
  readonly expired: () => void;

  constructor(expired: () => void) {
    super();
    this.expired = expired;
  }
}

function members(names: string, said: string[], then: () => void = () => {}): Expiring[] {
  return [...names].map(
    (name) =>
      new Member(() => {
        said.push(name);
        then();
      }),
  );
}

describe('Deadlines', () => {
  it('tells each member once its time is over, in order, with one timer', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(100, clock);
    const said: string[] = [];
    for (const member of members('abc', said)) {
      deadlines.add(member);
      clock.advance(30);
    }
    expect(clock.pending).toBe(1);
    clock.advance(9);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said).toEqual(['a']);
    expect(clock.pending).toBe(1);
    clock.advance(30);
    expect(said).toEqual(['a', 'b']);
    clock.advance(30);
    expect(said).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('forgets who left, from wherever in the row, and keeps no timer for nobody', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(100, clock);
    const said: string[] = [];
    const [a, b, c, d] = members('abcd', said) as [Expiring, Expiring, Expiring, Expiring];
    for (const member of [a, b, c, d]) deadlines.add(member);
    deadlines.delete(b);
    deadlines.delete(b);
    expect(deadlines.members()).toEqual([a, c, d]);
    expect(deadlines.next).toBe(a);
    deadlines.delete(a);
    deadlines.delete(d);
    expect(deadlines.members()).toEqual([c]);
    expect(deadlines.next).toBe(c);
    clock.advance(99);
    deadlines.delete(c);
    expect(deadlines.members()).toEqual([]);
    expect(deadlines.next).toBe(undefined);
    expect(clock.pending).toBe(0);
    clock.advance(100);
    expect(said).toEqual([]);
  });

  it('has one timer, however many come and go', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(100, clock);
    const said: string[] = [];
    const all = members('x'.repeat(1_000), said);
    for (const member of all) {
      deadlines.add(member);
      deadlines.delete(member);
    }
    expect(clock.pending).toBe(0);
    for (const member of all) deadlines.add(member);
    expect(clock.pending).toBe(1);
    clock.advance(99);
    expect(said).toEqual([]);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(said.length).toBe(1_000);
    expect(clock.pending).toBe(0);
  });

  it('leaves a member alone that is registered elsewhere', () => {
    const clock = new FakeClock();
    const said: string[] = [];
    const [a] = members('a', said) as [Expiring];
    new Deadlines(100, clock).add(a);
    new Deadlines(100, clock).delete(a);
    clock.advance(100);
    expect(said).toEqual(['a']);
  });

  it('takes new members while it tells others', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(100, clock);
    const said: string[] = [];
    const [later] = members('z', said) as [Expiring];
    const [a, b] = members('ab', said, () => deadlines.add(later)) as [Expiring, Expiring];
    deadlines.add(a);
    deadlines.add(b);
    clock.advance(100);
    expect(said).toEqual(['a', 'b']);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect(said).toEqual(['a', 'b', 'z']);
    expect(clock.pending).toBe(0);
  });
});
