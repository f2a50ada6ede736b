import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { Deadlines, type Expiring } from '../src/deadlines.ts';

function members(names: string, said: string[], then: () => void = () => {}): Expiring[] {
  return [...names].map((name) => ({
    expired: () => {
      said.push(name);
      then();
    },
  }));
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

  it('forgets who left, and keeps no timer for nobody', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(100, clock);
    const said: string[] = [];
    const [a, b] = members('ab', said) as [Expiring, Expiring];
    deadlines.add(a);
    deadlines.add(b);
    deadlines.delete(a);
    deadlines.delete(a);
    clock.advance(99);
    deadlines.delete(b);
    expect(clock.pending).toBe(0);
    clock.advance(100);
    expect(said).toEqual([]);
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
