import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Segments } from '../../src/chaos-proxy/segments.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('Segments', () => {
  it('gives what has arrived, a segment at a time or joined', () => {
    const segments = new Segments();
    segments.push(bytes(1, 2, 3), 10);
    segments.push(bytes(4), 10);
    segments.push(bytes(5, 6), 20);
    expect([segments.bytes, segments.arrived, segments.nextDue, segments.since]).toEqual([
      6,
      0,
      10,
      Number.POSITIVE_INFINITY,
    ]);
    segments.arrive(10);
    expect([segments.bytes, segments.arrived, segments.nextDue, segments.since]).toEqual([6, 4, 20, 10]);
    expect(segments.take(2, false)).toEqual(bytes(1, 2));
    expect(segments.take(2, false)).toEqual(bytes(3));
    segments.arrive(25);
    expect([segments.nextDue, segments.since]).toEqual([Number.POSITIVE_INFINITY, 10]);
    expect(segments.take(9, true)).toEqual(bytes(4, 5, 6));
    expect([segments.bytes, segments.arrived, segments.cost]).toEqual([0, 0, 0]);
  });

  it('counts what small segments cost, and forgets all', () => {
    const segments = new Segments();
    for (let i = 0; i < 100; i++) segments.push(bytes(i), 0);
    expect(segments.cost).toBe(100 * 129);
    segments.arrive(0);
    segments.clear();
    expect([segments.bytes, segments.arrived, segments.cost, segments.since]).toEqual([
      0,
      0,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    segments.push(bytes(7), 1);
    segments.arrive(1);
    expect(segments.take(1, false)).toEqual(bytes(7));
  });

  it('keeps every byte in order, whatever is taken when', () => {
    const step = fc.record({ pushed: fc.nat(5), taken: fc.integer({ min: 1, max: 7 }), joined: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const segments = new Segments();
        let next = 0;
        const out: number[] = [];
        for (const [now, { pushed, taken, joined }] of steps.entries()) {
          if (pushed > 0)
            segments.push(
              Uint8Array.from({ length: pushed }, () => next++ % 256),
              now + 2,
            );
          segments.arrive(now);
          if (segments.arrived > 0) out.push(...segments.take(taken, joined));
          expect(segments.bytes).toBe(next - out.length);
        }
        segments.arrive(steps.length + 2);
        while (segments.arrived > 0) out.push(...segments.take(3, true));
        expect(out).toEqual(Array.from({ length: next }, (_, i) => i % 256));
      }),
    );
  });
});
